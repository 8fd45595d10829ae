#!/usr/bin/env bash
# Prints where wasm-bindgen is, in the version that Cargo.lock has of its crate (they must be the same);
# installs it into the cache when it is not there yet.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
version=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')
root=$cache/wasm-bindgen-$version
if [ ! -x "$root/bin/wasm-bindgen" ]; then
    echo "wasm-bindgen: installing $version into $root" >&2
    env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install wasm-bindgen-cli --version "$version" --locked --root "$root" >&2
fi
echo "$root/bin/wasm-bindgen"
