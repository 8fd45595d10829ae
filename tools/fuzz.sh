#!/usr/bin/env bash
# Coverage-guided fuzzing: `tools/fuzz.sh SECONDS [TARGET …]` runs libFuzzer for this long on each of the targets in
# qr/src/tests/fuzz.rs and photos/src/tests/fuzz.rs, one after another. The corpus stays in the cache for the next run;
# a failing input is shown, and kept beside the targets in __fuzz__, where cargo's tests try it too. Needs its own
# build, which takes some minutes, and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
target=${CARGO_TARGET_DIR:-target}/fuzz

# What `cargo bolero` would pass: it cannot leave out test programs that are not for fuzzing.
flags='--cfg fuzzing --cfg fuzzing_libfuzzer -Cpasses=sancov-module'
for counter in inline-8bit-counters level=4 pc-table trace-compares stack-depth; do
    flags+=" -Cllvm-args=-sanitizer-coverage-$counter"
done
# A separate target, so that the flags do not apply to build scripts.
host=$(rustc -vV | sed -n 's/^host: //p')

for package in qr photos; do
    mapfile -t targets < <(sed -n 's/^fn \(any_[a-z_]*\)().*/\1/p' "$package/src/tests/fuzz.rs")
    if [ $# -gt 0 ]; then
        mapfile -t targets < <(printf '%s\n' "${targets[@]}" | grep -Fx -f <(printf '%s\n' "$@"))
    fi
    [ ${#targets[@]} -gt 0 ] || continue
    program=$(BOLERO_FUZZER=libfuzzer RUSTFLAGS=$flags cargo test --profile fuzz --package "$package" --lib --no-run \
        --target "$host" --target-dir "$target" --message-format json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
    for name in "${targets[@]}"; do
        corpus=$cache/fuzz/$name
        crashes=$PWD/$package/src/tests/__fuzz__/tests__fuzz__$name/crashes
        mkdir -p "$corpus" "$crashes"
        printf '%s: ' "$name"
        log=$target/$name.log
        options="$corpus $crashes -artifact_prefix=$crashes/ -timeout=60 -max_total_time=$seconds"
        if ! BOLERO_TEST_NAME=tests::fuzz::$name BOLERO_LIBTEST_HARNESS=1 BOLERO_LIBFUZZER_ARGS=$options \
            "$program" --exact "tests::fuzz::$name" --nocapture --quiet --test-threads 1 > "$log" 2>&1; then
            tail -60 "$log"
            exit 1
        fi
        sed -n 's/^Done \(.*\)/\1/p' "$log" | tail -1
        rmdir -p --ignore-fail-on-non-empty "$crashes"
    done
done
