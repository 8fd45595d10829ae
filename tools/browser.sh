#!/usr/bin/env bash
# Prints the path of Chromium: $QRATE_BROWSER, the one on the PATH, or else Playwright's, which it downloads into the
# cache.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${QRATE_BROWSER:-}" ]; then
    echo "$QRATE_BROWSER"
    exit
fi
for name in chromium google-chrome google-chrome-stable chromium-browser; do
    if command -v "$name"; then
        exit
    fi
done
export PLAYWRIGHT_BROWSERS_PATH=${QRATE_CACHE:-$HOME/.cache/qrate}/browsers
tools/npm.sh end2end >&2
cd end2end
path() { node -e "console.log(require('@playwright/test').chromium.executablePath())"; }
if [ ! -x "$(path)" ]; then
    echo "browser: none on the PATH; downloading Playwright's Chromium" >&2
    npx playwright install chromium >&2
fi
path
