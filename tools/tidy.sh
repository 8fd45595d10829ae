#!/usr/bin/env bash
# Checks that no compiler makes: every Rust file starts by saying what it holds; no test is disabled, selected alone
# or sleeps; a module with children is a `mod.rs`; files do not import each other in circles; grants are made in one
# file; the npm lock files name no registry.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0
complain() {
    echo "$1"
    status=1
}

while IFS= read -r file; do
    [ "$(head -c 3 "$file")" = '//!' ] || complain "$file: start with a //! header: what the file holds, why, and what it does not"
done < <(git ls-files --cached --others --exclude-standard '*.rs')

switched_off='#\[ignore|\b(test|describe|it)\.(skip|only|fixme|fail)\b|waitForTimeout|disableRules'
while IFS= read -r found; do
    complain "$found: a disabled test, or one that sleeps"
done < <(git grep --untracked -nE "$switched_off" -- '*.rs' 'end2end/*.ts')

while IFS= read -r found; do
    complain "$found: remove it (the .npmrc next to it omits it)"
done < <(git grep --untracked -n '"resolved"' -- '*package-lock.json')

# Only one file makes grants.
issuing='\bissue(_for_all)?\b'
while IFS= read -r found; do
    complain "$found: only server/src/grants.rs grants anything"
done < <(git grep --untracked -nE "$issuing" -- '*.rs' ':!gallery/src/grant.rs' ':!server/src/grants.rs' \
    ':!*/tests/*' ':!gallery/src/testing/*' ':!tools/*')

while IFS= read -r file; do
    [ -z "$(compgen -G "${file%.rs}/*.rs")" ] ||
        complain "$file: move it to ${file%.rs}/mod.rs, as every module with children"
done < <(git ls-files --cached --others --exclude-standard '*.rs')

cargo run --quiet --package circles -- qr domain photos labels gallery client deploy server app uploads || status=1

exit $status
