# `make run` runs 1,000 simulations of Kazakhstan, and 500 with all numbers drawn from their ranges, and writes the report; `make test` is what continuous integration runs.
# `make compare` sets the laboratory's estimates beside those of other libraries, and `make bench` measures its speed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-all bench compare clean

run: $(VENV)/.installed
	@rm -rf runs/kazakhstan
	$(BIN)/poruka run kazakhstan -n 1000 --seed 1 --out runs/kazakhstan

test: $(VENV)/.dev
	$(BIN)/python tests/run_tests.py

test-all: $(VENV)/.dev
	$(BIN)/python tests/run_tests.py --all

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/against_c.py

compare: $(VENV)/.compare
	cd benchmarks && ../$(BIN)/python -W ignore -m compare

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing poruka and its libraries into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,app,analysis,calibration]"
	@touch $@

$(VENV)/.compare: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[analysis,calibration,compare]"
	@touch $@

clean:
	rm -rf $(VENV) runs build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
