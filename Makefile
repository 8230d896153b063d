# Everything sets itself up in .venv: a machine needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test lint lock bench pictures long-test kill-test

help:
	@echo "make demo       try the bot in the browser, without Slack"
	@echo "make test       lint, types, import contract, tests"
	@echo "make lint       format, lint, types and import contract alone"
	@echo "make bench      measure, as ratios to floors of the same run"
	@echo "make pictures   take the pictures in docs/ anew"
	@echo "make long-test  the properties with 10,000 examples"
	@echo "make kill-test  kill -9 under load: 200 times on SQLite, 50 times on PostgreSQL"
	@echo "make lock       renew requirements.lock and requirements-dev.lock"

demo: .venv/installed
	$(BIN)/attendance demo

test: lint
	$(BIN)/python -m pytest --numprocesses auto

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

pictures: .venv/installed-dev
	$(BIN)/python -m tests.pictures

long-test: .venv/installed-dev
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/core

kill-test: .venv/installed-dev
	KILLS=long $(BIN)/python -m pytest -s tests/faults/test_kills.py

lock: .venv/installed-dev
	$(LOCK) --extra postgres --output-file requirements.lock
	$(LOCK) --extra postgres --group dev --output-file requirements-dev.lock

.venv/made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/made requirements-dev.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@ .venv/installed
