#!/usr/bin/env bash
# `make bench`: installs the peers, then measures all programs in the same run. The table goes to the terminal, the
# rows to target/bench.json.
#   tools/bench.sh --only codes             only the encoders: `qr` and its peers, natively and in Chromium
#   tools/bench.sh --only codes --publish   the same, and updates the table and chart in qr/README.md
#   tools/bench.sh --only readers           only the decoders: `qr`, zxing-cpp, zbar and OpenCV, on generated pictures
#                                           and on those in the folder named by QRATE_CORPUS
#   tools/bench.sh --only labels            only the labeller beside ONNX Runtime, on a drawn picture
#   tools/bench.sh --only photos            only the pipeline for photos beside Pillow and sharp, on drawn photographs
#   tools/bench.sh --only api               only saves through the API beside those of the page, and GET /qr beside
#                                           npm's qrcode behind fastify and Python's segno behind gunicorn
#   tools/bench.sh --only large [ENTRIES]   only a gallery of 100,000 entries beside one of 1,000
#   tools/bench.sh --only uploads           only uploads of photos: beside 10,000 jobs, and until another browser shows them
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
cache=${QRATE_CACHE:-$HOME/.cache/qrate}

# Installs the pinned packages of a requirements file into the cache, once per file, and prints their path.
python_peer() {
    local environment
    environment=$cache/$1-$(sha256sum "$2" | cut -c1-16)
    if [ ! -e "$environment/complete" ]; then
        echo "bench: installing the $1 peer into $environment" >&2
        rm -rf "$environment"
        python3 -m venv "$environment" >&2
        "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$2" >&2
        touch "$environment/complete"
    fi
    echo "$environment"
}

# The encoders, built for the browser.
code_makers() {
    local bindgen
    bindgen=$(tools/wasm-bindgen.sh)
    cargo build --package code-makers --target wasm32-unknown-unknown --profile wasm-speed
    "$bindgen" "$target/wasm32-unknown-unknown/wasm-speed/code_makers.wasm" "$1" makers
    tools/node_modules/.bin/esbuild bench/codes/page.js --bundle --external:/makers.js --format=esm --log-level=warning --outfile="$1/page.js"
}

if [ "$*" = '--only labels' ]; then
    # Needs nothing else.
    cargo build --release --package label-makers
    exec "$target/release/label-makers" "$target/bench-labels"
fi
if [ "$*" = '--only photos' ]; then
    # Needs nothing else.
    pillow=$(python_peer pillow bench/photos/requirements.txt)
    tools/npm.sh bench/photos
    cargo build --release --package photo-makers
    exec "$target/release/photo-makers" "$target/bench-photos" "$pillow/bin/python"
fi
if [ "${1:-} ${2:-}" = '--only large' ]; then
    # Needs nothing else.
    tools/npm.sh end2end
    cargo build --release --package bench
    cargo build --release --package gallery --example fill
    QRATE_BROWSER=$(tools/browser.sh)
    export QRATE_BROWSER
    exec "$target/release/bench" large "$target/release/qrate" "$target/release/examples/fill" "$target/bench-large" "${3:-100000}"
fi
readers=$(python_peer readers tools/readers/requirements.txt)
if [ "$*" = '--only readers' ]; then
    # Needs nothing else.
    cargo build --release --package code-readers
    exec "$target/release/code-readers" "$target/bench-pictures" "$readers/bin/python"
fi
flask=$(python_peer flask bench/flask_app/requirements.txt)
segno=$(python_peer segno bench/codes/requirements.txt)
pillow=$(python_peer pillow bench/photos/requirements.txt)
draw=$(python_peer draw bench/draw/requirements.txt)
tools/npm.sh tools
tools/npm.sh end2end
tools/npm.sh bench/codes
tools/npm.sh bench/photos
tools/npm.sh bench/draw
code_makers "$target/code-makers"
cargo build --release --package bench
# Locate the browser before anything is measured.
QRATE_BROWSER=$(tools/browser.sh)
export QRATE_BROWSER
"$target/release/bench" --program "$target/release/qrate" --gunicorn "$flask/bin/gunicorn" \
    --draw-gunicorn "$draw/bin/gunicorn" \
    --segno "$segno/bin/python" --readers "$readers/bin/python" --pillow "$pillow/bin/python" --code-makers "$target/code-makers" \
    --data-dir "$target/bench-data" --json "$target/bench.json" "$@"
if [ $# -eq 0 ]; then tools/bench.sh --only large; fi
