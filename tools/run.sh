#!/usr/bin/env bash
# `make run`: builds quickly (the profile `quick`) and starts the program, with the arguments given. Says at each step
# which of how many it is, and what it took.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh
target=${CARGO_TARGET_DIR:-target}
# Beside that of `make release`, for which server/build.rs looks by itself.
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
step 'what has to be there' tools/prerequisites.sh run
step 'tools from npm, into the cache' tools/npm.sh tools
step "the browser's side: compile to WASM" tools/site.sh "$site" quick
step 'the program: compile, with the page inside' env QRATE_SITE="$site" cargo build --profile quick --package server
printf '\nBuilt in %d s. The page is at the address that follows; Ctrl-C ends the program.\n' $((SECONDS - started))
exec "$target/quick/qrate" serve "$@"
