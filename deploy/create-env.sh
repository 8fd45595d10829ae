#!/usr/bin/env bash
# Creates an environment in AWS: machines behind a load balancer, and a worker. Asks for what it is not given:
#   [NAME=…] [INSTANCES=…] [SSH_FROM=…] [HTTP_FROM=…] [EMAIL=…] [PORT=…] deploy/create-env.sh [AMI]
# Shows what will be made, and asks once more before it makes it. QRATE names the program, if it is not on the PATH.
# For everything else: qrate deploy create --help
set -euo pipefail

# ask VARIABLE DEFAULT QUESTION: asks for a variable that is not set. Set but empty, it stays empty.
ask() {
    [ -z "${!1+set}" ] || return 0
    read -r -p "$3 [$2]: " "$1"
    [ -n "${!1}" ] || printf -v "$1" %s "$2"
}

# One address is a network of one address.
network() {
    case $1 in
        '' | */*) echo "$1" ;;
        *) echo "$1/32" ;;
    esac
}

ask NAME qrate 'Name of the environment'
ask INSTANCES 4 'Most machines that serve pages'
ask SSH_FROM '' 'Address that may use SSH; empty: none'
ask HTTP_FROM '' 'Addresses that may use Qrate, such as 198.51.100.0/24; there are no accounts'
ask EMAIL '' 'E-mail address for alarms; empty: none'
ask PORT 5000 'Port of the load balancer'

options=(--kind ec2 --instances "$INSTANCES" --http-from "$(network "$HTTP_FROM")" --port "$PORT")
[ -z "${1:-}" ] || options+=(--image "$1")
[ -z "$SSH_FROM" ] || options+=(--ssh-from "$(network "$SSH_FROM")")
[ -z "$EMAIL" ] || options+=(--email "$EMAIL")
exec "${QRATE:-qrate}" deploy create "$NAME" "${options[@]}"
