#!/usr/bin/env bash
# Prints where HAProxy is. Where it is missing, Debian's package is installed by whoever may.
set -euo pipefail
# Debian has it where only root looks.
PATH=$PATH:/usr/sbin
if ! command -v haproxy > /dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
        echo 'balancer: haproxy is missing; install it (Debian: apt-get install haproxy)' >&2
        exit 1
    fi
    echo 'balancer: installing haproxy' >&2
    # Only the program: as a service it would want port 80.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends haproxy >&2
fi
command -v haproxy
