# Two commands: `make run` and `make test`. Both set up what they need, as root or not, and may be repeated.
# Other ports: `make run LISTEN=127.0.0.1:8081 CONSOLE=127.0.0.1:9081`. Another Python: `make setup PYTHON=python3.13`.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DATA := .vaas
LISTEN := 127.0.0.1:8080
CONSOLE := 127.0.0.1:9080
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test unit check bench coverage mutants storm setup

run: $(VENV)/.installed
	@$(BIN)/python scripts/run.py --data $(DATA) --listen $(LISTEN) --console $(CONSOLE)

test: $(VENV)/.installed-dev
	@$(BIN)/python scripts/test.py $(ARGS)

unit: $(VENV)/.installed-dev
	$(BIN)/pytest -m unit -n auto

check: $(VENV)/.installed-dev
	scripts/check

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks

# The tests once more, and the part of the branches that they take, by package; `make coverage TESTS=tests/framework`.
coverage: $(VENV)/.installed-dev
	@$(BIN)/python -m scripts.measure $(TESTS)

# What no test sees: `make mutants MUTANTS="--modules pool/link --count 40 --seed 2"` looks closer at one module.
mutants: $(VENV)/.installed-dev
	@$(BIN)/python -m scripts.mutants $(MUTANTS)

# Everything hostile at once at a real platform; the same seed sends the same. `make storm SECONDS=30 SEED=7`.
storm: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.hostile $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(STORM)

setup: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("vaas needs Python 3.11 or newer: make run PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	@echo "Installing vaas into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable . pytest # pytest: for the tests of a project of `vaas init`
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	@echo "Installing vaas and what its tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable '.[dev,bench]'
	@touch $@ $(VENV)/.installed
