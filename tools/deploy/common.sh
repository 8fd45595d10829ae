# shellcheck shell=bash disable=SC2034
# To be sourced by the parts of `make test-deploy` (tools/test-deploy.sh): a folder that goes away, a Debian tree,
# podman with storage of its own, and machines booted by systemd-nspawn. Root on Debian.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
mkdir -p "$cache"
# On a disk: overlayfs cannot lie on top of itself, and whole trees do not fit into memory.
work=$(mktemp -d /var/tmp/qrate-deploy.XXXXXX)
at_end=()

clean_up() {
    local status=$? command
    set +e
    exec 2> /dev/null
    for ((i = ${#at_end[@]} - 1; i >= 0; i--)); do
        command=${at_end[i]}
        $command > /dev/null 2>&1
    done
    rm -rf --one-file-system "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# What was shown, as a line of the output.
seen() { printf '  %s\n' "$*"; }

# EXPECTED FOUND WHAT
same() {
    [ "$1" = "$2" ] || fail "$3: $2 instead of $1"
}

# Runs a command, and shows what it says only if it fails.
quietly() {
    "$@" > "$work/said" 2>&1 < /dev/null || { cat "$work/said"; fail "$*"; }
}

# Waits until a command succeeds: within SECONDS COMMAND …
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "not in time: $*"
        sleep 0.2
    done
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

visit() { python3 tools/deploy/visit.py "$@"; }

# A visit, which leaves the number of the saved entry in $id, its text in $text, and what was done in $done.
visited() {
    quietly visit visit "$@"
    read -r id text < <(grep -v '^done: ' "$work/said")
    done=$(sed -n 's/^done: //p' "$work/said")
}

# Prints the path of a folder with these packages from PyPI: python_packages NAME PACKAGE==VERSION …
python_packages() {
    local environment
    environment=$cache/$1-$(printf '%s\n' "${@:2}" | sha256sum | cut -c1-16)
    if [ ! -e "$environment/complete" ]; then
        rm -rf "$environment"
        python3 -m venv "$environment" >&2
        "$environment/bin/pip" install --quiet --disable-pip-version-check "${@:2}" >&2
        touch "$environment/complete"
    fi
    echo "$environment"
}

# Prints the path of a Debian tree as a tar, of this machine's release and from its own sources: what machines are
# booted from, and what stands in for images that are not ours.
debian_tree() {
    local packages=systemd,systemd-sysv,dbus,udev,nginx-light,apache2,cloud-init,curl,ca-certificates,python3,haproxy
    packages+=,iproute2,procps,man-db,bash-completion,e2fsprogs
    local release sources tree
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    sources=/etc/apt/sources.list.d/debian.sources
    [ -e "$sources" ] || sources=/etc/apt/sources.list
    tree=$cache/debian-$release-$(echo "$packages" | sha256sum | cut -c1-16).tar
    if [ ! -e "$tree" ]; then
        echo "making a Debian tree: $tree" >&2
        mmdebstrap --quiet --variant=minbase --include="$packages" "$release" "$tree.new.tar" "$sources" >&2
        mv "$tree.new.tar" "$tree"
    fi
    echo "$tree"
}

# From here on podman and buildah have configuration and storage of their own.
own_podman() {
    mkdir "$work/containers"
    cat > "$work/containers/containers.conf" << END
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$work/containers/networks"
END
    cat > "$work/containers/storage.conf" << END
[storage]
driver = "overlay"
runroot = "$work/containers/run"
graphroot = "$work/containers/storage"
END
    export CONTAINERS_CONF=$work/containers/containers.conf CONTAINERS_STORAGE_CONF=$work/containers/storage.conf
    export BUILDAH_ISOLATION=chroot
    # Without systemd it says with each container that nobody asks for its health regularly.
    podman() { command podman "$@" 2> >(grep --invert-match 'systemd connection' >&2); }
    at_end+=("podman system reset --force")
}

# Unpacks the tree and prepares it to be booted: machine_tree NAME
machine_tree() {
    mkdir "$work/$1"
    tar --extract --file "$(debian_tree)" --directory "$work/$1"
    : > "$work/$1/etc/machine-id"
    rm -f "$work/$1/etc/hostname" "$work/$1/etc/nginx/sites-enabled/default"
    # One at a time will have port 80.
    rm -f "$work/$1"/etc/systemd/system/multi-user.target.wants/{nginx,apache2,haproxy}.service
    touch "$work/$1/etc/cloud/cloud-init.disabled"
    mkdir -p "$work/$1/etc/systemd/network"
    printf '[Match]\nName=host0\n[Network]\nAddress=10.231.7.2/24\nGateway=10.231.7.1\n' \
        > "$work/$1/etc/systemd/network/10-host0.network"
    ln -s /lib/systemd/system/systemd-networkd.service "$work/$1/etc/systemd/system/multi-user.target.wants/"
}

machine_address=10.231.7.2
host_address=10.231.7.1
machine=
leader=

# Boots a tree, as a machine of its own beside this one on the network: boot NAME, and options of systemd-nspawn
boot() {
    # An earlier one of that name may still be going.
    within 20 no_interface "$1"
    systemd-nspawn --quiet --boot --directory "$work/$1" --machine "$1" --hostname "$1" --register=no --keep-unit \
        --network-veth --console=pipe "${@:2}" < /dev/null > "$work/$1.console" 2>&1 &
    machine=$!
    at_end+=("kill -KILL $machine")
    within 20 ip link show "ve-$1"
    ip address add "$host_address/24" dev "ve-$1"
    # Where instances find their metadata, if a test has any for them.
    ip address add 169.254.169.254/32 dev "ve-$1"
    ip link set "ve-$1" up
    leader=$(pgrep --parent "$machine" | head -1)
    at_end+=("kill -KILL $leader")
}

no_interface() { ! ip link show "ve-$1"; }

booted() {
    boot "$@"
    within 60 has_booted
}

has_booted() {
    local state
    state=$(inside systemctl is-system-running || true)
    [ "$state" = running ] || [ "$state" = degraded ]
}

# Runs a command in the machine.
inside() {
    nsenter --target "$leader" --all env --ignore-environment HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" < /dev/null
}

# Asks the machine to power off and waits until it has.
power_off() {
    kill -s RTMIN+4 "$leader"
    wait "$machine" || true
}
