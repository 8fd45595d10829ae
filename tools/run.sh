#!/usr/bin/env bash
# `make run`: builds with the profile `quick` and starts the program with the given arguments. Prints the progress and
# duration of each step.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh
target=${CARGO_TARGET_DIR:-target}
# Not the folder of `make release`, which server/build.rs uses by default.
site=$(realpath -m "$target/site-quick")
steps=$(grep -c '^step ' "$0")
number=0

# STEP COMMAND …
step() {
    local what=$1
    shift
    number=$((number + 1))
    printf '\n[%d/%d] %s\n' "$number" "$steps" "$what"
    begin_step
    "$@"
    end_step
    printf '[%d/%d] done: %d s, %s processor minutes\n' "$number" "$steps" "$step_seconds" "$step_processor_minutes"
}

started=$SECONDS
step 'check the prerequisites' tools/prerequisites.sh run
step 'install npm tools into the cache' tools/npm.sh tools
step "compile the browser's side to WASM" tools/site.sh "$site" quick
step 'compile the program, with the pages inside' env QRATE_SITE="$site" cargo build --profile quick --package server
printf '\nBuilt in %d s. Open the address below; Ctrl-C stops the program.\n' $((SECONDS - started))
exec "$target/quick/qrate" serve "$@"
