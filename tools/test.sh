#!/usr/bin/env bash
# `make test`: every check, with its heading and time. Two rows of checks run side by side, so that neither the
# single-threaded linker nor a waiting test leaves a core idle; the last row needs the program of the first and the
# machine to itself. A failing check does not stop the rest, except those that cannot run without it. The output of a
# check is shown when it ends, and kept in target/checks. The last line is the total: each cargo or Playwright test
# counts as one, and so does each other check.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh
target=${CARGO_TARGET_DIR:-target}
program=$target/release/qrate
logs=$target/checks
results=$logs/results
mkdir -p "$logs"
: > "$results"
: > "$logs/failed"
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0

servers=(--features gallery/test-servers,server/test-servers,labels/photographs)
browser=(--package frontend --package contents --package uploads --package studio --target wasm32-unknown-unknown)

install_tools() {
    tools/npm.sh tools && tools/npm.sh end2end && tools/wasm-bindgen.sh dev && tools/browser.sh && tools/balancer.sh
}

# Clippy as the compiler of this workspace: it lints what it compiles, so nothing is compiled twice. Its arguments are
# passed as `cargo clippy` passes them.
linted() {
    RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ "$@"
}

end2end() {
    (cd end2end && npx playwright test)
}

# What is shipped.
first_row() {
    check 'browser side' tools/site.sh "${QRATE_SITE:-$target/site}" wasm-release || return
    check 'program' cargo build --release --package server || return
    check 'program size' tools/program-size.sh "$program"
    touch "$logs/program-is-built"
}

# Its source code.
second_row() {
    check 'format' cargo fmt --all --check
    check 'tidy' tools/tidy.sh
    check 'wasm fence' tools/wasm-fence.sh
    check 'types of end2end' npm --prefix end2end run --silent types
    check 'test servers' tools/test-servers.sh
    check 'clippy, browser' cargo clippy --quiet "${browser[@]}" -- -D warnings
    check 'clippy, build tool' cargo clippy --quiet --package bindgen -- -D warnings
    check 'prerequisites' tools/prerequisites-test.sh
    check 'deployment' tools/deploy-checks.sh
    check 'clippy, host' linted cargo test --quiet --no-run "${servers[@]}"
    check 'tests' linted cargo test --quiet --no-fail-fast "${servers[@]}"
    check 'tests of uploads' cargo test --quiet --package uploads
    check 'independent readers' tools/readers.sh
}

# End-to-end tests of the shipped program.
last_row() {
    check 'end to end' end2end
    check 'API as described' tools/api-contract.sh "$program"
    check 'state machine' tools/deploy-checks.sh states "$program"
}

main() {
    tools/prerequisites.sh test || exit 1
    check 'tools' install_tools || finish
    rm -f "$logs/program-is-built"
    first_row &
    second_row &
    wait
    [ ! -e "$logs/program-is-built" ] || last_row
    finish
}

# `check "heading" command …`: runs a command, shows its output, and records the result.
check() {
    local heading=$1 log=$logs/${1// /-}.log status p=0 f=0
    shift
    printf -- '-- %s: started\n' "$heading"
    begin_step
    "$@" > "$log" 2>&1 < /dev/null
    status=$?
    end_step
    read -r p f < <(count "$log")
    if [ $((p + f)) -eq 0 ] && [ "$status" -eq 0 ]; then p=1; fi
    if [ "$f" -eq 0 ] && [ "$status" -ne 0 ]; then f=1; fi
    (
        # One at a time, whatever else ends.
        if command -v flock > /dev/null; then flock 9; fi
        printf '\n== %s\n' "$heading"
        cat "$log"
        printf '%d %s %d %d %s\n' "$step_seconds" "$step_processor_minutes" "$p" "$f" "$heading" >> "$results"
        if [ "$f" -ne 0 ] || grep -qE '^  [0-9]+ flaky' "$log"; then
            named "$log" >> "$logs/failed"
            reasons "$log" >> "$logs/failed"
        fi
    ) 9>> "$results"
    return "$status"
}

# The tests that a log of cargo or Playwright reports: "passed failed". A skipped test counts as failed. One that passed
# at the second try (flaky) is named at the end.
count() {
    awk '/^test result: / { p += $4; f += $6 + $8 }
        /^  [0-9]+ (passed|flaky)/ { p += $1 }
        /^  [0-9]+ (failed|skipped|interrupted|did not run)/ { f += $1 }
        END { print p + 0, f + 0 }' "$1"
}

# Those that failed, or passed at the second try, by name: the end of the output may be all that somebody sees.
named() {
    awk '/^failures:$/ { lists = 1; how = "failed"; next }
        /^  [0-9]+ (failed|flaky|skipped|interrupted|did not run)/ { lists = 1; how = $2; next }
        lists && /^    [^ ]/ { print "  " how ": " substr($0, 5); next }
        lists && NF { lists = 0 }' "$1" | sort -u
}

# The first lines of each Rust test's panic.
reasons() {
    awk '/^---- .* stdout ----$/ { of_failed = 1; next }
        of_failed && / panicked at / { of_failed = 0; left = 6 }
        /^note: run with|^$/ { left = 0 }
        left-- > 0 { print "    " substr($0, 1, 400) }' "$1"
}

finish() {
    awk -v all="$SECONDS" '
        BEGIN { print "\n== times" }
        {
            seconds = $1; minutes = $2; p = $3; f = $4
            sub(/^[^ ]* [^ ]* [^ ]* [^ ]* /, "")
            printf "%5d s %5.1f processor minutes %5d passed %5d failed  %s\n", seconds, minutes, p, f, $0
            passed += p; failed += f; processor += minutes
            if (f) broken = broken "failed: " $0 "\n"
        }
        END {
            printf "%5d s %5.1f processor minutes  in all\n%s", all, processor, broken
            while ((getline line < names) > 0) print line
            printf "%d passed, %d failed\n", passed, failed
            exit failed != 0
        }' names="$logs/failed" "$results"
    exit
}

main
