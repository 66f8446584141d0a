# PYTHON=/path/to/python, VENV=folder and UV=no override what is chosen.

VENV ?= .venv
PYTEST_ARGS ?= --numprocesses auto
export VENV

BIN = $(VENV)/bin
READY = @sh .ci/environment ready

.NOTPARALLEL:
.PHONY: help demo test test-long lint types fmt laws browser mutants bench bench-peers bench-gate test-spark pages modelled constraints clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' $(firstword $(MAKEFILE_LIST)) | while read -r target does; do printf '%-12s %s\n' "$$target" "$$does"; done

demo: ## check the communes of one province against the norms in force
	$(READY) run
	@$(BIN)/dinhbien check scenarios/dien-bien/2025-10 || [ $$? -eq 1 ]

test: lint types ## run every check: style, layers, types, tests
	$(BIN)/pytest $(PYTEST_ARGS)

test-long: ## sessions and their consequences on 1,500 streams of events; columns on 10,000 programs
	$(READY) dev
	DINHBIEN_STREAMS=1500 DINHBIEN_EXAMPLES=other $(BIN)/pytest -q --numprocesses 2 tests/laws/test_live.py tests/laws/test_consequences.py
	DINHBIEN_EXAMPLES=other DINHBIEN_COLUMNS=10000 $(BIN)/pytest -q --numprocesses 2 tests/laws/test_columns.py tests/judging/test_agreement.py

test-spark: ## judge plans on a Spark cluster of two workers on this machine, in an environment of its own
	@VENV=$(VENV)-spark sh .ci/environment ready spark
	$(VENV)-spark/bin/pytest -q -m spark tests/spark

lint: ## check style and layers
	$(READY) dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: ## check types
	$(READY) dev
	$(BIN)/mypy

fmt: ## put the code in form
	$(READY) dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

laws: ## the laws on other examples than `make test` takes, again and again: ROUNDS=5
	$(READY) dev
	@for round in $$(seq $(or $(ROUNDS),5)); do DINHBIEN_EXAMPLES=other $(BIN)/pytest -q $(PYTEST_ARGS) tests/laws tests/writing tests/language || exit 1; done

browser: ## open the pages in Chromium: contrast, narrow screens, paper, and what axe finds
	$(READY) dev
	$(BIN)/pytest -m browser tests/report

mutants: ## change each number and date of the norms by one, and list what no scenario notices
	$(READY) run
	@$(BIN)/dinhbien norms lint --scenarios scenarios --mutate

bench: ## measure how long the command takes, and write it into docs/explanation/performance.md
	$(READY) run
	@$(BIN)/python tests/bench/run.py

bench-peers: ## measure dinhbien against polars, DuckDB, pandas and others; takes half an hour
	@VENV=$(VENV)-peers sh .ci/environment ready peers
	@$(VENV)-peers/bin/python -m tests.bench.peers.run $(PEERS)

bench-gate: ## fail where columns take more than twice as many times as long as NumPy by hand than is recorded
	$(READY) dev
	@$(BIN)/python -m tests.bench.peers.run --gate

pages: ## make the pages again that are made of content: shapes, lints and norms
	$(READY) dev
	@DINHBIEN_RESET=1 $(BIN)/pytest -q tests/docs/test_shapes.py tests/docs/test_lints.py tests/docs/test_norm_pages.py

modelled: ## make the tables of the modelled plan anew from its declared program
	$(READY) dev
	$(BIN)/python -m tests.modelled.make

constraints: ## renew constraints.txt from a fresh install on the oldest Python
	@sh .ci/environment constraints

clean: ## remove the environment, if it was made here
	@sh .ci/environment clean
