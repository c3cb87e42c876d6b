# Few targets; `make run` and `make test` are all a newcomer needs.
.DEFAULT_GOAL := run
.PHONY: run test check bench agreement detection e2e fuzz web dist tools test-tools

ENGINE := crates/engine/node_modules/.package-lock.json
WEB_MODULES := web/node_modules/.package-lock.json
E2E_MODULES := e2e/node_modules/.package-lock.json
OIDC_MODULES := e2e/oidc-provider/node_modules/.package-lock.json
TRACKER_MODULES := sdk/browser/node_modules/.package-lock.json
PAGE := web/dist/index.html
TRACKER := sdk/browser/dist/radix.js
VENDORS_MODULES := sdk/vendors/node_modules/.package-lock.json
VENDORS := sdk/vendors/dist/static/array.js
# What is part of the binary, or must lie beside it.
PARTS := $(ENGINE) $(PAGE) $(TRACKER) $(VENDORS)
PAGE_SOURCES := $(shell find web/src web/public web/scripts web/index.html web/vite.config.ts -type f 2>/dev/null)
TRACKER_SOURCES := $(shell find sdk/browser/src sdk/browser/scripts sdk/browser/package.json sdk/browser/tsconfig*.json -type f 2>/dev/null)
TARGET := $(or $(CARGO_TARGET_DIR),target)
NPM := npm --no-audit --no-fund --loglevel=error

# Builds what is missing and starts the server with the demo project.
run: tools $(PARTS)
	cargo build --release --package server --bin radixinsight
	$(TARGET)/release/radixinsight serve --demo

# Everything that must hold: Rust on SQLite and PostgreSQL, the page's units, a minute of inputs that nobody thought of,
# and the real binary in a real browser.
test: tools test-tools $(PARTS)
	cargo build --package engine --bins
	cargo test --workspace
	cd web && npm test
	cd sdk/browser && npm test
	$(MAKE) fuzz
	$(MAKE) e2e

# Format, lints, structure, generated files, types.
check: tools $(PARTS)
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --workspace --all-targets -- --deny warnings
	cargo xtask tidy
	cargo run --quiet --package server -- openapi | diff -u docs/openapi.json - || (echo "docs/openapi.json is old: run make web" && exit 1)
	cargo run --quiet --package server -- config guide | diff -u docs/config.md - || (echo "docs/config.md is old: run make web" && exit 1)
	cd web && npm run check
	cd web && npm run size
	cd sdk/browser && npm run check

# The binary in Chromium, and other people's SDKs and clients against it.
e2e: tools test-tools $(PARTS) $(E2E_MODULES) $(OIDC_MODULES)
	cargo build --package server --bin radixinsight --package engine --bins
	RADIXINSIGHT=$(TARGET)/debug/radixinsight RADIXINSIGHT_ENGINE=$(TARGET)/debug/radixinsight-engine e2e/run

# A minute of fuzzing: every parser of what strangers send, and the reader of the spool.
fuzz: tools test-tools
	fuzz/run

# What the speed claims rest on: ratios beside a peer or a bound, in one run.
bench: tools test-tools $(PARTS)
	cargo build --profile dist --package server --package load --bins
	RADIXINSIGHT=$(TARGET)/dist/radixinsight python3 bench/run.py

# How far detection of browsers, devices, bots and sources agrees with lists that it is not made from.
agreement: tools test-tools
	python3 bench/agreement.py

# Brings the lists that detection is made from up to date.
detection: tools test-tools
	python3 crates/detection/update.py

# Regenerates what is made from the server's own description, and the page.
web: tools $(WEB_MODULES) $(TRACKER) $(VENDORS)
	mkdir -p web/dist
	cargo run --quiet --package server -- openapi > docs/openapi.json
	cargo run --quiet --package server -- config guide > docs/config.md
	cd web && npm run api && npm run build && npm run size

# The binary and the engine's library in one archive.
dist: tools $(PARTS)
	cargo build --profile dist --package server --bin radixinsight
	mkdir -p $(TARGET)/radixinsight
	cp $(TARGET)/dist/radixinsight README.md $(TARGET)/radixinsight/
	cp crates/engine/node_modules/@chdb/lib-*/libchdb.* $(TARGET)/radixinsight/
	tar -C $(TARGET) -czf $(TARGET)/radixinsight.tar.gz radixinsight
	@echo $(TARGET)/radixinsight.tar.gz

$(ENGINE): crates/engine/package-lock.json
	$(NPM) ci --ignore-scripts --prefix crates/engine
	@touch $@

$(WEB_MODULES): web/package-lock.json
	$(NPM) ci --ignore-scripts --prefix web
	@touch $@

$(E2E_MODULES): e2e/package-lock.json
	$(NPM) ci --ignore-scripts --prefix e2e
	@touch $@

$(OIDC_MODULES): e2e/oidc-provider/package-lock.json
	$(NPM) ci --ignore-scripts --prefix e2e/oidc-provider
	@touch $@

$(PAGE): $(WEB_MODULES) $(PAGE_SOURCES)
	cd web && npm run build
	@touch $@

$(TRACKER_MODULES): sdk/browser/package-lock.json
	$(NPM) ci --ignore-scripts --prefix sdk/browser
	@touch $@

$(TRACKER): $(TRACKER_MODULES) $(TRACKER_SOURCES)
	cd sdk/browser && npm run build
	@touch $@

$(VENDORS_MODULES): sdk/vendors/package-lock.json
	$(NPM) ci --ignore-scripts --prefix sdk/vendors
	@touch $@

$(VENDORS): $(VENDORS_MODULES) sdk/vendors/build.mjs web/scripts/compress.mjs
	cd sdk/vendors && npm run build
	@touch $@

tools:
	@sh xtask/tools.sh build

test-tools:
	@sh xtask/tools.sh test
