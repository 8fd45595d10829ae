#!/usr/bin/env bash
# `make test-deploy`: what `make test` cannot do without root: builds and runs images, boots whole machines, rehearses
# auto-scaling. Needs root on Debian 12 or newer, half an hour at most once the programs are built, and 10 GB.
# `tools/test-deploy.sh PART …` runs only some parts. The output of the last whole run is kept in bench/test-deploy.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never
parts=(image compose machine user-data scaling)
declare -A titles=(
    [image]='the container image'
    [compose]='the compose files'
    [machine]='a machine with the Debian package'
    [user-data]='the user data of the templates for machines'
    [scaling]='auto-scaling'
)

# Nothing here reaches a cloud, a registry of images, or GitHub.
prerequisites() {
    local packages=() command
    # COMMAND PACKAGE
    while read -r command package; do
        command -v "$command" > /dev/null || [ -x "/usr/sbin/$command" ] || packages+=("$package")
    done << 'END'
podman podman
buildah buildah
runc runc
iptables iptables
systemd-nspawn systemd-container
mmdebstrap mmdebstrap
qemu-aarch64-static qemu-user-static
haproxy haproxy
dpkg-deb dpkg
openssl openssl
curl curl
file file
ip iproute2
nsenter util-linux
END
    [ -x /usr/lib/podman/netavark ] || packages+=(netavark)
    [ -x /usr/lib/podman/aardvark-dns ] || packages+=(aardvark-dns)
    if [ ${#packages[@]} -ne 0 ]; then
        echo "test-deploy: missing; install: sudo apt-get install --no-install-recommends ${packages[*]}" >&2
        exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
        echo 'test-deploy: only root can boot machines and run containers here' >&2
        exit 1
    fi
    tools/prerequisites.sh test
}

run() {
    local part started
    printf '%s, %d cores, Debian %s\n' "$(git describe --always --dirty)" "$(nproc)" "$(cat /etc/debian_version)"
    printf 'Nothing here reaches a cloud. What stands in for something else is named.\n'
    for part in "$@"; do
        started=$SECONDS
        printf '\n== %s\n' "${titles[$part]}"
        "tools/deploy/$part.sh" 2>&1 < /dev/null || { printf 'FAILED: %s\n' "$part"; return 1; }
        printf '%d s\n' $((SECONDS - started))
    done
}

for part in "$@"; do
    [ -n "${titles[$part]:-}" ] || { echo "there is no part $part: ${parts[*]}" >&2; exit 2; }
done
prerequisites
# Before the parts, which take what is there.
if [ -z "${QRATE_SITE:-}" ]; then
    tools/site.sh "${CARGO_TARGET_DIR:-target}/site" wasm-release
    QRATE_SITE=$(realpath "${CARGO_TARGET_DIR:-target}/site")
    export QRATE_SITE
fi
for arch in x86_64 aarch64; do tools/static.sh "$arch"; done
export QRATE_BUILT=true
if [ $# -ne 0 ]; then
    run "$@"
    exit
fi
said=$(mktemp)
run "${parts[@]}" | sed -u "s#$PWD/##g" | tee "$said"
mv "$said" bench/test-deploy.txt
