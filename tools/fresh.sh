#!/usr/bin/env bash
# The experience of a new contributor: `make run` until it prints its address, and `make test`, each in a fresh clone
# with an empty target folder, an empty tool cache, a toolchain without the browser's target, and rustup's automatic
# installation off. Both report how long each step took. Crates come from cargo's cache if they are there.
# `tools/fresh.sh test` runs only `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CARGO_TARGET_DIR CARGO_INCREMENTAL MAKEFLAGS MAKELEVEL QRATE_SITE QRATE_PROGRAM RUSTUP_TOOLCHAIN
# The sizes of `make torture`.
unset "${!QRATE_TEST_@}" "${!QRATE_FUZZ_@}" PROPTEST_CASES
export RUSTUP_AUTO_INSTALL=0
commit=$(git rev-parse HEAD)

# A new clone, cache and toolchain: `begin NAME`.
begin() {
    git clone --quiet . "$work/$1"
    git -C "$work/$1" checkout --quiet "$commit"
    if tools/toolchain-copy.sh "$work/$1-rustup"; then export RUSTUP_HOME=$work/$1-rustup; fi
    export QRATE_CACHE=$work/$1-cache
    cd "$work/$1"
}

make_run() (
    begin run
    # A process group of its own, so that the program can be stopped.
    set -m
    make run ARGS="--listen 127.0.0.1:0 --data-dir $work/data" > "$work/run.log" 2>&1 &
    run=$!
    set +m
    trap 'kill -TERM -- "-$run" 2> /dev/null; wait "$run" || true' EXIT
    until grep -q 'listening on http://' "$work/run.log"; do
        if ! kill -0 "$run" 2> /dev/null; then
            tail -40 "$work/run.log"
            exit 1
        fi
        sleep 1
    done
    grep -E '^(\[|Built|Qrate is)' "$work/run.log"
    # The page, and the module that starts its islands.
    address=$(sed -n 's/^Qrate is listening on //p' "$work/run.log")
    page=$(curl --silent --show-error --fail "$address")
    module=$(grep -oE 'assets/wake\.[0-9a-f]+\.js' <<< "$page" | head -1)
    curl --silent --show-error --fail --output /dev/null "$address$module"
    echo "the page loads: ${#page} bytes, and $module"
)

make_test() (
    begin test
    make test > "$work/test.log" 2>&1 || { cat "$work/test.log"; exit 1; }
    sed -n '/^== times/,$p' "$work/test.log"
)

what=${*:-run test}
case $what in *run*) printf 'make run, from the clone to the address:\n' && make_run ;; esac
case $what in *test*) printf '\nmake test, from the clone to the last check:\n' && make_test ;; esac
