#!/usr/bin/env bash
# Prints the path of HAProxy: $QRATE_HAPROXY, the one on the PATH, or Debian's, which is usually not on the PATH.
set -euo pipefail
haproxy=${QRATE_HAPROXY:-$(command -v haproxy || echo /usr/sbin/haproxy)}
if [ ! -x "$haproxy" ]; then
    echo 'balancer: HAProxy is missing; install it (Debian: sudo apt-get install haproxy)' >&2
    exit 1
fi
echo "$haproxy"
