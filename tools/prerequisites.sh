#!/usr/bin/env bash
# Checks, before anything is compiled, for everything that `make run` or `make test` needs, and lists all that is
# missing:
#   tools/prerequisites.sh run               lets rustup, if present, install what rust-toolchain.toml names
#   tools/prerequisites.sh test              also checks for what only the tests need
#   tools/prerequisites.sh test packages     prints the missing Debian packages, and does nothing else
set -uo pipefail
cd "$(dirname "$0")/.."
for_what=${1:?run or test}
only=${2:-}
# Where rustup installs itself.
cargo_bin=${CARGO_HOME:-$HOME/.cargo}/bin
[ ! -x "$cargo_bin/rustup" ] || command -v rustup > /dev/null || PATH=$cargo_bin:$PATH

missing=()
# The package names of each system: Debian, Fedora, Arch, Homebrew.
debian=() fedora=() arch=() macos=()
hints=()

# MISSING DEBIAN FEDORA ARCH MACOS: each may be several words, or none.
lacks() {
    missing+=("$1")
    # shellcheck disable=SC2206
    debian+=($2) fedora+=($3) arch+=($4) macos+=($5)
}

has() { command -v "$1" > /dev/null 2>&1; }

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1)" = "$2" ]; }

look_for_node() {
    local version=''
    if has node; then version=$(node --version 2> /dev/null | tr -d v); fi
    if [ -z "$version" ]; then
        lacks 'Node 20 or newer' nodejs nodejs nodejs node
    elif ! at_least "$version" 20; then
        lacks "Node 20 or newer (here it is $version)" nodejs nodejs nodejs node
    fi
    if [ -z "$version" ] || ! at_least "$version" 20; then
        hints+=('Debian 12 and older have only Node 18 or less: take it from https://nodejs.org there.')
    fi
    if ! has npm || ! npm --version > /dev/null 2>&1; then lacks npm npm nodejs-npm npm ''; fi
}

look_for_compiler() {
    local folder
    folder=$(mktemp -d)
    printf '#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n' > "$folder/a.c"
    if ! has cc; then
        lacks 'a C compiler (cc)' 'gcc libc6-dev' gcc gcc ''
        hints+=('macOS has a C compiler after: xcode-select --install')
    elif ! cc -o "$folder/a" "$folder/a.c" 2> /dev/null; then
        lacks "C's headers (cc cannot build a program)" libc6-dev glibc-devel glibc ''
    fi
    rm -rf "$folder"
}

look_for_python() {
    if ! has python3; then
        lacks 'Python 3.11 or newer' 'python3 python3-venv' python3 python python
    elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        lacks "Python 3.11 or newer (here it is $(python3 --version 2>&1))" 'python3 python3-venv' python3 python python
    elif ! python3 -c 'import ensurepip, venv' 2> /dev/null && ! python3 -m pip --version > /dev/null 2>&1; then
        lacks 'venv or pip for Python' python3-venv python3-pip python-pip ''
    fi
}

# Playwright's own serves where there is none: `look_for_browser` downloads it last.
has_browser() {
    [ -n "${QRATE_BROWSER:-}" ] || has chromium || has google-chrome || has google-chrome-stable || has chromium-browser
}

look_for_browser() {
    if has_browser; then return; fi
    if [ "$only" != packages ] && [ ${#missing[@]} -eq 0 ]; then
        local browser
        if browser=$(tools/browser.sh) && "$browser" --version > /dev/null 2>&1; then return; fi
    fi
    lacks 'Chromium or Chrome' chromium chromium chromium chromium
}

# Reads rust-toolchain.toml: `named targets`.
named() { sed -n "s/^$1 = //p" rust-toolchain.toml | tr -d '[]",'; }

# Whether this folder's compiler is installed, with the standard library of each target.
rust_is_complete() {
    local target folder
    rustc --version > /dev/null 2>&1 && cargo --version > /dev/null 2>&1 || return 1
    for target in "$(rustc -vV | sed -n 's/^host: //p')" $(named targets); do
        folder=$(rustc --print target-libdir --target "$target" 2> /dev/null) || return 1
        compgen -G "$folder/libcore-*.rlib" > /dev/null || return 1
    done
    [ "$for_what" = run ] || { cargo fmt --version && cargo clippy --version; } > /dev/null 2>&1
}

# Lets rustup install what is missing, and nothing else: it must replace neither itself nor existing toolchains.
install_rust() {
    local target component words=()
    if rustc --version > /dev/null 2>&1; then
        # shellcheck disable=SC2046
        rustup target add $(named targets) && rustup component add $(named components)
        return
    fi
    for target in $(named targets); do words+=(--target "$target"); done
    for component in $(named components); do words+=(--component "$component"); done
    rustup toolchain install "$(named channel)" --no-self-update --profile "$(named profile)" "${words[@]}"
}

look_for_rust() {
    local channel
    channel=$(named channel)
    if ! rust_is_complete && has rustup; then
        echo "prerequisites: rustup is installing what rust-toolchain.toml names" >&2
        if ! install_rust >&2; then
            missing+=("Rust $channel with the target $(named targets): rustup could not install it (above is why)")
            hints+=("Once rustup reaches static.rust-lang.org: rustup toolchain install $channel --target $(named targets)")
            return
        fi
    fi
    if rust_is_complete && at_least "$(rustc --version | cut -d' ' -f2)" "$channel"; then return; fi
    if has rustup; then
        missing+=("Rust $channel: the rustc on the PATH ($(command -v rustc || echo none)) is not rustup's")
        hints+=("Put rustup's folder before the others: export PATH=\"$cargo_bin:\$PATH\"")
    elif has rustc; then
        missing+=("rustup (the $(rustc --version 2> /dev/null | cut -d' ' -f1,2) here cannot install Rust $channel and the target $(named targets))")
    else
        missing+=('rustup, which installs Rust')
    fi
    if ! has rustup; then
        hints+=("rustup, without root: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain none")
    fi
}

look_for_node
look_for_compiler
if [ "$for_what" = test ]; then
    look_for_python
    tools/balancer.sh > /dev/null 2>&1 || lacks HAProxy haproxy haproxy haproxy haproxy
    has git || lacks git git git git git
fi
[ "$only" = packages ] || look_for_rust
[ "$for_what" != test ] || look_for_browser

if [ "$only" = packages ]; then
    echo "${debian[*]}"
    exit
fi
[ ${#missing[@]} -ne 0 ] || exit 0
{
    echo "make $for_what cannot start. Missing:"
    printf '  - %s\n' "${missing[@]}"
    [ ${#debian[@]} -eq 0 ] || echo "Debian: sudo apt-get install ${debian[*]}"
    [ ${#fedora[@]} -eq 0 ] || echo "Fedora (untested): sudo dnf install ${fedora[*]}"
    [ ${#arch[@]} -eq 0 ] || echo "Arch (untested): sudo pacman -S ${arch[*]}"
    [ ${#macos[@]} -eq 0 ] || echo "macOS (untested): brew install ${macos[*]}"
    [ ${#hints[@]} -eq 0 ] || printf '%s\n' "${hints[@]}"
} >&2
exit 1
