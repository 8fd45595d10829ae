#!/usr/bin/env bash
# Part of `make test-deploy`: auto-scaling by the template (tools/deploy/scaling.py): by processor and by connections, 1
# to 4 and back, and a second template, whose largest group is of 2.
# shellcheck source=tools/deploy/common.sh
. "$(dirname "$0")/common.sh"
program=$(tools/static.sh x86_64 2> /dev/null)
python=$(python_packages deploy pyyaml==6.0.3 boto3==1.43.106)/bin/python
export PYTHONDONTWRITEBYTECODE=1
ulimit -n 16384
tools/test-servers.sh 2> /dev/null

# TITLE TEMPLATE KINDS OF LOAD
rehearsed() {
    local port folder
    port=$(free_port)
    echo "$1"
    rm -f "$work/input"
    mkfifo "$work/input"
    tools/test-servers.sh serve ministack "$port" < "$work/input" > "$work/ministack.log" 2>&1 &
    exec 8> "$work/input"
    within 60 curl --silent --fail "http://127.0.0.1:$port/_ministack/health"
    # HAProxy takes a comma in the path of its socket for the end of the path.
    folder=$work/${3//,/-}
    mkdir "$folder"
    "$python" tools/deploy/scaling.py "$2" "$program" "$(tools/balancer.sh)" "http://127.0.0.1:$port" \
        "$folder" 60 "$3" \
        Deployment=test Image=ami-1 HttpFrom=0.0.0.0/0 8>&-
    exec 8>&-
}

rehearsed 'deploy/ec2.yaml, 60 times as fast' deploy/ec2.yaml cpu,connections
sed '/^  Maximum:$/,/^  [A-Z]/s/^    Default: 4$/    Default: 2/' deploy/ec2.yaml > "$work/ec2.yaml"
if cmp --silent "$work/ec2.yaml" deploy/ec2.yaml; then fail 'the template has no maximum of 4'; fi
rehearsed 'the same with a maximum of 2' "$work/ec2.yaml" cpu
