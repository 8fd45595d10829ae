#!/usr/bin/env bash
# Part of `make test-deploy`: both compose files with podman-compose. Images that are not ours cannot be had here; what
# stands in for them is built from Debian packages and from the test servers, under their names.
# shellcheck source=tools/deploy/common.sh
. "$(dirname "$0")/common.sh"
own_podman
compose=$(python_packages podman-compose podman-compose==1.6.0)/bin/podman-compose
quietly env QRATE_BUILDER=podman tools/image.sh x86_64

export QRATE_PORT
QRATE_PORT=$(free_port)
url=http://127.0.0.1:$QRATE_PORT

compose() { quietly env --chdir="$work/project" "$compose" "$@"; }

echo 'compose.yaml: one instance'
mkdir "$work/project"
cp -r compose.yaml compose.cluster.yaml deploy "$work/project/"
compose up --detach
visit until "$url"
visited "$url" --photo
seen "$done"
container=$(podman ps --filter name=qrate --format '{{.Names}}')
podman kill --signal KILL "$container" > /dev/null
podman start "$container" > /dev/null
visit until "$url"
visit has "$url" "$id" "$text"
seen 'killed and started again: the save is there'
compose down
compose up --detach
visit until "$url"
visit has "$url" "$id" "$text"
seen 'down and up: the save is there'
compose down --volumes

echo 'compose.cluster.yaml: three instances, HAProxy, a worker, RustFS, DynamoDB Local, ElasticMQ'
tools/test-servers.sh 2> /dev/null
podman import --quiet "$(debian_tree)" localhost/debian > /dev/null
stand="$work/stand-ins"
mkdir "$stand"
cp "$cache"/dynoxide-3.2.0/bin/dynoxide "$stand/"
ministack=$cache/ministack-1.5.33
# Where tools/test-servers.sh put it, with or without venv, for Debian's own Python.
cp -r "$(dirname "$(find "$ministack" -maxdepth 5 -type d -name ministack -path '*packages/ministack')")" \
    "$stand/packages"

# IMAGE WHAT and the lines of a Containerfile
stands_in() {
    { echo 'FROM localhost/debian'; cat; } > "$stand/Containerfile"
    podman build --quiet --format docker --tag "$1" --file "$stand/Containerfile" "$stand" > /dev/null
    seen "stands in for $1: $2"
}
stands_in docker.io/library/haproxy:3.2 "Debian's HAProxy" << 'END'
ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
END
stands_in docker.io/rustfs/rustfs:latest 'MiniStack' << 'END'
COPY packages /packages
ENV PYTHONPATH=/packages GATEWAY_PORT=9000 BIND_HOST=0.0.0.0 MINISTACK_HOST=objects IOT_MTLS_ENABLED=0 SFTP_ENABLED=0
ENTRYPOINT ["python3", "-m", "ministack"]
END
stands_in docker.io/amazon/dynamodb-local:latest 'dynoxide' << 'END'
COPY dynoxide /usr/bin/dynoxide
ENTRYPOINT ["sh", "-c", "exec dynoxide serve --host 0.0.0.0 --port 8000 --db-path /data/table.sqlite"]
END
# The queues that deploy/container/elasticmq.conf names.
cat > "$stand/queues.sh" << 'END'
python3 -m ministack &
until curl -sf http://127.0.0.1:9324/_ministack/health > /dev/null; do sleep 0.1; done
for queue in $(sed -nE 's/^  (qrate[a-z-]*) \{.*/\1/p' /opt/elasticmq.conf); do
    curl -sf http://127.0.0.1:9324/ -d "Action=CreateQueue&QueueName=$queue" \
        --user test:test --aws-sigv4 aws:amz:us-east-1:sqs
done
wait
END
stands_in docker.io/softwaremill/elasticmq-native:latest 'MiniStack, with the queues that elasticmq.conf names' << 'END'
COPY packages /packages
COPY queues.sh /queues.sh
ENV PYTHONPATH=/packages GATEWAY_PORT=9324 BIND_HOST=0.0.0.0 MINISTACK_HOST=jobs IOT_MTLS_ENABLED=0 SFTP_ENABLED=0
ENTRYPOINT ["bash", "/queues.sh"]
END

if env --chdir="$work/project" "$compose" --file compose.cluster.yaml up --detach > "$work/said" 2>&1; then
    fail 'it starts without secrets'
fi
grep -q 'copy deploy/container/env.example to .env' "$work/said" || { cat "$work/said"; fail 'it does not say why'; }
seen 'without .env it refuses, and says what to do'
sed -e "s/^QRATE_STORAGE_KEY=/&$(tr -dc A-Za-z0-9 < /dev/urandom | head -c 20)/" \
    -e "s/^QRATE_STORAGE_SECRET=/&$(tr -dc A-Za-z0-9 < /dev/urandom | head -c 40)/" \
    "$work/project/deploy/container/env.example" > "$work/project/.env"
compose --file compose.cluster.yaml up --detach
visit until "$url"
visited "$url" --photo
seen "$done"
for instance in instance-1 instance-2 instance-3; do
    container=$(podman ps --filter "name=$instance" --format '{{.Names}}')
    podman kill --signal KILL "$container" > /dev/null
    # At once, while the balancer has not noticed yet.
    visit has "$url" "$id" "$text"
    visited "$url"
    podman start "$container" > /dev/null
    seen "$instance killed: the save is there, and the next one goes to another"
    within 60 podman exec "$container" /qrate health
done
container=$(podman ps --filter name=worker --format '{{.Names}}')
podman kill --signal KILL "$container" > /dev/null
podman start "$container" > /dev/null
visited "$url" --photo
seen 'the worker killed and started again: photos are worked on'
compose --file compose.cluster.yaml down --volumes
