#!/usr/bin/env bash
# Installs the packages pinned by a folder's npm lock file, once per lock, outside the checkout: `tools/npm.sh
# end2end`. The folder gets a link `node_modules` into the cache, which all checkouts share.
set -euo pipefail
folder=$1
cache=${QRATE_CACHE:-$HOME/.cache/qrate}

if grep -q '"resolved"' "$folder/package-lock.json"; then
    echo "$folder/package-lock.json names a registry: rewrite it with the .npmrc next to it." >&2
    exit 1
fi

key=$(cat "$folder/package.json" "$folder/package-lock.json" | sha256sum | cut -c1-16)
installed=$cache/npm-$key
if [ ! -e "$installed/complete" ]; then
    echo "npm: installing $folder into $installed"
    rm -rf "$installed"
    mkdir -p "$installed"
    cp "$folder/package.json" "$folder/package-lock.json" "$folder/.npmrc" "$installed/"
    (cd "$installed" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error)
    touch "$installed/complete"
fi
if [ "$(readlink "$folder/node_modules" || true)" != "$installed/node_modules" ]; then
    rm -rf "$folder/node_modules"
    ln -s "$installed/node_modules" "$folder/node_modules"
fi
