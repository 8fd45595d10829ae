#!/usr/bin/env bash
# Destroys an environment in AWS: machines and load balancer. What was kept stays, and create-env.sh takes it up again.
#   [NAME=…] deploy/destroy-env.sh [--with-data]
# With --with-data it goes, too, after an export, and after its name was typed. QRATE names the program, if it is not on
# the PATH.
set -euo pipefail
case ${1:-} in '' | --with-data) ;; *) sed -n '2,5s/^# \?//p' "$0"; exit 2 ;; esac
if [ -z "${NAME:-}" ]; then
    read -r -p 'Name of the environment: ' NAME || { echo 'NAME is not set, and nobody answers' >&2; exit 1; }
fi
exec "${QRATE:-qrate}" deploy destroy "$NAME" "$@"
