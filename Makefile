# Two commands: `make run` and `make test`. Both set up what they need, as root or not, and may be repeated.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DATA := .vaas
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench setup

run: $(VENV)/.installed
	@$(BIN)/python scripts/run.py --data $(DATA)

test: $(VENV)/.installed-dev
	$(BIN)/pytest

check: $(VENV)/.installed-dev
	scripts/check

setup: $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	@echo "Installing vaas into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	@echo "Installing vaas and what its tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable '.[dev,bench]'
	@touch $@ $(VENV)/.installed
