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
    export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
    install=(apt-get install --quiet --yes --no-install-recommends haproxy)
    "${install[@]}" >&2 || { apt-get update --quiet && "${install[@]}"; } >&2
fi
command -v haproxy
