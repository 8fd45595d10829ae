#!/usr/bin/env bash
# The release program as one static file that runs on any Linux of its architecture: `tools/static.sh ARCH`, where ARCH
# is x86_64 or aarch64. Prints its path. It needs neither a cross compiler nor root: Rust brings its linker and musl,
# and `zig cc` from PyPI compiles C for both architectures.
#   QRATE_SITE    the browser's side, if it is built already; otherwise it is built first (tools/site.sh)
#   QRATE_BUILT   not empty: a program that is there is good enough, and cargo is not asked
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
    x86_64 | aarch64) arch=$1 ;;
    *) sed -n '2,6s/^# \?//p' "$0" >&2; exit 2 ;;
esac
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
triple=$arch-unknown-linux-musl
program=$target/$triple/release/qrate
zig=$cache/ziglang-0.17.1

if [ -n "${QRATE_BUILT:-}" ] && [ -e "$program" ]; then
    echo "$program"
    exit
fi

if [ ! -e "$zig/complete" ]; then
    echo "static: installing zig into $zig" >&2
    rm -rf "$zig"
    python3 -m venv "$zig"
    "$zig/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 >&2
    touch "$zig/complete"
fi
if [ ! -e "$(rustc --print target-libdir --target "$triple")" ]; then
    rustup target add "$triple" >&2
fi
if [ -z "${QRATE_SITE:-}" ]; then
    tools/site.sh "$target/site" wasm-release >&2
    export QRATE_SITE=$target/site
fi

# What names a compiler takes no arguments of its own, and cargo's name of the target is not zig's.
tools=$target/zig/$arch
mkdir -p "$tools"
cat > "$tools/cc" << END
#!/usr/bin/env bash
arguments=()
for argument in "\$@"; do
    case \$argument in --target=*) ;; *) arguments+=("\$argument") ;; esac
done
exec '$zig/bin/python3' -m ziglang cc -target $arch-linux-musl -fno-sanitize=all "\${arguments[@]}"
END
cat > "$tools/ar" << END
#!/usr/bin/env bash
exec '$zig/bin/python3' -m ziglang ar "\$@"
END
chmod +x "$tools/cc" "$tools/ar"
export ZIG_GLOBAL_CACHE_DIR=$target/zig/cache
export "CC_${triple//-/_}=$tools/cc" "AR_${triple//-/_}=$tools/ar"
upper=${triple^^}
export "CARGO_TARGET_${upper//-/_}_LINKER=rust-lld"
# Packed relocations make it 1.2 MB smaller. Panic messages must not contain folders of the build machine.
export "CARGO_TARGET_${upper//-/_}_RUSTFLAGS=-C link-arg=--pack-dyn-relocs=relr \
--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$PWD/="
cargo build --release --package server --target "$triple" >&2
echo "$program"
