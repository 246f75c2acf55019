"""Promises that the deployment makes, read from template.yaml."""

import re
from typing import Any

import pytest

from local.sam.conditions import references
from local.state import CHECKOUT
from local.template import Function, functions, load

TEMPLATE = CHECKOUT / "template.yaml"
DOCUMENT = load(TEMPLATE)
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in DOCUMENT["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def statements(name: str) -> list[dict[str, Any]]:
    return [each for policy in FUNCTIONS[name]["Policies"] for each in policy["Statement"]]


def test_only_the_migrations_know_the_owner_of_the_tables() -> None:
    knowing = {name for name in FUNCTIONS if "DatabaseOwnerSecretArn" in set(references(FUNCTIONS[name]))}
    assert knowing == {"MigrateFunction"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_connects_to_the_database_is_bounded(name: str) -> None:
    assert "ReservedConcurrentExecutions" in FUNCTIONS[name]


@pytest.mark.parametrize("function", functions(TEMPLATE), ids=lambda function: function.name)
def test_a_handler_is_in_its_file(function: Function) -> None:
    module, _, name = function.handler.rpartition(".")
    code = (function.code / f"{module.replace('.', '/')}.py").read_text()
    assert re.search(rf"^(def {name}\(|{name} =)", code, re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENT["Parameters"])
def test_a_parameter_is_described_and_used(name: str) -> None:
    assert DOCUMENT["Parameters"][name]["Description"]
    assert name in set(references([DOCUMENT["Globals"], DOCUMENT["Resources"], DOCUMENT["Conditions"]]))
