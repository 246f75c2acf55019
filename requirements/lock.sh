#!/usr/bin/env bash
# Pins every requirement with its hashes. Run after a change to a .in file: requirements/lock.sh
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet pip-tools
for name in layers/shared/requirements requirements/local requirements/dev requirements/lambda requirements/sam requirements/policy; do
  "$tools/bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
    --output-file "$name.txt" "$name.in"
done
