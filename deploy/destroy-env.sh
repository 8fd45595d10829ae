#!/usr/bin/env bash
# Destroys an environment in AWS: machines and load balancer. What was kept stays, and create-env.sh takes it up again.
#   [NAME=…] deploy/destroy-env.sh [--with-data]
# With --with-data it goes, too, after an export, and after its name was typed. QRATE names the program, if it is not on
# the PATH.
set -euo pipefail
if [ -z "${NAME:-}" ]; then read -r -p 'Name of the environment: ' NAME; fi
exec "${QRATE:-qrate}" deploy destroy "$NAME" "$@"
