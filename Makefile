# `make demo` and `make test` set up everything; the other targets use what they set up.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?= -n 2

export DAGSTER_HOME := $(CURDIR)

.DEFAULT_GOAL := help

help: ## Say what the targets do.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP) ## Train, gate, convert, try and promote real models in Dagster; ends by itself.
	@# Two models train at once: threads that spin while they wait would take each other's cores.
	OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive $(BIN)/python -m frontier_assets.cli.demo

test: $(STAMP) ## Run the whole test suite.
	@# One thread a library, so that the workers do not fight over two cores. With bytecode kept,
	@# the hundreds of processes that the tests start need not compile everything again.
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(PYTEST_ARGS)

ui: $(STAMP) ## Open Dagster on http://127.0.0.1:3000 over the demo's state.
	$(BIN)/dagster dev -h 127.0.0.1 -p 3000

lint: $(STAMP) ## Check style, types, layers and definitions.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dagster definitions validate

bench: $(STAMP) ## Run every benchmark; exit 1 below a stated bar.
	$(BIN)/python -m frontier_assets_tests.benchmarks

install: $(STAMP) ## Create .venv and install from deploy/constraints.txt.

$(STAMP): pyproject.toml deploy/constraints.txt
	@echo "Installing into $(VENV) from deploy/constraints.txt; this takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c deploy/constraints.txt -e '.[dev]'
	@# There are wheels for some platforms alone; everything but its engines works without it.
	$(BIN)/pip install --quiet --disable-pip-version-check -c deploy/constraints.txt \
		-e '.[tensorrt-rtx]' || echo "TensorRT for RTX cannot be had here: no_package"
	touch $@

clean: ## Remove the demo's state; keeps .venv.
	rm -rf .dagster .frontier

.PHONY: help demo test ui lint bench install clean
