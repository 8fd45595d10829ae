# How Qrate is built, run and tested. `make help` lists the targets.
#
# tools/prerequisites.sh checks for what must be installed beforehand: it lists everything missing at once, and lets
# rustup install what rust-toolchain.toml names. Everything else is installed, in pinned versions, into the cache
# ($QRATE_CACHE, default ~/.cache/qrate), never into target/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
SITE := $(TARGET)/site
PROGRAM := $(TARGET)/release/qrate
export QRATE_CACHE := $(or $(QRATE_CACHE),$(HOME)/.cache/qrate)
# Where rustup installs itself: a shell started before that does not have it on its PATH.
CARGO_BIN := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin
ifneq ($(wildcard $(CARGO_BIN)/rustup),)
export PATH := $(CARGO_BIN):$(PATH)
endif
# server/build.rs looks in target/site unless QRATE_SITE names another folder.
ifdef CARGO_TARGET_DIR
export CARGO_TARGET_DIR := $(TARGET)
export QRATE_SITE := $(SITE)
endif

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: run
run: ## build quickly and start (pass options with ARGS="--listen …")
	@exec tools/run.sh $(ARGS)

.PHONY: release
release: site ## build target/release/qrate, a single file with the pages inside
	@cargo build --release --package server
	@ls -lh $(PROGRAM) | awk '{ print $$NF ", " $$5 }'

.PHONY: static
static: prerequisites ## build the program as one static file (ARCH=x86_64, the default, or aarch64)
	@tools/static.sh $(or $(ARCH),x86_64)

.PHONY: image
image: prerequisites ## build the container image for both architectures, with docker, podman or buildah
	@tools/image.sh

.PHONY: package
package: prerequisites ## build the Debian packages for both architectures
	@tools/package.sh

.PHONY: site
site: prerequisites ## build only the browser's side, into target/site
	@tools/site.sh $(SITE) wasm-release

.PHONY: watch
watch: prerequisites tools-npm ## rebuild and restart on every change (unoptimised)
	@tools/node_modules/.bin/nodemon --quiet --signal SIGTERM \
		--watch '*/src' --watch style --watch public --watch frontend --watch server \
		--watch Cargo.toml --ext rs,toml,css,svg,js \
		--exec 'tools/site.sh $(TARGET)/site-dev dev && exec env QRATE_SITE=$(TARGET)/site-dev cargo run --package server -- serve $(ARGS)'

.PHONY: prerequisites
prerequisites: ## check for required tools; rustup installs what rust-toolchain.toml names
	@tools/prerequisites.sh run

.PHONY: test
test: ## run every check, at sizes that fit an hour on two cores
	@tools/test.sh

.PHONY: test-deploy
test-deploy: ## build images and boot whole machines (root, Debian); the output is kept in bench/ (ARGS="compose" selects a part)
	@tools/test-deploy.sh $(ARGS)

.PHONY: test-aws
test-aws: ## run the adapters' suites in a real AWS account; needs credentials and QRATE_TEST_AWS_PREFIX
	@tools/test-aws.sh

.PHONY: end2end
end2end: release end2end-npm ## run only the end-to-end tests (ARGS="-g undo" selects some)
	@cd end2end && npx playwright test $(ARGS)

.PHONY: screenshots
screenshots: release end2end-npm ## take the README's picture, and one of every state in target/screenshots
	@cd end2end && npx playwright test --config screenshots.config.ts $(ARGS)

.PHONY: bench
bench: release end2end-npm ## measure against the peers: a table, and target/bench.json (ARGS="--only codes": the encoder only)
	@tools/bench.sh $(ARGS)

.PHONY: torture
torture: release end2end-npm ## run the checks at full size: a fresh clone, 1,000 kills, clusters for ten minutes, large buckets (ARGS="kills" selects a part)
	@tools/torture.sh $(ARGS)

.PHONY: tools-npm end2end-npm
tools-npm:
	@tools/npm.sh tools
end2end-npm:
	@tools/npm.sh end2end
