SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

ifndef MAKE_TERMOUT
export NO_COLOR := 1
endif

PYTHON ?= $(shell .ci/python)
PORT ?= 8000
DATA ?= .data/demo
# Tests start dozens of workers and servers: what one has compiled is not compiled again by all others.
COMPILED := PYTHONDONTWRITEBYTECODE=
# More than there are processors: tests of several servers and of browsers wait for others more than half of the time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 3)
# Workers get neighbours to begin with, who share what is made for a folder or a file, and help one another at the end.
SHARED_OUT := -n $(WORKERS) --dist worksteal
PYTEST = $(COMPILED) TMPDIR=$$(.ci/scratch) $(BIN)/pytest $(SHARED_OUT) -m "not torture"
# `make torture`: begun in the evening it has ended in the morning. What has not begun after these hours makes it fail.
HOURS ?= 8
# `make bench`: which measurements (all), the folder of the comparison's harness (left out), how often it repeats.
WHAT ?=
BENCH ?=
REPEATS ?= 3
# What `make test` runs on PostgreSQL too: tables, journal, lists, outbox, accounts, and the rules of the gate.
ON_BOTH := tests/persistence \
	tests/server/api/test_orders.py tests/server/api/test_order_list.py tests/server/api/test_accounts.py \
	tests/server/orders/test_ordering.py tests/server/orders/test_signs.py

BIN := .venv/bin
ENVIRONMENT := .venv/.ready
MODULES := web/node_modules/.ready
BROWSER := server/browser/index.html
# Folders are listed with their files, so that a deleted file is noticed too.
BROWSER_SOURCES := $(shell find web/src web/public -not -name '*.test.ts*') \
	$(wildcard web/*.html web/*.ts web/*.json schema/*.csv)

.PHONY: help setup demo test test-postgresql check static units torture bench wheel browser clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(ENVIRONMENT) $(MODULES)  ## install everything needed, in .venv/ and web/node_modules/
	@echo "Everything is set up."

demo: $(ENVIRONMENT) $(BROWSER)  ## serve the demo on http://127.0.0.1:8000 (PORT=, DATA=)
	@exec $(BIN)/shared-order demo --port $(PORT) --data $(DATA)

test: export PYTHONUNBUFFERED := 1
test: $(ENVIRONMENT) $(MODULES)  ## run every check and every test
	@.ci/need tests
	@$(MAKE) --jobs=2 --output-sync=target static units $(BROWSER)
	@$(PYTEST)
	@$(PYTEST) --database=postgresql $(ON_BOTH)

test-postgresql: export PYTHONUNBUFFERED := 1
test-postgresql: $(ENVIRONMENT) $(BROWSER)  ## run every Python test on PostgreSQL
	@.ci/need tests
	@$(PYTEST) --database=postgresql tests/persistence tests/server tests/servers

check: $(ENVIRONMENT) $(MODULES) static  ## run the quick checks: format, lint, types, import layers

static:
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@cd web && npm run --silent check

units:
	@cd web && npm test --silent

torture: export PYTHONUNBUFFERED := 1
torture: $(ENVIRONMENT) $(BROWSER)  ## run the long proofs, for HOURS=8 at most
	@.ci/need tests
	@$(COMPILED) TMPDIR=$$(.ci/scratch 12000000) $(BIN)/pytest $(SHARED_OUT) -m torture \
		--session-timeout=$$(($(HOURS) * 3600)) --durations=10

bench: export PYTHONUNBUFFERED := 1
bench: $(ENVIRONMENT) $(BROWSER)  ## measure everything, or WHAT="start lists …"; BENCH=folder compares with others
	@.ci/need bench
	@BENCH="$(BENCH)" REPEATS="$(REPEATS)" $(BIN)/python -m tests.bench $(WHAT)

wheel: $(ENVIRONMENT) $(BROWSER)  ## build dist/*.whl with the browser application inside
	@echo "Building the wheel in dist/."
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --wheel --outdir dist > /dev/null
	@ls dist/*.whl

browser: $(BROWSER)  ## build the browser application in server/browser/

clean:  ## remove everything that was made, but not the data in .data/
	@rm -rf .venv web/node_modules server/browser dist *.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find schema persistence server tests -name __pycache__ -prune -exec rm -rf {} +

$(ENVIRONMENT): pyproject.toml
	@PYTHON=$(PYTHON) .ci/need python
	@echo "Installing the Python packages in .venv/."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --group dev --editable .
	@touch $@

$(MODULES): web/package.json web/package-lock.json web/.npmrc
	@.ci/need node
	@echo "Installing the browser application's packages in web/node_modules/."
	@cd web && npm ci --loglevel=error > /dev/null
	@touch $@

$(BROWSER): $(MODULES) $(BROWSER_SOURCES)
	@echo "Building the browser application in server/browser/."
	@cd web && npm run --silent build
	@touch $@
