# How Qrate is built, run and checked. `make help` lists what there is.
#
# Everything that a rule needs and the machine lacks is installed, pinned, into the cache ($QRATE_CACHE,
# default ~/.cache/qrate), never into target/. Needed beforehand: rustup, Node 20, make, a C compiler; for `make test`
# also Python 3.11 and HAProxy.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
SITE := $(TARGET)/site
PROGRAM := $(TARGET)/release/qrate
export QRATE_CACHE := $(or $(QRATE_CACHE),$(HOME)/.cache/qrate)
# server/build.rs looks in target/site by itself; elsewhere it has to be told.
ifdef CARGO_TARGET_DIR
export CARGO_TARGET_DIR := $(TARGET)
export QRATE_SITE := $(SITE)
endif

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: run
run: release ## build, and start on the default address (ARGS="--help" and the like go to the program)
	@exec $(PROGRAM) serve $(ARGS)

.PHONY: release
release: site ## build target/release/qrate: one file, the page inside
	@cargo build --release --package server
	@ls -lh $(PROGRAM) | awk '{ print $$NF ", " $$5 }'

.PHONY: site
site: ## build only the browser's side, into target/site
	@tools/site.sh $(SITE) wasm-release

.PHONY: watch
watch: tools-npm ## rebuild and restart on every change, quickly and unoptimised
	@tools/node_modules/.bin/nodemon --quiet --signal SIGTERM \
		--watch '*/src' --watch style --watch public --watch frontend --watch server \
		--watch Cargo.toml --ext rs,toml,css,svg,js \
		--exec 'tools/site.sh $(TARGET)/site-dev dev && exec env QRATE_SITE=$(TARGET)/site-dev cargo run --package server -- serve $(ARGS)'

.PHONY: test
test: ## prove everything, at a size that fits an hour on two cores
	@tools/test.sh

.PHONY: test-aws
test-aws: ## the adapters' suites in a real account of AWS; needs credentials and QRATE_TEST_AWS_PREFIX
	@tools/test-aws.sh

.PHONY: end2end
end2end: release end2end-npm ## only the end-to-end tests (ARGS="-g undo" chooses)
	@cd end2end && npx playwright test $(ARGS)

.PHONY: screenshots
screenshots: release end2end-npm ## take the README's picture, and one of every state into target/screenshots
	@cd end2end && npx playwright test --config screenshots.config.ts $(ARGS)

.PHONY: bench
bench: release end2end-npm ## measure against the peers: a table, and target/bench.json (ARGS="--only codes": the encoder only)
	@tools/bench.sh $(ARGS)

.PHONY: torture
torture: release end2end-npm ## the full numbers: 1,000 kills, clusters for ten minutes, large sizes (ARGS="kills": only those)
	@tools/torture.sh $(ARGS)

.PHONY: tools-npm end2end-npm
tools-npm:
	@tools/npm.sh tools
end2end-npm:
	@tools/npm.sh end2end
