# Everything sets itself up in .venv: a machine needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test lint lock bench pictures long-test api-test kill-test webhook-test chaos soak load rush sbom

help:
	@echo "make demo       try the bot in the browser, without Slack"
	@echo "make test       lint, types, import contract, tests"
	@echo "make lint       format, lint, types, import contract and known vulnerabilities alone"
	@echo "make bench      measure, as ratios to floors of the same run"
	@echo "make pictures   take the pictures in docs/ anew"
	@echo "make long-test  the properties with 10,000 examples"
	@echo "make api-test   the API against its own specification: 10,000 requests and more on each engine"
	@echo "make kill-test  kill -9 under load: 200 times on SQLite, 50 times on PostgreSQL"
	@echo "make webhook-test  three replicas call a receiver that fails and hangs, with 4,800 events"
	@echo "make chaos      200 people for 5 minutes while everything fails (CHAOS_SECONDS, CHAOS_PEOPLE)"
	@echo "make soak       half an hour of steady load: does anything grow (SOAK_SECONDS, SOAK_RATE)"
	@echo "make load       the highest steady rate of /clockin, and what bounds it (LOAD_SECONDS, LOAD_ENGINE)"
	@echo "make rush       10,000 people at nine o'clock (RUSH_PEOPLE, RUSH_SECONDS)"
	@echo "make sbom       what the bot is made of, in CycloneDX: sbom.json"
	@echo "make lock       renew requirements.lock and requirements-dev.lock"

demo: .venv/installed
	$(BIN)/attendance demo

# Thousands of small ledgers wait for a disk at each commit; in memory, where there is room, they don't.
test: export TMPDIR := $(or $(shell df --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 8000000 {print "/dev/shm"}'),$(TMPDIR),/tmp)
test: lint
	$(BIN)/python -m pytest --numprocesses auto

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

pictures: .venv/installed-dev
	$(BIN)/python -m tests.pictures

long-test: .venv/installed-dev
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/core

api-test: .venv/installed-dev
	API_TEST=long $(BIN)/python -m pytest -s tests/api/test_specification.py tests/api/test_goodday_client.py

kill-test: .venv/installed-dev
	KILLS=long $(BIN)/python -m pytest -s tests/faults/test_kills.py

webhook-test: .venv/installed-dev
	WEBHOOKS=long $(BIN)/python -m pytest -s tests/faults/test_webhooks.py

chaos: .venv/installed-dev
	CHAOS_SECONDS=$(or $(CHAOS_SECONDS),300) $(BIN)/python -m pytest -s tests/faults/test_chaos.py

soak load rush: .venv/installed-dev
	$(BIN)/python -m benchmarks.$@

sbom: .venv/installed-dev
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --output-file sbom.json

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
