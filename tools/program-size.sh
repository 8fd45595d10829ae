#!/usr/bin/env bash
# The program must not exceed 34.5 MB: `tools/program-size.sh target/release/qrate`.
set -euo pipefail
limit_bytes=34500000
size_bytes=$(stat -c %s "$1")
echo "$size_bytes bytes of $limit_bytes"
[ "$size_bytes" -le "$limit_bytes" ]
