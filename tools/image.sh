#!/usr/bin/env bash
# `make image`: the container image, for x86_64 and aarch64, with the first of buildah, podman and docker that there
# is (QRATE_BUILDER names one). The name `qrate`, with the tags VERSION and `latest`, is an index of both images; with
# docker, which keeps an index only in registries, it is the image of this machine, and VERSION-amd64 and
# VERSION-arm64 are both. All but docker also write the index into target/image/qrate-VERSION.tar (an OCI archive),
# to be copied to other machines.
#   tools/image.sh ARCH…   only these (x86_64, aarch64)
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
context=$target/image/context
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
revision=$(git describe --always --dirty --abbrev=40 --exclude '*')
arches=("$@")
if [ ${#arches[@]} -eq 0 ]; then arches=(x86_64 aarch64); fi

builder=${QRATE_BUILDER:-}
for candidate in buildah podman docker; do
    if [ -z "$builder" ] && command -v "$candidate" > /dev/null; then builder=$candidate; fi
done
if [ -z "$builder" ]; then
    echo 'image: install buildah, podman or docker (Debian: sudo apt-get install buildah)' >&2
    exit 1
fi

# Mozilla's list of authorities, and not this machine's, which may have its owner's own.
certificates=$cache/certifi-2026.10.18
if [ ! -e "$certificates/complete" ]; then
    rm -rf "$certificates"
    python3 -m venv "$certificates"
    "$certificates/bin/pip" install --quiet --disable-pip-version-check certifi==2026.10.18
    touch "$certificates/complete"
fi

rm -rf "$context"
mkdir -p "$context/data" "$context/folders"
mkdir --mode 1777 "$context/folders/tmp"
install -m 644 "$("$certificates/bin/python" -m certifi)" "$context/certificates.crt"
platforms=()
for arch in "${arches[@]}"; do
    case $arch in
        x86_64) name=amd64 ;;
        aarch64) name=arm64 ;;
        *) echo "image: unknown architecture $arch" >&2; exit 2 ;;
    esac
    platforms+=("$name")
    program=$(tools/static.sh "$arch")
    install -D -m 755 "$program" "$context/$name/qrate"
    # The same files give the same image.
    touch --date="@$(git log -1 --format=%ct)" "$context/$name/qrate"
done
touch --date="@$(git log -1 --format=%ct)" "$context"/{certificates.crt,data,folders/tmp,folders}

arguments=(--file Containerfile --build-arg "VERSION=$version" --build-arg "REVISION=$revision")
if [ "$builder" = docker ]; then
    for name in "${platforms[@]}"; do
        docker build "${arguments[@]}" --platform "linux/$name" --build-arg "TARGETARCH=$name" \
            --tag "qrate:$version-$name" "$context"
    done
    own=amd64
    if [ "$(uname -m)" = aarch64 ]; then own=arm64; fi
    docker tag "qrate:$version-$own" "qrate:$version"
    docker tag "qrate:$version" qrate:latest
    # By this name the compose files know it.
    docker tag "qrate:$version" localhost/qrate:latest
    docker image ls qrate
    exit
fi
# Health checks are Docker's: OCI's own format has none.
arguments+=(--format docker --timestamp "$(git log -1 --format=%ct)")
"$builder" rmi "localhost/qrate:$version" > /dev/null 2>&1 || true
"$builder" manifest create "localhost/qrate:$version" > /dev/null
for name in "${platforms[@]}"; do
    "$builder" build "${arguments[@]}" --platform "linux/$name" --build-arg "TARGETARCH=$name" \
        --manifest "localhost/qrate:$version" "$context"
done
"$builder" tag "localhost/qrate:$version" localhost/qrate:latest
archive=$target/image/qrate-$version.tar
rm -f "$archive"
"$builder" manifest push --quiet --all "localhost/qrate:$version" "oci-archive:$archive:localhost/qrate:$version"
echo "localhost/qrate:$version (and latest), $(du -h "$archive" | cut -f1)B for ${platforms[*]}: $archive"
