# ringdesk: `make run` starts everything on this machine, `make test` tests it. Both install what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The binary needs no C library, so it runs on any Linux of its architecture.
BUILD := CGO_ENABLED=0 go build -ldflags "-s -w -X main.version=$(VERSION)"

.PHONY: help
help: ## show this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: run
run: ## install what is missing, build and start everything (Ctrl-C stops it)
	@scripts/check-toolchain.sh go node
	@STEP='[1/5]' scripts/install-tools.sh run
	@STEP='[2/5]' scripts/install-engine.sh
	@STEP='[3/5]' scripts/build-web.sh dist
	@STEP='[4/5]' scripts/build-sounds.sh
	@echo '[5/5] Building the controller …'
	@$(BUILD) -o bin/ringdesk .
	@exec bin/ringdesk run

.PHONY: build
build: web sounds ## build bin/ringdesk
	@scripts/check-toolchain.sh go
	$(BUILD) -o bin/ringdesk .

.PHONY: web
web: ## build the web app into web/dist
	@scripts/check-toolchain.sh node
	@scripts/build-web.sh dist

.PHONY: sounds
sounds: ## speak the prompts that callers hear (controller/sounds/catalogue)
	@scripts/build-sounds.sh

.PHONY: engine
engine: ## install Asterisk 22 under .engine/
	@scripts/install-engine.sh

# What all tests need: tools, engine, web app, prompts and the binary that the end-to-end tests start.
.PHONY: test-setup
test-setup:
	@scripts/check-toolchain.sh go node
	@STEP='[1/5]' scripts/install-tools.sh test
	@STEP='[2/5]' scripts/install-engine.sh
	@STEP='[2/5]' scripts/install-whisper.sh
	@STEP='[3/5]' scripts/build-web.sh dist
	@STEP='[3/5]' scripts/build-web.sh clients
	@STEP='[4/5]' scripts/build-sounds.sh
	@echo '[5/5] Building the controller …'
	@$(BUILD) -o bin/ringdesk .

# PARTS="unit e2e compose" tests the compose file, too, which installs a Docker engine where it may and builds the images.
PARTS ?= unit e2e
.PHONY: test
test: test-setup ## lint and all tests: units, engine conformance, API, end-to-end, browsers
	@scripts/lint.sh
	@scripts/test.sh $(PARTS)

.PHONY: test-unit
test-unit: test-setup ## all tests but the end-to-end ones
	@scripts/test.sh unit

.PHONY: test-e2e
test-e2e: test-setup ## the end-to-end and browser tests only
	@scripts/test.sh e2e

.PHONY: test-compose
test-compose: test-setup ## build the images from one Debian base, start docker-compose.yml and test it with callers and browsers (root; installs Debian's docker.io)
	@scripts/test-compose.sh

.PHONY: lint
lint: test-setup ## gofmt, vet, staticcheck, govulncheck, tsc, eslint, shellcheck
	@scripts/lint.sh

.PHONY: bench
bench: test-setup ## measure beside Asterisk's own queue, rooms and recording, or with ENGINE=freeswitch beside FreeSWITCH's; STORE=postgres keeps the controller's data in a PostgreSQL; RUNS=3 judges the medians; PARTS=setup,queue is short
	go run ./bench $(if $(filter file,$(origin PARTS)),-doc docs/benchmarks.md,-parts $(PARTS)) $(if $(RUNS),-runs $(RUNS)) $(if $(ENGINE),-engine $(ENGINE)) $(if $(STORE),-store $(STORE)) $(if $(SOAK),-soak $(SOAK))

.PHONY: attack
attack: test-setup ## attack a fresh instance on loopback in every way that is known, bounded in count and time, while calls go on (a short form is part of make test)
	CGO_ENABLED=0 go test -count=1 -v -timeout 40m -run TestAttack ./e2e/attack -full

CALLS ?= 20000
SEED ?= 1
.PHONY: sim
sim: ## play days of simulated calls: make sim CALLS=20000 SEED=7
	@scripts/check-toolchain.sh go
	@CGO_ENABLED=0 go run ./scripts/sim -calls $(CALLS) -seed $(SEED)

.PHONY: docs
docs: test-setup ## make docs/rules.md, docs/call-states.md, docs/settings.md, docs/metrics.md, docs/flows.md and docs/engines.md anew, from tests, the program and a conformance run (of FreeSWITCH, too, with RINGDESK_FREESWITCH)
	go run ./scripts/rules > docs/rules.md
	go run ./scripts/callstates > docs/call-states.md
	go run ./scripts/reference settings > docs/settings.md
	go run ./scripts/reference metrics > docs/metrics.md
	go run ./scripts/reference flows > docs/flows.md
	@mkdir -p build && rm -f build/conformance.jsonl
	RINGDESK_CONFORMANCE_OUT=$(CURDIR)/build/conformance.jsonl go test -count=1 -p 1 -run 'TestConformance|TestSecured' ./testkit/memory ./controller/asterisk ./controller/freeswitch
	go run ./scripts/engines docs/engines.jsonl build/conformance.jsonl > docs/engines.md

.PHONY: images
images: ## build the container images of docker-compose.yml
	docker compose build

.PHONY: clean
clean: ## remove what was built; .engine/ and data/ stay
	rm -rf bin build web/node_modules e2e/out
	find web/dist controller/sounds/built/files -mindepth 1 ! -name .gitkeep -delete
