#!/usr/bin/env bash
# `make torture`: the checks of `make test` at full size, which takes hours. `tools/torture.sh PART …` runs only some
# of them. The last output of each is kept in bench/torture/PART.txt, in the repository. QRATE_TEST_SEED repeats the
# random choices of a run.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never
export QRATE_TEST_KILLS=${QRATE_TEST_KILLS:-1000}
export QRATE_TEST_PHOTO_KILLS=${QRATE_TEST_PHOTO_KILLS:-300}
export QRATE_TEST_NOTICE_KILLS=${QRATE_TEST_NOTICE_KILLS:-100}
export QRATE_TEST_SAVES=${QRATE_TEST_SAVES:-5000}
export QRATE_TEST_ROWS=${QRATE_TEST_ROWS:-100000}
export QRATE_TEST_CLUSTER_SECONDS=${QRATE_TEST_CLUSTER_SECONDS:-600}
export QRATE_TEST_JOBS=${QRATE_TEST_JOBS:-5000}
export QRATE_TEST_ENTRIES=${QRATE_TEST_ENTRIES:-1000000}
export QRATE_TEST_OBJECTS=${QRATE_TEST_OBJECTS:-1000000}
export PROPTEST_CASES=${PROPTEST_CASES:-20000}
export QRATE_NO_RETRIES=true
export QRATE_FUZZ_ITERATIONS=${QRATE_FUZZ_ITERATIONS:-20000}
export QRATE_FUZZ_SECONDS=${QRATE_FUZZ_SECONDS:-60}

suite() {
    cargo test --quiet --release --package server --features test-servers --test suite "$@"
}

# PART TITLE COMMAND: runs the command, shows its output, and keeps that if it succeeds.
trial() {
    local part=$1 title=$2 started=$SECONDS said
    shift 2
    [[ ${#chosen[@]} -eq 0 || " ${chosen[*]} " == *" $part "* ]] || return 0
    said=$(mktemp)
    {
        printf '%s\n%s, %d cores, %s\n\n' "$title" "$(git describe --always --dirty)" "$(nproc)" "$(rustc --version)"
        "$@" 2>&1 | grep --line-buffered -vE '^( +(Compiling|Downloaded|Downloading|Finished|Running) |npm warn|running 0 tests|$)|0 passed; 0 failed' || exit "${PIPESTATUS[0]}"
        printf '%d s\n' $((SECONDS - started))
    } | sed -u "s#$PWD/##g" | tee "$said"
    mv "$said" "bench/torture/$part.txt"
}

chosen=("$@")
for part in "${chosen[@]}"; do
    grep -q "^trial $part " "$0" || { echo "there is no part $part" >&2; exit 2; }
done
tools/prerequisites.sh test
tools/test-servers.sh
# First, because it alone needs Kotlin: without it this ends at once.
trial kotlin "the Kotlin client of docs/device.md" \
    tools/device-kotlin.sh "${CARGO_TARGET_DIR:-target}/release/qrate"
trial fresh "a fresh clone with an empty cache: make run and make test" \
    tools/fresh.sh
trial kills "$QRATE_TEST_KILLS kills without losing anything" \
    suite killed_nothing_lost -- --nocapture
trial photo-kills "$QRATE_TEST_PHOTO_KILLS kills without losing a photo" \
    suite photos_survive_kills -- --nocapture
trial notice-kills "$QRATE_TEST_NOTICE_KILLS kills without telling anybody twice" \
    suite nobody_is_told_twice_whatever_is_killed -- --nocapture
trial many "$QRATE_TEST_ROWS codes of one table, killed twice on the way" \
    suite many_codes_survive_two_kills -- --nocapture
trial clusters "three instances behind a balancer, working, killed, restarted: $QRATE_TEST_CLUSTER_SECONDS s each" \
    suite cluster -- --nocapture --test-threads=1
trial objects "a bucket of $QRATE_TEST_OBJECTS foreign objects" \
    cargo test --quiet --release --package gallery --lib page_by_page -- --nocapture
trial large "a gallery of $QRATE_TEST_ENTRIES entries beside one of 1,000" \
    tools/bench.sh --only large "$QRATE_TEST_ENTRIES"
trial jobs "50 workers and $QRATE_TEST_JOBS jobs in SQS" \
    cargo test --quiet --release --package gallery --features test-servers --lib \
    queue::on_ministack::fifty_workers -- --nocapture
trial random "property tests, $PROPTEST_CASES cases each; fuzzing, $QRATE_FUZZ_ITERATIONS random inputs each" \
    env -u QRATE_TEST_OBJECTS cargo test --quiet --release --package qr --package domain --package gallery
trial fuzz "coverage-guided fuzzing, $QRATE_FUZZ_SECONDS s a target" \
    tools/fuzz.sh "$QRATE_FUZZ_SECONDS"
trial saves "$QRATE_TEST_SAVES saves while three pages watch" \
    npm --prefix end2end test --silent -- live -g 'three pages watch'
