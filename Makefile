# Couplet needs Go alone: `make run` builds it and serves the sample project. Tools are pinned below and built once into
# .tools/. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

GO            ?= go
ADDR          ?= localhost:8090
DATA          ?= ./data-sample
ENGINE        ?= sqlite
BENCHPORT     ?= 15433
FUZZTIME      ?= 30s
ROUNDS        ?= 20
SOAK          ?= 10m
TOOLS         := $(CURDIR)/.tools
GOLANGCI      := v2.15.0
GOVULNCHECK   := v1.8.0
LINTER        := $(TOOLS)/golangci-lint-$(GOLANGCI)
VULNCHECKER   := $(TOOLS)/govulncheck-$(GOVULNCHECK)
PLATFORMS     := linux/arm64 darwin/arm64 windows/amd64
BUILDFLAGS    := -trimpath -ldflags "-s -w"
BENCH         := $(GO) run ./server/bench -couplet ./couplet $(if $(PB),-pocketbase $(PB)) $(if $(DRF),-drf $(DRF))

.PHONY: help build run ui ui-shots client licences test test-go test-ui test-postgres race crash soak lint fuzz bench vulncheck cross test-clients check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

build: ## build ./couplet
	CGO_ENABLED=0 $(GO) build $(BUILDFLAGS) -o couplet .

run: build ## build and serve the sample project on http://localhost:8090
	./couplet serve --sample --addr $(ADDR) --data $(DATA)

ui: ## build the admin from ui/src into ui/dist (needs Node 20 and npm)
	@.ci/node
	cd ui && npm run --silent check && npm run --silent build

client: ## pack the TypeScript client into ui/client/couplet-client-*.tgz (needs Node 20 and npm)
	@.ci/node
	cd ui && npm run --silent client && cd client && npm pack --silent

ui-shots: build ## pictures of every screen on one sheet, ui/shots/index.html, and those of README
	@.ci/node --browser
	cd ui && npm run --silent shots

licences: ## collect the licences of what Couplet is made of, for /about (after dependencies have changed; needs ui/node_modules)
	$(GO) run ./server/licences/collect

test: test-go test-ui ## all tests

test-go: ## go vet and the tests of the server
	$(GO) vet ./...
	$(GO) test -timeout 25m -count=1 -shuffle=on ./...

test-ui: build ## types, lint and browser tests of the admin; installs chromium (apt, as root) and the npm packages
	.ci/test-ui

test-postgres: ## all tests on Debian's PostgreSQL, some behind PgBouncer; installs (as root) and starts both itself
	$(GO) vet -tags postgres ./store/db/postgres
	.ci/test-postgres ./...

race: ## all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -timeout 30m -count=1 -shuffle=on ./...

crash: build ## kill ./couplet under mixed writes, ROUNDS times (20), and look for what was acknowledged after each restart
	COUPLET_CRASH_EXECUTABLE=$(CURDIR)/couplet COUPLET_CRASH_ROUNDS=$(ROUNDS) \
		$(GO) test -count=1 -timeout 0 -run '^TestCrash$$' -v ./server

soak: build ## keep ./couplet busy with mixed work for SOAK (10m): its memory and goroutines must stay level
	COUPLET_CRASH_EXECUTABLE=$(CURDIR)/couplet COUPLET_SOAK=$(SOAK) \
		$(GO) test -count=1 -timeout 0 -run '^TestSoak$$' -v ./server

lint: $(LINTER) ## golangci-lint: staticcheck, import directions, sizes
	$(LINTER) run ./...

fuzz: ## every fuzz test, FUZZTIME each (30s)
	@.ci/fuzz $(FUZZTIME)

bench: build ## speed and memory, with what is to be reached; PB=/path/to/pocketbase or DRF=/path/to/drf compares; ENGINE=postgres
ifeq ($(ENGINE),postgres)
	@dir=$$(mktemp -d); trap '.ci/postgres stop $$dir; rm -rf $$dir' EXIT; \
	url=$$(.ci/postgres start $$dir $(BENCHPORT)); \
	$(BENCH) -database "$$url" $(BENCHFLAGS)
else ifeq ($(ENGINE),sqlite)
	$(BENCH) $(BENCHFLAGS)
else
	@echo "ENGINE=$(ENGINE): there are sqlite and postgres" >&2; exit 2
endif

vulncheck: $(VULNCHECKER) ## known vulnerabilities in what is called (needs vuln.go.dev)
	@.ci/vulncheck $(VULNCHECKER)

cross: ## build for the other platforms
	@for p in $(PLATFORMS); do \
		echo "build $$p"; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build $(BUILDFLAGS) -o /dev/null ./... ; \
	done

test-clients: ## generate a TypeScript and a Go client from the OpenAPI documents and compile them (needs npm)
	@.ci/test-clients

check: lint test race crash cross ## all that .ci/run does, but fuzzing and PostgreSQL

clean: ## remove what make built
	rm -rf couplet couplet.exe .tools

$(LINTER):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) GOFLAGS=-mod=mod $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	@mv $(TOOLS)/golangci-lint $@

$(VULNCHECKER):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) GOFLAGS=-mod=mod $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK)
	@mv $(TOOLS)/govulncheck $@
