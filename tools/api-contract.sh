#!/usr/bin/env bash
# Holds the running program against the description of its API, operation by operation: `tools/api-contract.sh PROGRAM`.
# Then shows that planted faults would be found. Schemathesis comes from PyPI into the cache.
#   QRATE_API_EXAMPLES=N   requests for each operation (default 20)
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1")
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
environment=$cache/schemathesis-$(sha256sum tools/api/requirements.txt | cut -c1-16)
if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement tools/api/requirements.txt
    touch "$environment/complete"
fi

folder=$(mktemp -d)
"$program" serve --listen 127.0.0.1:0 --data-dir "$folder/data" > "$folder/log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null; wait "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
    address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$folder/log" | head -1 || true)
    if [ -n "$address" ]; then break; fi
    sleep 0.1
done
if [ -z "$address" ]; then
    cat "$folder/log"
    exit 1
fi

# Something to find: a code and a photo.
curl -sf "$address/api/v1/spaces/main/entries" -H 'Content-Type: application/json' -d '{"text": "first"}' > /dev/null
curl -sf "$address/qr?text=photo&format=png" -o "$folder/photo.png"
curl -sf "$address/api/v1/spaces/main/photos?name=a.png" --data-binary "@$folder/photo.png" > /dev/null

tools=$PWD/tools/api
export SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$tools
cd "$folder"
# The event stream does not end, and JSON lines are one text to a description: both have tests of their own.
run() {
    "$environment/bin/st" --no-color --config-file "$tools/schemathesis.toml" run "$address/api/v1/openapi.json" --exclude-path '/api/v1/spaces/{space}/events' \
        --exclude-path '/api/v1/spaces/{space}/batch' \
        --seed 1 --request-timeout 20 --generation-database none --exclude-checks positive_data_acceptance "$@"
}
run --max-examples "${QRATE_API_EXAMPLES:-20}" --continue-on-failure
echo "no failure: each answer is as the description says"

for plant in status member type; do
    if QRATE_PLANT=$plant run --max-examples 5 --phases examples,fuzzing \
        --include-operation-id listEntries > "$folder/planted" 2>&1; then
        cat "$folder/planted"
        echo "the planted fault was not found: $plant"
        exit 1
    fi
    if ! grep -qE 'Undocumented status code|violates schema' "$folder/planted"; then
        cat "$folder/planted"
        echo "something else failed than the planted fault: $plant"
        exit 1
    fi
    echo "found: planted $plant"
done
