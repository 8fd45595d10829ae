#!/usr/bin/env bash
# Prints where HAProxy is: $QRATE_HAPROXY, or the one on the PATH, or where Debian puts it, outside the PATH of most.
set -euo pipefail
haproxy=${QRATE_HAPROXY:-$(command -v haproxy || echo /usr/sbin/haproxy)}
if [ ! -x "$haproxy" ]; then
    echo 'balancer: HAProxy is missing; install it (Debian: sudo apt-get install haproxy)' >&2
    exit 1
fi
echo "$haproxy"
