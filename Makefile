# Everything sets itself up in .venv: a machine needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
PROPERTIES := tests/attendance tests/calendar tests/imports
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

COG := $(BIN)/cog -P -I .
GENERATED := docs/operator.md docs/api.md docs/developer.md docs/working-time.md

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs messages lock bench pictures long-test api-test kill-test webhook-test chaos soak load rush fairness scale sbom teams-check

help:
	@echo "make demo          the bot in your browser, with a practice workspace (PORT)"
	@echo "make test          lint and every test"
	@echo "make lint          all that needs no running bot: format, lint, types, imports, tables in docs/, translations, known vulnerabilities"
	@echo "make docs          writes the reference tables in docs/ from the program, and Slack's manifest in each language"
	@echo "make messages      brings what the program says into the catalogues of all languages"
	@echo "make bench         measures, and writes benchmarks/RESULTS.md"
	@echo "make pictures      takes the pictures in docs/ again"
	@echo "make long-test     the properties with 10,000 examples, and the stateful ones for 20,000 steps on each engine"
	@echo "make api-test      the API against its own specification, with more than 10,000 requests on each engine"
	@echo "make kill-test     kills servers under load, 200 times on SQLite and 50 times on PostgreSQL"
	@echo "make webhook-test  three replicas tell 4,800 events to a receiver that fails and hangs"
	@echo "make chaos         people for minutes while everything fails (CHAOS_SECONDS, CHAOS_PEOPLE)"
	@echo "make soak          half an hour of steady load: does anything grow (SOAK_SECONDS, SOAK_RATE)"
	@echo "make load          the highest steady rate of /clockin, and what bounds it (LOAD_SECONDS, LOAD_ENGINE)"
	@echo "make rush          10,000 people at nine o'clock (RUSH_PEOPLE, RUSH_SECONDS, RUSH_ENGINE)"
	@echo "make fairness      how one workspace fares while another does its worst (FAIR_SECONDS, FAIR_ENGINE)"
	@echo "make scale         what answers cost at 100, 1,000 and 10,000 people (SCALE_PEOPLE, SCALE_ENGINE, SCALE_RECORDS)"
	@echo "make teams-check   the Teams app's manifest against Microsoft's schema (needs npm)"
	@echo "make sbom          what the bot is made of, in CycloneDX: sbom.json"
	@echo "make lock          renews the locks, which hold hashes"

demo: .venv/installed
	$(BIN)/attendance demo $(if $(PORT),--port $(PORT))

# Thousands of small ledgers wait for a disk at each commit; in memory, where there is room, they don't.
test: export TMPDIR := $(or $(shell df --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 8000000 {print "/dev/shm"}'),$(TMPDIR),/tmp)
test: lint
	$(BIN)/python -m pytest --numprocesses auto

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(COG) --check $(GENERATED)
	$(BIN)/python -m tests.catalogues
	$(BIN)/python -m tests.audit

docs: .venv/installed-dev
	$(COG) -r $(GENERATED)
	$(BIN)/python -m tests.manifests

messages: .venv/installed-dev
	$(BIN)/python -m tests.catalogues update

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

pictures: .venv/installed-dev
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.teams_pictures

long-test: .venv/installed-dev
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest $(PROPERTIES)

api-test: .venv/installed-dev
	API_TEST=long $(BIN)/python -m pytest -s tests/api/test_specification.py tests/api/test_goodday_client.py

kill-test: .venv/installed-dev
	KILLS=long $(BIN)/python -m pytest -s tests/faults/test_kills.py

webhook-test: .venv/installed-dev
	WEBHOOKS=long $(BIN)/python -m pytest -s tests/faults/test_webhooks.py

chaos: .venv/installed-dev
	CHAOS_SECONDS=$(or $(CHAOS_SECONDS),300) $(BIN)/python -m pytest -s tests/faults/test_chaos.py

soak load rush fairness scale: .venv/installed-dev
	$(BIN)/python -m benchmarks.$@

teams-check: .venv/installed-dev
	npm install --silent --no-save --prefix .venv/npm @microsoft/app-manifest@1.1.2
	$(BIN)/python -m tests.msteams.manifest_check .venv/npm

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
