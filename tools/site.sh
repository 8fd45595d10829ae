#!/usr/bin/env bash
# Builds the browser's side: `tools/site.sh FOLDER PROFILE`. The profile `wasm-release` makes everything as small as
# possible, which takes minutes; `quick` only minifies; `dev` does neither.
#
# frontend, contents, uploads and studio (WASM) -> wasm-bindgen -> wasm-opt; style/main.css and the scripts -> esbuild; public/
# is copied. server/build.rs hashes and compresses. The folder is only touched when its content changes, so that the
# server is not rebuilt needlessly.
set -euo pipefail
cd "$(dirname "$0")/.."
site=$1
profile=$2
target=${CARGO_TARGET_DIR:-target}
tools/npm.sh tools
bin=$PWD/tools/node_modules/.bin

built=$profile bindgen_profile=quick
if [ "$profile" = dev ]; then built=debug bindgen_profile=dev; fi
modules=$target/wasm32-unknown-unknown/$built
cargo=(cargo build --target wasm32-unknown-unknown --profile "$profile")
bindgen=$(tools/wasm-bindgen.sh "$bindgen_profile")
if [ "$profile" = wasm-release ]; then
    # Panic messages must not contain folders of the build machine.
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$PWD/="
    "${cargo[@]}" --package frontend --package contents
    "${cargo[@]}" --package uploads
    # The studio draws in a worker and blocks nothing, so a small download matters more than speed.
    "${cargo[@]}" --package studio --config 'profile.wasm-release.package.qr.opt-level="s"'
else
    "${cargo[@]}" --package frontend --package contents --package studio
    # By itself: what it uses of the browser would have everything else compiled anew.
    "${cargo[@]}" --package uploads
fi

key=$( (cat "$modules"/{frontend,contents,uploads,studio}.wasm tools/site.sh tools/shorten.mjs tools/package-lock.json
    find style public frontend contents uploads studio -type f -not -name '*.rs' -print0 | sort -z | xargs -0 tail -n +1
    echo "$bindgen") | sha256sum)
if [ "$(cat "$site.key" 2>/dev/null || true)" = "$key" ]; then
    exit
fi

new=$site.new
rm -rf "$new" "$site.key"
mkdir -p "$new"
"$bindgen" "$modules/frontend.wasm" "$new" frontend
"$bindgen" "$modules/contents.wasm" "$new/contents" contents_glue
cp contents/*.js "$new/contents/"
"$bindgen" "$modules/uploads.wasm" "$new/uploads" uploads_glue
cp uploads/*.js "$new/uploads/"
"$bindgen" "$modules/studio.wasm" "$new/studio" studio_glue
cp studio/*.js frontend/{shift_jis,style}.js "$new/studio/"
small=()
[ "$profile" = dev ] || small=(--minify)
if [ "$profile" = wasm-release ]; then
    node tools/shorten.mjs "$new"
    mkdir -p "$target/optimised"
    for module in "$new/frontend_bg.wasm" "$new"/{contents/contents,uploads/uploads,studio/studio}_glue_bg.wasm; do
        # Takes minutes, so once for each module.
        optimised=$target/optimised/$(cat "$module" tools/site.sh tools/package-lock.json | sha256sum | cut -c1-32).wasm
        if [ ! -e "$optimised" ]; then
            # Flattens the code and rebuilds its structure from the jumps, until nothing gets smaller any more.
            # The first kilobyte is unused: it is the far end of the stack.
            "$bin/wasm-opt" --flatten --rereloop -Oz -Oz --converge --low-memory-unused \
                --strip-producers --strip-target-features --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
                --enable-mutable-globals --enable-reference-types --enable-multivalue \
                "$module" -o "$optimised.new"
            mv "$optimised.new" "$optimised"
        fi
        cp "$optimised" "$module"
    done
    "$bin/esbuild" "$new/frontend.js" --minify --format=esm --log-level=warning --allow-overwrite \
        --outfile="$new/frontend.js"
fi
for script in wake on_demand many; do
    "$bin/esbuild" "frontend/$script.js" --bundle "${small[@]}" --format=esm --log-level=warning --outfile="$new/$script.js"
done
for module in contents uploads; do
    "$bin/esbuild" "$new/$module/$module.js" --bundle "${small[@]}" --format=esm --log-level=warning --outfile="$new/$module.js"
    mv "$new/$module/${module}_glue_bg.wasm" "$new/${module}_bg.wasm"
done
for script in studio studio_worker; do
    "$bin/esbuild" "$new/studio/$script.js" --bundle "${small[@]}" --format=esm --log-level=warning --outfile="$new/$script.js"
done
mv "$new/studio/studio_glue_bg.wasm" "$new/studio_bg.wasm"
rm -r "$new/contents" "$new/uploads" "$new/studio"
for sheet in main other_pages; do
    "$bin/esbuild" "style/$sheet.css" --bundle --external:*.woff2 "${small[@]}" --log-level=warning --outfile="$new/$sheet.css"
done
mv "$new/main.css" "$new/style.css"
cp -R public/. "$new/"

rm -rf "$site"
mv "$new" "$site"
echo "$key" >"$site.key"
(cd "$site" && wc -c -- * | sed 's/^/site: /')
