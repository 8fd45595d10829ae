#!/usr/bin/env bash
# The servers that stand in for AWS in tests, in pinned versions: MiniStack (S3, SQS, DynamoDB and more; with
# accounts) and dynoxide (DynamoDB).
#   tools/test-servers.sh                     installs both into the cache, if needed
#   tools/test-servers.sh serve NAME PORT     runs `ministack` or `dynoxide` on 127.0.0.1 until its stdin ends, so
#                                             that no server outlives its owner, however that died
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
ministack=$cache/ministack-1.5.33
dynoxide=$cache/dynoxide-3.2.0
mkdir -p "$cache"

need() {
    command -v "$1" > /dev/null || { echo "test servers: $1 is missing; install $2" >&2; exit 1; }
}

install_ministack() {
    [ ! -e "$ministack/complete" ] || return 0
    need python3 'Python 3.11 or newer'
    echo "test servers: installing MiniStack into $ministack" >&2
    rm -rf "$ministack"
    local packages=(ministack==1.5.33 cryptography==50.0.2) pip=(python3 -m pip)
    if python3 -m venv "$ministack" 2> /dev/null; then
        pip=("$ministack/bin/python3" -m pip)
        "${pip[@]}" install --quiet --disable-pip-version-check "${packages[@]}" >&2
    elif "${pip[@]}" --version > /dev/null 2>&1; then
        # Debian packages venv separately.
        rm -rf "$ministack"
        "${pip[@]}" install --quiet --disable-pip-version-check --target "$ministack/packages" "${packages[@]}" >&2
    else
        echo 'test servers: python3 has neither venv nor pip; install python3-venv' >&2
        exit 1
    fi
    touch "$ministack/complete"
}

install_dynoxide() {
    [ ! -x "$dynoxide/bin/dynoxide" ] || return 0
    need cargo 'Rust through rustup'
    echo "test servers: building dynoxide into $dynoxide (a few minutes, once)" >&2
    # Its authors optimise for size, through the linker, which takes longer than all the rest.
    env -u CARGO_TARGET_DIR -u RUSTFLAGS -u RUSTC_WORKSPACE_WRAPPER CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        cargo install dynoxide-rs --version 3.2.0 --locked --no-default-features \
        --features native-sqlite,http-server,cli --root "$dynoxide" >&2
}

# One installs at a time: the test programs of several checkouts may want the same server at once.
install() {
    (
        if command -v flock > /dev/null; then flock 9; fi
        "install_$1"
    ) 9> "$cache/test-servers.lock"
}

serve() {
    local port=$2 server
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    # Bash gives a background command no stdin of its own accord.
    exec 3<&0
    case $1 in
        ministack)
            local python=$ministack/bin/python3
            if [ ! -x "$python" ]; then python=python3; fi
            env TMPDIR="$home" PYTHONPATH="$ministack/packages" AUTH=true BIND_HOST=127.0.0.1 \
                GATEWAY_PORT="$port" MINISTACK_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
                LOG_LEVEL=WARNING "$python" -m ministack 3<&- &
            ;;
        dynoxide)
            "$dynoxide/bin/dynoxide" serve --host 127.0.0.1 --port "$port" 3<&- &
            ;;
    esac
    server=$!
    { cat <&3 > /dev/null; kill -KILL "$server" 2> /dev/null; } &
    wait "$server" 2> /dev/null
}

case ${1:-install} in
    install) install ministack && install dynoxide ;;
    serve) install "$2" && serve "$2" "$3" ;;
    *) sed -n '2,6s/^# \?//p' "$0" >&2; exit 2 ;;
esac
