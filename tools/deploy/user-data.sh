#!/usr/bin/env bash
# Part of `make test-deploy`: the user data of the templates for machines, run by cloud-init on a whole machine, with
# the Debian package and with the bare program, until the page answers. Stand-ins: for the metadata service
# (tools/deploy/metadata.py); for S3, DynamoDB, SQS, logs and CloudFormation MiniStack under AWS's own names, behind
# HAProxy with a certificate of an authority made here, which the machine trusts; for the volume of ec2-one.yaml a loop
# device, which `lsblk` there shows as /dev/sdf.
# shellcheck source=tools/deploy/common.sh
. "$(dirname "$0")/common.sh"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
quietly tools/package.sh x86_64
deb=$target/debian/qrate_${version}_amd64.deb
program=$(tools/static.sh x86_64 2> /dev/null)
python=$(python_packages deploy pyyaml==6.0.3 boto3==1.43.106)/bin/python
export PYTHONDONTWRITEBYTECODE=1
region=eu-central-1
services='s3 dynamodb sqs logs cloudformation'
tools/test-servers.sh 2> /dev/null

# The authority, and the certificate of the stand-ins.
names="DNS:*.s3.$region.amazonaws.com"
for service in $services; do names+=,DNS:$service.$region.amazonaws.com; done
mkdir "$work/tls"
(
    cd "$work/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=test authority' -keyout ca.key -out ca.crt
    openssl req -newkey rsa:2048 -nodes -subj '/CN=stand-ins' -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt \
        -extfile <(echo "subjectAltName=$names")
    cat server.crt server.key > server.pem
) 2> /dev/null

# A new account, at $endpoint.
new_account() {
    local port
    port=$(free_port)
    endpoint=http://127.0.0.1:$port
    # It ends with its input, which this holds open.
    rm -f "$work/input"
    mkfifo "$work/input"
    tools/test-servers.sh serve ministack "$port" < "$work/input" > "$work/ministack.log" 2>&1 &
    exec 8> "$work/input"
    within 60 curl --silent --fail "$endpoint/_ministack/health"
    cat > "$work/haproxy.cfg" << END
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    option httplog
    log stdout format raw local0
frontend amazon
    bind :443 ssl crt $work/tls/server.pem
    http-request set-header X-Forwarded-Proto https
    default_backend ministack
backend ministack
    server ministack 127.0.0.1:$port
END
}

# A tree whose cloud-init finds an instance of EC2, and whose requests to AWS end here.
instance_tree() {
    machine_tree "$1"
    rm "$work/$1/etc/cloud/cloud-init.disabled"
    cp "$work/tls/ca.crt" "$work/$1/usr/local/share/ca-certificates/test.crt"
    quietly systemd-nspawn --quiet --directory "$work/$1" --register=no --keep-unit --pipe update-ca-certificates
    # Its firmware does not say that it is one, and its network is there already.
    cat > "$work/$1/etc/cloud/cloud.cfg.d/99-test.cfg" << 'END'
datasource_list: [Ec2]
datasource: {Ec2: {strict_id: false, metadata_urls: ["http://169.254.169.254"]}}
network: {config: disabled}
# Images of EC2 have the package for it.
locale: false
END
    {
        echo '127.0.0.1 localhost'
        for service in $services; do echo "$host_address $service.$region.amazonaws.com"; done
        for bucket in qrate-test qrate-test-packages; do
            echo "$host_address $bucket-000000000000-$region.s3.$region.amazonaws.com"
        done
    } > "$work/$1/etc/hosts"
}

volume=
volume_for() {
    truncate --size 1G "$work/volume"
    volume=$(losetup --find --show "$work/volume")
    at_end+=("losetup --detach $volume")
    cat > "$work/$1/usr/local/bin/lsblk" << 'END'
#!/bin/sh
case "$*" in *PKNAME*) echo /dev/vda ;; *) printf '/dev/vda disk\n/dev/sdf disk\n' ;; esac
END
    chmod +x "$work/$1/usr/local/bin/lsblk"
}

done_well() { inside cloud-init status | grep -q 'status: done'; }
works() { inside pgrep --full --exact '/usr/bin/qrate worker'; }
answers() { curl --silent --fail "http://$machine_address:$1/"; }

# KIND PACKAGE: KIND is a template and, for a group of it, the group
runs() {
    local kind=$1 package=$2 template=deploy/${1%%/*}.yaml resource=Instance role=${1##*/} port=80
    local tree=${kind//\//-} parameters=(Deployment=test Image=ami-1 HttpFrom=0.0.0.0/0) begun given options=()
    [ "${kind%%/*}" = ec2-one ] || resource=LaunchTemplate port=5000
    new_account
    "$python" tools/deploy/account.py "$endpoint" "$template" "$version" "$package" "$work/credentials" \
        "${parameters[@]}" > "$work/given"
    read -r -a given < "$work/given"
    env AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=$region AWS_ENDPOINT_URL="$endpoint" \
        "$program" setup --yes --bucket "qrate-test-000000000000-$region" --table qrate-test --queue qrate-test \
        --jobs-queue qrate-test-jobs > /dev/null
    "$python" tools/deploy/template.py "$template" user-data "$resource" "${parameters[@]}" "${given[@]}" \
        > "$work/user-data"
    instance_tree "$tree"
    if [ "$resource" = Instance ]; then
        volume_for "$tree"
        options=(--bind "$volume")
    fi

    begun=$SECONDS
    boot "$tree" "${options[@]}"
    if [ "$resource" = Instance ]; then inside cp --archive "$volume" /dev/sdf; fi
    # The program waits a second for it, also on a busy machine.
    nice --adjustment=-10 "$python" tools/deploy/metadata.py "$work/user-data" "$work/credentials" "$role" > "$work/metadata.log" 2>&1 &
    local metadata=$! balancer
    at_end+=("kill $metadata")
    "$(tools/balancer.sh)" -db -f "$work/haproxy.cfg" > "$work/haproxy.log" 2>&1 &
    balancer=$!
    at_end+=("kill $balancer")
    if ! (
        if [ "$role" = Workers ]; then within 120 works; else within 120 answers "$port"; fi
        what="the page answers on port $port"
        [ "$role" != Workers ] || what='the worker runs'
        seen "$kind, $(basename "$package"): $what after $((SECONDS - begun)) s"
        within 120 done_well
    ); then
        inside tail -60 /var/log/cloud-init-output.log || true
        inside journalctl --unit qrate --no-pager | tail -20 || true
        tail -20 "$work/haproxy.log"
        cp "$work/haproxy.log" "$work/user-data" /tmp/
        fail "$kind does not start"
    fi
    if [ "$role" != Workers ]; then
        visited "http://$machine_address:$port"
        seen "$done"
    fi
    same qrate "$(inside stat --format %U "/proc/$(inside systemctl show --property MainPID --value qrate)")" 'the user'
    if ! inside systemctl start qrate-logs; then
        inside journalctl --unit qrate-logs --no-pager
        fail 'the log is not sent'
    fi
    power_off
    kill "$metadata" "$balancer"
    wait "$metadata" "$balancer" || true
    exec 8>&-
    if [ -n "$volume" ]; then
        blkid "$volume" | grep -q 'LABEL="qrate-data".*TYPE="ext4"' || fail 'the volume has no file system'
        losetup --detach "$volume"
        volume=
    fi
    rm -rf --one-file-system "${work:?}/$tree"
}

for package in "$deb" "$program"; do
    runs ec2/Pages "$package"
    runs ec2/Workers "$package"
    runs ec2-one "$package"
done
