# Two commands on a fresh machine: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-fast test-ci test-all check format neo4j reference examples notebooks docs bench clean

demo: .venv/product
	@$(BIN)/influence demo

# Two workers: one has the tests on Neo4j, the other all else, file by file.
# How many random examples the tests try (tests/examples.py): ordinary, ci or thorough.
PROFILE ?= ordinary
PYTEST = $(BIN)/pytest -n 2 --dist loadgroup --hypothesis-profile=$(PROFILE)

test: .venv/tests
	$(PYTEST) -m "not slow and not ci" --durations=10

test-ci: .venv/tests
	$(PYTEST) -m "ci and not slow"

test-fast: .venv/tests
	$(PYTEST) -m "not slow and not ci and not neo4j" tests/unit tests/golden

test-all: PROFILE := thorough
test-all: .venv/browser
	$(PYTEST) --durations=10

check: .venv/tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest tests/unit/test_arrows.py

format: .venv/tests
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

neo4j: .venv/tests
	@$(BIN)/python -m tools.neo4j.serve

reference: .venv/tests
	$(BIN)/python -m tools.reference

notebooks: .venv/tests
	$(BIN)/python -m tools.notebooks

examples: .venv/tests
	$(BIN)/python -m tools.screens
	$(BIN)/python -m tools.pictures

# A warning is an error: a dead link, a missing anchor, a page that the navigation leaves out.
docs: .venv/docs
	@$(BIN)/python -m sphinx --fail-on-warning --quiet --conf-dir docs \
	  --doctree-dir build/docs-cache . build/docs
	@echo "open build/docs/index.html"

bench: .venv/bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.ties
	$(BIN)/python -m benchmarks.clv
	$(BIN)/python -m benchmarks.files
	$(BIN)/python -m benchmarks.bolt
	$(BIN)/python -m benchmarks.gds
	$(BIN)/python -m benchmarks.spark

clean:
	rm -rf .venv .coverage build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "influence needs Python 3.11 or newer, and $(PYTHON) is older or missing: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "this Python cannot make virtual environments: install its venv module (on Debian: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/product: .venv/python pyproject.toml constraints.txt
	@echo "installing into .venv …" >&2
	@$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/tests: .venv/python pyproject.toml constraints.txt
	@echo "installing into .venv …" >&2
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ .venv/product

.venv/browser: .venv/tests
	@$(BIN)/pip install --quiet --editable '.[dev,browser]'
	@touch $@

.venv/docs: .venv/python pyproject.toml constraints.txt
	@echo "installing into .venv …" >&2
	@$(BIN)/pip install --quiet --editable '.[docs]'
	@touch $@

.venv/bench: .venv/tests
	@$(BIN)/pip install --quiet --editable '.[dev,bench]'
	@touch $@
