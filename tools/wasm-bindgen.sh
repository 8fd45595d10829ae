#!/usr/bin/env bash
# Prints the path of the tool that writes the JavaScript of a WASM module (`tools/bindgen`), building it into the
# cache if needed: `tools/wasm-bindgen.sh [PROFILE]`. The profile only decides whose compiled dependencies it shares:
# `quick` those of `make run`, `dev` those of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-quick}
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
version=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')
tool=$cache/bindgen-$version-$(cat tools/bindgen/Cargo.toml tools/bindgen/src/*.rs | sha256sum | cut -c1-16)
if [ ! -x "$tool" ]; then
    echo "wasm-bindgen: building $version into $tool" >&2
    cargo build --package bindgen --profile "$profile" >&2
    [ "$profile" = dev ] && built=debug || built=$profile
    mkdir -p "$cache"
    cp "${CARGO_TARGET_DIR:-target}/$built/bindgen" "$tool.$$"
    mv "$tool.$$" "$tool"
fi
echo "$tool"
