#!/usr/bin/env bash
# Creates a rustup home in a new folder, with the toolchain in use but without the browser's target:
# `tools/toolchain-copy.sh FOLDER`. Everything is copied: rustup removes files when it installs, and through links it
# would remove those of the real toolchain. Exits with 2 if the toolchain is not rustup's.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$1
toolchain=$(rustc --print sysroot)
host=$(rustc -vV | sed -n 's/^host: //p')
[ -e "$toolchain/lib/rustlib/multirust-config.toml" ] || exit 2
channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
browser=$(sed -n 's/^targets = \["\(.*\)"\]/\1/p' rust-toolchain.toml)
copy=$home/toolchains/$channel-$host
mkdir -p "$copy"
printf 'version = "12"\nprofile = "minimal"\nauto_self_update = "disable"\n' > "$home/settings.toml"
tar -C "$toolchain" --exclude "*$browser*" -cf - bin lib | tar -C "$copy" -xf -
# What rustup believes to be installed.
sed -i "/$browser/d" "$copy/lib/rustlib/components"
awk -v RS= -v ORS='\n\n' -v browser="\"$browser\"" 'index($0, browser) == 0' \
    "$toolchain/lib/rustlib/multirust-config.toml" > "$copy/lib/rustlib/multirust-config.toml"
