#!/usr/bin/env bash
# `make torture`: the checks that `make test` makes small, at their full size. What it says is kept in
# bench/torture.txt, in the repository. QRATE_TEST_SEED repeats the random choices of a run.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never
export QRATE_TEST_KILLS=${QRATE_TEST_KILLS:-1000}
export QRATE_TEST_SAVES=${QRATE_TEST_SAVES:-5000}
export QRATE_TEST_CLUSTER_SECONDS=${QRATE_TEST_CLUSTER_SECONDS:-600}
export QRATE_TEST_OBJECTS=${QRATE_TEST_OBJECTS:-1000000}
export PROPTEST_CASES=${PROPTEST_CASES:-20000}
export QRATE_FUZZ_ITERATIONS=${QRATE_FUZZ_ITERATIONS:-20000}
export QRATE_FUZZ_SECONDS=${QRATE_FUZZ_SECONDS:-60}

trial() {
    local started=$SECONDS
    printf '\n== %s\n' "$1"
    shift
    "$@" 2>&1 | grep --line-buffered -vE '^(npm warn|running 0 tests|$)|0 passed; 0 failed' || return "${PIPESTATUS[0]}"
    printf '%d s\n' $((SECONDS - started))
}

all() {
    printf 'make torture, %s, %d cores, %s\n' "$(git describe --always --dirty)" "$(nproc)" "$(rustc --version)"
    trial "$QRATE_TEST_KILLS kills, nothing lost" \
        cargo test --quiet --release --package server --features test-servers --test suite \
        killed_nothing_lost -- --nocapture
    trial "three instances behind a balancer: at work together, killed, restarted; $QRATE_TEST_CLUSTER_SECONDS s each" \
        cargo test --quiet --release --package server --features test-servers --test suite cluster -- \
        --nocapture --test-threads=1
    trial "a bucket of $QRATE_TEST_OBJECTS objects of others" \
        cargo test --quiet --release --package gallery --lib page_by_page -- --nocapture
    trial "property tests, $PROPTEST_CASES cases each; fuzzing, $QRATE_FUZZ_ITERATIONS random inputs each" \
        env -u QRATE_TEST_OBJECTS cargo test --quiet --release --package qr --package domain --package gallery
    trial "fuzzing steered by coverage, $QRATE_FUZZ_SECONDS s a target" tools/fuzz.sh "$QRATE_FUZZ_SECONDS"
    trial "$QRATE_TEST_SAVES saves while three pages watch" \
        npm --prefix end2end test --silent -- live -g 'three pages watch'
    printf '\nall passed\n'
}

tools/test-servers.sh
tools/balancer.sh > /dev/null
all | sed -u "s#$PWD/##g" | tee bench/torture.txt
