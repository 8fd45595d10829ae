#!/usr/bin/env bash
# `make bench`: puts the peers in place, then measures all side by side. The table goes to the screen, the rows to
# target/bench.json.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
requirements=bench/flask_app/requirements.txt
peer=$cache/flask-$(sha256sum "$requirements" | cut -c1-16)
if [ ! -e "$peer/complete" ]; then
    echo "bench: installing the Flask peer into $peer"
    rm -rf "$peer"
    python3 -m venv "$peer"
    "$peer/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    touch "$peer/complete"
fi
cargo build --release --package bench
# One at a time: the browser is looked for before anything is measured.
QRATE_BROWSER=$(tools/browser.sh)
export QRATE_BROWSER
exec "$target/release/bench" --program "$target/release/qrate" --gunicorn "$peer/bin/gunicorn" \
    --data-dir "$target/bench-data" --json "$target/bench.json" "$@"
