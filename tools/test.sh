#!/usr/bin/env bash
# `make test`: every check in order, each with its heading and time. A check that fails does not stop the rest,
# save those that cannot run without it. The last line counts: each test of cargo and Playwright is one, each
# other check is one.
set -uo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
program=$target/release/qrate
logs=$target/checks
mkdir -p "$logs"
export CARGO_TERM_COLOR=never
passed=0
failed=0
times=()
broken=()

# `check "heading" command …`: runs it, shows what it says, counts it.
check() {
    local heading=$1 log=$logs/${1// /-}.log started=$SECONDS status p=0 f=0
    shift
    printf '\n== %s\n' "$heading"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    read -r p f < <(count "$log")
    if [ $((p + f)) -eq 0 ] && [ "$status" -eq 0 ]; then p=1; fi
    if [ "$f" -eq 0 ] && [ "$status" -ne 0 ]; then f=1; fi
    passed=$((passed + p))
    failed=$((failed + f))
    if [ "$f" -ne 0 ]; then broken+=("$heading"); fi
    times+=("$(printf '%5d s  %5d passed %5d failed  %s' $((SECONDS - started)) "$p" "$f" "$heading")")
    return "$status"
}

# The tests that a log of cargo or Playwright tells of: "passed failed". A skipped test is a failed one here.
count() {
    awk '/^test result: / { p += $4; f += $6 + $8 }
        /^  [0-9]+ passed/ { p += $1 }
        /^  [0-9]+ (failed|flaky|skipped|interrupted|did not run)/ { f += $1 }
        END { print p + 0, f + 0 }' "$1"
}

finish() {
    printf '\n== times\n'
    printf '%s\n' "${times[@]}"
    printf '%5d s  in all\n' "$SECONDS"
    if [ ${#broken[@]} -ne 0 ]; then printf 'failed: %s\n' "${broken[@]}"; fi
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
    exit
}

install_tools() {
    tools/npm.sh tools && tools/npm.sh end2end && tools/wasm-bindgen.sh && tools/browser.sh && tools/test-servers.sh && tools/balancer.sh
}

end2end() {
    (cd end2end && npx playwright test)
}

check 'tools' install_tools || finish
check 'format' cargo fmt --all --check
check 'tidy' tools/tidy.sh
check 'wasm fence' tools/wasm-fence.sh
check 'browser side' tools/site.sh "${QRATE_SITE:-$target/site}" wasm-release || finish
check 'clippy, host' cargo clippy --quiet --all-targets --features gallery/test-servers,server/test-servers -- -D warnings
check 'clippy, browser' cargo clippy --quiet --package frontend --package contents --package studio --target wasm32-unknown-unknown -- -D warnings
check 'tests' cargo test --quiet --no-fail-fast --features gallery/test-servers,server/test-servers
check 'readers of others' tools/readers.sh
check 'program' cargo build --release --package server || finish
check 'program size' tools/program-size.sh "$program"
check 'types of end2end' npm --prefix end2end run --silent types
check 'end to end' end2end
finish
