#!/usr/bin/env bash
# Runs the Kotlin client of docs/device.md against the program: `tools/device-kotlin.sh PROGRAM`. What it prints must be
# what the page says, and the pictures that it gets must hold the texts that it sent. Needs kotlinc and java (Debian:
# `kotlin`).
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1")
page=$PWD/docs/device.md
for tool in kotlinc java; do
    if ! command -v "$tool" > /dev/null; then
        echo "device-kotlin: $tool is missing; install it (Debian: sudo apt-get install kotlin)" >&2
        exit 1
    fi
done

# LANGUAGE: the only block of the page in it.
block() {
    awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```$/ { inside = 0 } inside' "$page"
}

folder=$(mktemp -d)
server=
# shellcheck disable=SC2329
end() {
    [ -z "$server" ] || { kill "$server" 2> /dev/null; wait "$server" 2> /dev/null || true; }
    rm -rf "$folder"
}
trap end EXIT
block kotlin > "$folder/Device.kt"
block text > "$folder/expected"
# Its start script passes options that newer versions of Java warn of.
if ! kotlinc "$folder/Device.kt" -include-runtime -d "$folder/device.jar" 2> "$folder/warnings"; then
    cat "$folder/warnings"
    exit 1
fi
echo "compiled $(wc -l < "$folder/Device.kt") lines"

: > "$folder/log"
"$program" serve --listen 127.0.0.1:0 --data-dir "$folder/data" > "$folder/log" 2>&1 &
server=$!
address=
for _ in $(seq 100); do
    address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$folder/log" | head -1 || true)
    [ -z "$address" ] || break
    sleep 0.1
done
[ -n "$address" ] || { cat "$folder/log"; exit 1; }

mkdir "$folder/pictures"
cd "$folder/pictures"
java -Dfile.encoding=UTF-8 -Dsun.stdout.encoding=UTF-8 -Dstdout.encoding=UTF-8 -jar "$folder/device.jar" "$address" \
    > "$folder/said"
diff -u "$folder/expected" "$folder/said" || { echo 'it prints something else than docs/device.md says'; exit 1; }
"$program" read menu.png wine.png card.png > "$folder/read"
diff -u - "$folder/read" << 'TEXTS' || { echo 'a picture holds another text'; exit 1; }
menu.png: Lunch: "Käsespätzle" 🍝\n12 €
wine.png: https://example.com/wine
card.png: https://example.com/card
TEXTS
echo 'made, replaced, retrieved, read back and deleted: as docs/device.md says'
