#!/usr/bin/env bash
# The browser's side must not link host crates.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$(cargo tree --package frontend --package contents --package uploads --package studio --target wasm32-unknown-unknown --edges normal --prefix none | cut -d' ' -f1 | sort -u)
host='^(client|gallery|labels|server|axum.*|hyper.*|h2|mio|tokio.*|sqlx.*|libsqlite3-sys|aws-.*|reqwest|rustls|notify|clap)$'
if found=$(grep -E "$host" <<<"$tree"); then
    printf 'in the tree of the browser'"'"'s side, but of the host:\n%s\n' "$found"
    exit 1
fi
echo "$(wc -l <<<"$tree") crates, none of the host"
