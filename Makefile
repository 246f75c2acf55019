PYTHON ?= python3
BUILD ?= .aws-sam/build
EXPANDED ?= .aws-sam/expanded
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/shared:$(CURDIR)/functions

.PHONY: demo test run bench smoke lint policy build sam-test sam-local lock

demo: .venv/local.stamp  ## the main job on the embedded stack, told step by step
	@.venv/bin/python -m local.demo

run: .venv/local.stamp  ## the whole stack on http://localhost:8000, until Ctrl-C
	@.venv/bin/python -m local --demo

test: .venv/dev.stamp  ## every test, on a PostgreSQL and a Valkey of its own
	.venv/bin/python -m pytest

bench: build .venv-lambda/lambda.stamp .venv/dev.stamp  ## the figures of docs/performance.md
	.venv/bin/python -m bench

smoke: .venv/local.stamp  ## the booking journey of the demo against a deployed stack, its account closed afterwards: make smoke URL=https://...
	@.venv/bin/python -m local.smoke $(URL)

lint: .venv/dev.stamp .venv-sam/sam.stamp  ## style, types, import contract, template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv-sam/bin/cfn-lint template.yaml
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 .venv-sam/bin/sam validate --lint

policy: .venv-policy/policy.stamp .venv-sam/sam.stamp .venv/dev.stamp  ## the expanded template, held to CloudFormation's rules and to checkov's
	@mkdir -p $(EXPANDED)
	@for stack in own existing; do \
		echo "$$stack: what template.yaml makes"; \
		.venv/bin/python -m local.sam.expansion $$stack >$(EXPANDED)/$$stack.json && \
		.venv-sam/bin/cfn-lint $(EXPANDED)/$$stack.json && \
		.venv-policy/bin/checkov --config-file .checkov.yaml --file $(EXPANDED)/$$stack.json || exit 1; \
	done

build: .venv-sam/sam.stamp .venv/local.stamp  ## the functions and their layer, as they are deployed
	PATH="$(CURDIR)/.venv/bin:$$PATH" SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam build --build-dir $(BUILD)
	@.venv/bin/python -m local.sam.artifacts $(BUILD)

sam-test: build .venv-lambda/lambda.stamp .venv/dev.stamp  ## every event of events/ through the built functions, with and without Docker
	.venv/bin/python -m pytest -v tests/sam

sam-local: build .venv-lambda/lambda.stamp  ## the servers that `sam local` finds here, until Ctrl-C
	@.venv/bin/python -m local.sam

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

.venv-lambda/lambda.stamp: requirements/lambda.txt
	$(PYTHON) -m venv --clear .venv-lambda
	.venv-lambda/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-policy/policy.stamp: requirements/policy.txt
	$(PYTHON) -m venv --clear .venv-policy
	.venv-policy/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
