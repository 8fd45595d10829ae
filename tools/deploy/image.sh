#!/usr/bin/env bash
# Part of `make test-deploy`: builds the image with buildah and with podman, runs it, kills it, and runs the program for
# arm64 under qemu.
# shellcheck source=tools/deploy/common.sh
. "$(dirname "$0")/common.sh"
own_podman
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
own_address=$(hostname -I | cut -d' ' -f1)

for builder in buildah podman; do
    echo "$builder builds the image"
    quietly env QRATE_BUILDER="$builder" tools/image.sh
    seen "$(tail -1 "$work/said" | sed "s#: /.*/#: #")"
    index=$("$builder" manifest inspect "localhost/qrate:$version" | python3 -c '
import json, sys
platforms = [image["platform"] for image in json.load(sys.stdin)["manifests"]]
print(*sorted(platform["os"] + "/" + platform["architecture"] for platform in platforms))')
    same 'linux/amd64 linux/arm64' "$index" 'the index'
    seen "the index has $index"
    [ "$builder" = podman ] || podman rmi --all --force > /dev/null
done

echo 'the image'
podman image inspect localhost/qrate:latest > "$work/image.json"
python3 - "$work/image.json" << 'END'
import json, sys
image = json.load(open(sys.argv[1], encoding="utf-8"))[0]
config = image["Config"]
expected = {"User": "65532:65532", "Volumes": {"/data": {}}, "ExposedPorts": {"5000/tcp": {}}, "Entrypoint": ["/qrate"],
            "Cmd": ["serve"]}
for key, value in expected.items():
    assert config[key] == value, (key, config[key])
assert image["HealthCheck" if "HealthCheck" in image else "Healthcheck"]["Test"] == ["CMD", "/qrate", "health"], image
labels = {key.rpartition(".")[2] for key in config["Labels"] if key.startswith("org.opencontainers.image.")}
assert labels == {"title", "description", "licenses", "version", "revision"}, labels
print("  user, volume, port, health check and labels are as the Containerfile says;", image["Architecture"])
END
container=$(podman create localhost/qrate:latest)
podman export "$container" | tar --list --verbose > "$work/files"
podman rm "$container" > /dev/null
# The rest is what podman mounts.
files=$(awk '!/^d/ { print $6 }' "$work/files" |
    grep -vE '^(dev|proc|sys|run|etc/(hosts|hostname|resolv.conf|mtab))' | sort | xargs)
same 'etc/ssl/certs/ca-certificates.crt qrate' "$files" 'the files in the image'
seen "its only files: $files"

echo 'a container'
port=$(free_port)
run=(podman run --detach --name one --publish "$port:5000" --volume data:/data --read-only --cap-drop all)
"${run[@]}" localhost/qrate:latest > /dev/null
visit until "http://$own_address:$port"
visited "http://$own_address:$port" --photo
seen "${done/$own_address:$port/the address of this machine}"
within 10 podman healthcheck run one
seen 'the health check succeeds'
same 65532 "$(stat --format %u "$(podman volume inspect data --format '{{.Mountpoint}}')")" 'the owner of the volume'
# SIGSTOP: it runs, and does not answer.
kill -STOP "$(podman inspect one --format '{{.State.Pid}}')"
if podman healthcheck run one > /dev/null 2>&1; then fail 'a hanging program is healthy'; fi
seen 'the health check of a hanging program fails'
podman kill --signal KILL one > /dev/null
podman start one > /dev/null
visit until "http://$own_address:$port"
visit has "http://$own_address:$port" "$id" "$text"
seen 'killed and started again: the save is there'
status=$(curl --silent --output /dev/null --write-out '%{http_code}' --header 'Host: qrate.example.org' \
    "http://127.0.0.1:$port/")
same 421 "$status" 'the status under an unknown name'
podman rm --force --time 20 one > /dev/null
"${run[@]}" --env QRATE_ALLOWED_HOSTS=qrate.example.org localhost/qrate:latest > /dev/null
visit until "http://127.0.0.1:$port"
visit has "http://127.0.0.1:$port" "$id" "$text"
seen 'a new container on the same volume: the save is there'
visited "http://127.0.0.1:$port" --as qrate.example.org
seen "with QRATE_ALLOWED_HOSTS: $done; without it 421"
podman stop --time 20 one > /dev/null
same 0 "$(podman inspect one --format '{{.State.ExitCode}}')" 'the exit code after a stop'

echo 'the program for arm64, under qemu'
arm=$(tools/static.sh aarch64 2> /dev/null)
file --brief "$arm" | grep -q 'ARM aarch64.*static' || fail "$(file "$arm")"
seen "$(qemu-aarch64-static "$arm" --version)"
qemu-aarch64-static "$arm" draw hello --output "$work/hello.png"
same hello "$("$(tools/static.sh x86_64 2> /dev/null)" read "$work/hello.png")" 'the text of the code that it drew'
seen 'draws a code that the x86-64 program reads'
port=$(free_port)
qemu-aarch64-static "$arm" serve --listen "127.0.0.1:$port" --data-dir "$work/arm" > "$work/arm.log" 2>&1 &
arm_server=$!
at_end+=("kill -KILL $arm_server")
visit until "http://127.0.0.1:$port"
visited "http://127.0.0.1:$port"
qemu-aarch64-static "$arm" health --listen "127.0.0.1:$port"
seen "$done, and health"
kill "$arm_server"
wait "$arm_server" || fail 'it does not stop by itself'
