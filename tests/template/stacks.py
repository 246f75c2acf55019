"""What CloudFormation would make of template.yaml: in an empty account, and beside a network, database and cache."""

from typing import Any

import pytest

from local.sam.expansion import DEPLOYMENTS, expand

STACKS = {name: expand(parameters) for name, parameters in DEPLOYMENTS.items()}
OWN, EXISTING = STACKS["own"], STACKS["existing"]

in_both = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)


def of_type(stack: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of its resources of that type, by name."""
    resources = stack["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in resources if resource["Type"] == kind}


def named(node: Any) -> str:  # noqa: ANN401 - a node of the template
    """The resource or parameter that a node stands for, or the text that it is."""
    if isinstance(node, dict):
        node = node.get("Ref") or node.get("Fn::GetAtt") or node.get("Fn::Sub")
    return str(node[0] if isinstance(node, list) else node)
