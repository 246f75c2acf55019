"""A plain template with its conditions decided by its parameters' defaults: what they leave out is gone.

It knows what template.yaml uses: Fn::If, Condition, and Fn::Equals, Fn::Not and Fn::And over parameters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LEFT_OUT = {"Ref": "AWS::NoValue"}


def decided(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without Rules as well, and without parameters that nothing refers to any more."""
    values = {name: each.get("Default") for name, each in document["Parameters"].items()}
    choice = _Choice(values, document["Conditions"])
    kept = {key: document[key] for key in ("AWSTemplateFormatVersion", "Description")}
    resources = {name: choice.within(each) for name, each in document["Resources"].items() if choice.includes(each)}
    outputs = choice.within(document["Outputs"])
    used = set(references([resources, outputs]))
    parameters = {name: each for name, each in document["Parameters"].items() if name in used}
    return {**kept, "Parameters": parameters, "Resources": resources, "Outputs": outputs}


def references(node: Any) -> Iterator[str]:  # noqa: ANN401 - a node of the document
    """What `Ref` names anywhere below."""
    if isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


@dataclass(frozen=True, slots=True)
class _Choice:
    values: Mapping[str, Any]
    conditions: Mapping[str, Any]

    def includes(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self._holds(resource["Condition"])

    def within(self, node: Any) -> Any:  # noqa: ANN401 - a node of the document
        """The same node, where each Fn::If has become what it chooses."""
        if isinstance(node, list):
            return [self.within(inner) for inner in map(self._branch, node) if inner != _LEFT_OUT]
        if isinstance(node, dict):
            chosen = {key: self._branch(inner) for key, inner in node.items() if not _is_own_condition(key, inner)}
            return {key: self.within(inner) for key, inner in chosen.items() if inner != _LEFT_OUT}
        return node

    def _branch(self, node: Any) -> Any:  # noqa: ANN401 - a node of the document
        while isinstance(node, dict) and "Fn::If" in node:
            name, then, otherwise = node["Fn::If"]
            node = then if self._holds(name) else otherwise
        return node

    def _holds(self, name: str) -> bool:
        return self._truth(self.conditions[name])

    def _truth(self, node: Mapping[str, Any]) -> bool:
        [(function, of)] = node.items()
        match function:
            case "Condition":
                return self._holds(of)
            case "Fn::Not":
                return not self._truth(of[0])
            case "Fn::And":
                return all(self._truth(each) for each in of)
            case "Fn::Equals":
                left, right = (self.values[each["Ref"]] if isinstance(each, dict) else each for each in of)
                return bool(left == right)
            case _:
                raise ValueError(f"Teach local/sam/conditions.py what {function} means.")


def _is_own_condition(key: str, node: Any) -> bool:  # noqa: ANN401 - a node of the document
    """A resource's, by name; a policy's are a mapping."""
    return key == "Condition" and isinstance(node, str)
