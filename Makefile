# Two commands do all the set-up on a machine with Python >= 3.11 and make: `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that is new enough and really starts.
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif
export PYTHON

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

.PHONY: help demo test check bench soak cover lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## rehearse the sample workspace and serve the result (ARGS=--once: build only)
	@tools/system-packages
	$(BIN)/campaign demo $(if $(filter true,$(CI)),--once) $(ARGS)

test: $(DEV) ## install what the tests need and run them (ARGS=tests/test_text.py)
	@tests/system-packages
	$(BIN)/python -m pytest $(ARGS)

check: $(DEV) ## style, types, import contracts, size budget
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/measure.py . --package campaign --tests tests --exclude '*/migrations/*' --budget tools/budget.json

bench: $(DEV) ## print the figures of every area, or of one (AREA=cards)
	$(BIN)/python -m tests.bench $(AREA)

soak: $(DEV) ## the tests again, with large counts
	@tests/system-packages
	CAMPAIGN_SOAK=1 $(BIN)/python -m pytest $(ARGS)

cover: $(DEV) ## the tests with branch coverage
	@tests/system-packages
	$(BIN)/python -m pytest --cov $(ARGS)

# The lock files name versions and hashes and no place to get them from. They hold for every Python >= 3.11 and system.
# Pins stay as they are unless ARGS="--upgrade" or ARGS="--upgrade-package NAME".
COMPILE = var/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(ARGS)
lock: ## write the lock files anew from pyproject.toml
	$(PYTHON) -m venv var/lock
	var/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --all-extras --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group pyproject.toml:build --output-file requirements-build.lock
	for server in synapse nostr; do \
		$(COMPILE) tests/servers/$$server.in --output-file tests/servers/$$server.lock; \
	done

clean: ## remove what make made; the data in var/live, var/sandbox and var/rehearsal stay
	rm -rf $(VENV) dist build htmlcov .coverage .*_cache .hypothesis tests/node/node_modules var/lock var/servers var/demo
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.created:
ifeq ($(PYTHON),)
	@echo "This needs Python 3.11 or newer, and none was found." >&2; exit 1
endif
	@tools/system-packages
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments yet: install the package named above." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# What builds packages comes first, so that nothing is fetched without a hash while the rest is built.
$(VENV)/.build-installed: requirements-build.lock $(VENV)/.created
	$(PIP) --require-hashes -r requirements-build.lock
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml $(VENV)/.build-installed
	$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(PIP) --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@
