# Each target sets up all it needs in this checkout: `uv` when it is on PATH, else venv and pip, from one hashed lock.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest

.PHONY: help setup demo test check unit tidy docs bench metrics lock clean

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

setup: $(STAMP)  ## Install the kit into .venv

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

demo: $(STAMP)  ## Run the whole factory once, with things that go wrong (SEED=n, KEEP=1)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/tarmac demo $(if $(SEED),--seed $(SEED)) $(if $(KEEP),--keep)

test: $(STAMP)  ## All tests, tier by tier, with the time each took
	@$(BIN)/python tests/tiers.py

check: unit tidy  ## The quick part: unit tests and the house rules

unit: $(STAMP)
	@$(PYTEST) -q -n auto -m "not slow and not race"

tidy: $(STAMP)
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q . && $(BIN)/lint-imports --no-cache >/dev/null && $(BIN)/mypy
	@if command -v actionlint >/dev/null 2>&1; then actionlint action/workflow.yml; fi
	@if command -v shellcheck >/dev/null 2>&1; then shellcheck action/install.sh; fi

docs: $(STAMP)  ## Write docs/CLI.md from the commands, docs/findings from the catalogue
	@$(BIN)/python -m tests.clidoc
	@$(BIN)/python tests/findings_pages.py

bench: $(STAMP)  ## Print the measured figures
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m bench

metrics: $(STAMP)  ## Sizes of modules and functions
	@$(BIN)/python tests/metrics.py

lock:  ## Renew requirements.lock (needs uv)
	@uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group dev --all-extras pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV)
