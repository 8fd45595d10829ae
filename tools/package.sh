#!/usr/bin/env bash
# `make package`: the Debian packages for x86_64 and aarch64 (amd64, arm64), in target/debian. cargo-deb comes from
# crates.io into the cache; server/Cargo.toml says what goes into a package, deploy/debian has its units and scripts.
#   tools/package.sh ARCH…   only these
#   QRATE_DEB_VERSION        another version, such as 0.1.0+test2, to try an upgrade
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=${QRATE_DEB_VERSION:-$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)}
arches=("$@")
if [ ${#arches[@]} -eq 0 ]; then arches=(x86_64 aarch64); fi

cargo_deb=$cache/cargo-deb-3.8.0
if [ ! -x "$cargo_deb/bin/cargo-deb" ]; then
    echo "package: building cargo-deb into $cargo_deb (a few minutes, once)" >&2
    env -u CARGO_TARGET_DIR -u RUSTFLAGS -u RUSTC_WORKSPACE_WRAPPER cargo install cargo-deb --version 3.8.0 --locked \
        --root "$cargo_deb" >&2
fi

# They do not depend on the architecture, so the program of this machine writes them for both.
program=$(tools/static.sh "$(uname -m)")
texts=$target/package
rm -rf "$texts"
mkdir -p "$texts/completions"
"$program" man --output "$texts/man"
gzip -9n "$texts"/man/*.1
"$program" completions bash > "$texts/completions/qrate"
"$program" completions zsh > "$texts/completions/_qrate"
"$program" completions fish > "$texts/completions/qrate.fish"

for arch in "${arches[@]}"; do
    case $arch in x86_64) name=amd64 ;; aarch64) name=arm64 ;; *) name=$arch ;; esac
    program=$(tools/static.sh "$arch")
    rm -rf "$(dirname "$program")/package"
    cp -r "$texts" "$(dirname "$program")/package"
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) "$cargo_deb/bin/cargo-deb" --quiet --no-build --no-strip \
        --package server --target "$arch-unknown-linux-musl" --deb-version "$version" \
        --output "$target/debian/qrate_${version}_$name.deb"
done
