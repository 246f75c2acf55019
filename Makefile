PYTHON ?= python3
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/shared:$(CURDIR)/functions

.PHONY: demo test run bench lint lock

demo: .venv/local.stamp  ## the main job on the embedded stack, told step by step
	@.venv/bin/python -m local.demo

run: .venv/local.stamp  ## the whole stack on http://localhost:8000, until Ctrl-C
	@.venv/bin/python -m local --demo

test: .venv/dev.stamp  ## every test, on a PostgreSQL and a Valkey of its own
	.venv/bin/python -m pytest

bench: .venv/dev.stamp  ## the figures of docs/performance.md
	.venv/bin/python -m bench

lint: .venv/dev.stamp .venv-sam/sam.stamp  ## style, types, import contract, template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv-sam/bin/cfn-lint template.yaml
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 .venv-sam/bin/sam validate --lint

lock:  ## pins every requirement again, with hashes
	requirements/lock.sh

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info[:2] == (3, 13) else f"Lectern needs Python 3.13, {sys.executable} is {sys.version.split()[0]}. Say which: make PYTHON=/path/to/python3.13")'
	$(PYTHON) -m venv --clear .venv

.venv/local.stamp: requirements/local.txt | .venv/bin/pip
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/local.stamp
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-sam/sam.stamp: requirements/sam.txt
	$(PYTHON) -m venv --clear .venv-sam
	.venv-sam/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
