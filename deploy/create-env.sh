#!/usr/bin/env bash
# Creates an environment in AWS: machines behind a load balancer, and a worker. Asks for what it is not given:
#   [NAME=…] [INSTANCES=…] [SSH_FROM=…] [KEY_NAME=…] [HTTP_FROM=…] [EMAIL=…] [PORT=…] [INSTALLED=yes]
#   deploy/create-env.sh [AMI]
# Shows what will be made, and asks once more before it makes it. QRATE names the program, if it is not on the PATH.
# For everything else: qrate deploy create --help
set -euo pipefail
case ${1:-} in -*) sed -n '2,6s/^# \?//p' "$0"; exit 2 ;; esac

# ask VARIABLE DEFAULT QUESTION: asks for a variable that is not set. Set but empty, it stays empty.
ask() {
    [ -z "${!1+set}" ] || return 0
    read -r -p "$3 [$2]: " "$1" 2>&1 || { echo "$1 is not set, and nobody answers" >&2; exit 1; }
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
[ -z "$SSH_FROM" ] || ask KEY_NAME '' 'Key pair for SSH, as EC2 knows it'
ask HTTP_FROM '' 'Addresses that may use Qrate, such as 198.51.100.0/24; there are no accounts'
ask EMAIL '' 'E-mail address for alarms; empty: none'
ask PORT 5000 'Port of the load balancer'

options=(--kind ec2 --instances "$INSTANCES" --port "$PORT")
[ -z "$HTTP_FROM" ] || options+=(--http-from "$(network "$HTTP_FROM")")
[ -z "${1:-}" ] || options+=(--image "$1")
# An AMI with Qrate in it: INSTALLED=yes.
[ -z "${INSTALLED:-}" ] || options+=(--installed)
[ -z "$SSH_FROM" ] || options+=(--ssh-from "$(network "$SSH_FROM")")
[ -z "${KEY_NAME:-}" ] || options+=(--key-name "$KEY_NAME")
[ -z "$EMAIL" ] || options+=(--email "$EMAIL")
exec "${QRATE:-qrate}" deploy create "$NAME" "${options[@]}"
