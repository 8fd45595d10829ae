#!/usr/bin/env bash
# tools/prerequisites.sh on machines that lack something: with a PATH that lacks programs, and with a copy of the
# toolchain without the browser's target. Neither compiles much, nor touches the toolchain in use.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# NAME COMMAND …
holds() {
    local name=$1
    shift
    if "$@"; then echo "holds: $name"; else
        echo "FAILS: $name"
        status=1
    fi
}
says() { grep -qF -- "$1" "$work/said" || { cat "$work/said"; return 1; }; }

# A machine with the usual small programs, and nothing for developers.
mkdir -p "$work/bin" "$work/home"
for program in bash awk cat cut dirname env grep head mktemp readlink realpath rm sed sort tail tr; do
    ln -s "$(command -v "$program")" "$work/bin/$program"
done
program() {
    printf '#!/bin/sh\n%s\n' "$2" > "$work/bin/$1"
    chmod +x "$work/bin/$1"
}
on_that_machine() {
    env -i PATH="$work/bin" HOME="$work/home" QRATE_HAPROXY="$work/none" QRATE_CACHE="$work/cache" \
        tools/prerequisites.sh "$@" > "$work/said" 2>&1
}

holds 'without prerequisites, make test does not start' eval '! on_that_machine test'
for name in 'Node 20 or newer' npm 'a C compiler (cc)' 'Python 3.11 or newer' HAProxy git rustup 'Chromium or Chrome'; do
    holds "it lists everything missing: $name" says "  - $name"
done
holds 'it prints the command that installs everything' \
    says 'Debian: sudo apt-get install nodejs npm gcc libc6-dev python3 python3-venv haproxy git chromium'
holds 'and how to install rustup' says 'https://sh.rustup.rs'
on_that_machine test packages
holds 'with `packages` it prints only the packages' says 'nodejs npm gcc libc6-dev python3 python3-venv haproxy git chromium'
holds 'without prerequisites, make run does not start' eval '! on_that_machine run'
holds 'make run needs no HAProxy' eval '! says HAProxy > /dev/null'

program node 'echo v18.20.4'
program npm 'echo 10.0.0'
program cc 'exit 1'
program rustc 'case $1 in --version) echo "rustc 1.63.0 (Debian)";; -vV) echo "host: x86_64-unknown-linux-gnu";; *) exit 1;; esac'
program cargo 'echo "cargo 1.63.0"'
holds 'outdated programs are rejected' eval '! on_that_machine run'
holds 'it names the version of Node found' says 'Node 20 or newer (here it is 18.20.4)'
holds "it reports missing C headers" says 'sudo apt-get install nodejs libc6-dev'
holds "it says why Debian's own Rust is not enough" says 'the rustc 1.63.0 here cannot install Rust'

# Every run of `make test` shows that a complete machine passes; rustup remains.
browser=wasm32-unknown-unknown
rustup_home=$work/rustup
tools/toolchain-copy.sh "$rustup_home"
case $? in
    0) ;;
    2)
        echo "the toolchain in use is not rustup's, so rustup has nothing to install"
        exit $status
        ;;
    *) exit 1 ;;
esac
toolchain=$(rustc --print sysroot)
in_use() { find "$toolchain/bin" "$toolchain/lib" "$(readlink -f "$(command -v rustup)")" -printf '%p %s %t\n' | sort | sha256sum; }
before=$(in_use)
export RUSTUP_HOME=$rustup_home RUSTUP_AUTO_INSTALL=0
unset RUSTUP_TOOLCHAIN RUSTC_WORKSPACE_WRAPPER
check_browser() { cargo check --quiet --target "$browser" --package frontend --package contents --package uploads --package studio; }
compile_one() { echo '#![no_std]' | rustc --target "$browser" --crate-type lib --emit metadata -o "$work/one" - ; }
cargo clean --quiet --profile dev --target "$browser" --package frontend --package contents --package uploads --package studio
holds "without the browser's target nothing compiles for it" \
    eval '! compile_one > "$work/said" 2>&1 && says "find crate for \`core\`"'
holds 'make prerequisites installs it through rustup' make prerequisites
holds "then the browser's side compiles" check_browser
holds 'and a second time it has nothing to do' eval '[ -z "$(make prerequisites 2>&1)" ]'
holds 'the toolchain in use and rustup itself are as they were' [ "$(in_use)" = "$before" ]
exit $status
