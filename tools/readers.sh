#!/usr/bin/env bash
# Four independent readers (zxing, zbar, rqrr and OpenCV, in pinned versions) read our golden pictures and any given
# folders; each must return exactly the text stored next to the picture. Their packages go into the cache.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
requirements=tools/readers/requirements.txt
python=$cache/readers-$(sha256sum "$requirements" | cut -c1-16)
mkdir -p "$cache"

install() {
    [ ! -e "$python/complete" ] || return 0
    command -v python3 > /dev/null || { echo 'readers: python3 is missing; install Python 3.11 or newer' >&2; exit 1; }
    echo "readers: installing zxing and OpenCV into $python" >&2
    rm -rf "$python"
    if python3 -m venv "$python" 2> /dev/null; then
        "$python/bin/python3" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    elif python3 -m pip --version > /dev/null 2>&1; then
        # Debian packages venv separately.
        rm -rf "$python"
        python3 -m pip install --quiet --disable-pip-version-check --requirement "$requirements" \
            --target "$python/packages" >&2
    else
        echo 'readers: python3 has neither venv nor pip: install python3-venv' >&2
        exit 1
    fi
    touch "$python/complete"
}

# One installation at a time, however many checkouts there are.
(
    if command -v flock > /dev/null; then flock 9; fi
    install
) 9> "$cache/readers.lock"
tools/npm.sh tools/readers
cargo build --quiet --package qr --example rqrr
interpreter=$python/bin/python3
if [ ! -x "$interpreter" ]; then interpreter=python3; fi
PYTHONPATH=$python/packages exec "$interpreter" tools/readers/read.py \
    "${CARGO_TARGET_DIR:-target}/debug/examples/rqrr" qr/tests/golden "$@"
