#!/usr/bin/env bash
# What no compiler checks: every Rust file says first what it holds; no test is switched off, chosen alone, or
# waits for a clock; a module with children is a `mod.rs`; files do not import each other in a circle; grants
# are made in one file; the npm lock
# files name no registry.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0
complain() {
    echo "$1"
    status=1
}

while IFS= read -r file; do
    [ "$(head -c 3 "$file")" = '//!' ] || complain "$file: begin with //! what it holds, why, and what is not here"
done < <(git ls-files --cached --others --exclude-standard '*.rs')

switched_off='#\[ignore|\b(test|describe|it)\.(skip|only|fixme|fail)\b|waitForTimeout|disableRules'
while IFS= read -r found; do
    complain "$found: a test that is switched off, or sleeps"
done < <(git grep --untracked -nE "$switched_off" -- '*.rs' 'end2end/*.ts')

while IFS= read -r found; do
    complain "$found: remove it (the .npmrc beside it leaves it out)"
done < <(git grep --untracked -n '"resolved"' -- '*package-lock.json')

# Who is asking is looked at in one file.
issuing='\bissue(_for_all)?\b'
while IFS= read -r found; do
    complain "$found: only server/src/grants.rs grants anything"
done < <(git grep --untracked -nE "$issuing" -- '*.rs' ':!gallery/src/grant.rs' ':!server/src/grants.rs' \
    ':!*/tests/*' ':!gallery/src/testing/*' ':!tools/*')

while IFS= read -r file; do
    [ -z "$(git ls-files --cached --others --exclude-standard "${file%.rs}/*.rs")" ] ||
        complain "$file: move it to ${file%.rs}/mod.rs, as every module with children"
done < <(git ls-files --cached --others --exclude-standard '*.rs')

cargo run --quiet --package circles -- qr domain gallery server app || status=1

exit $status
