"""template.yaml, read as the local stack needs it: the functions, their settings and what triggers them.

It reads what Lectern's own template uses and no more; what only AWS can resolve is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Lambda's own, where neither the function nor Globals says otherwise.
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP API route: method (ANY for all) and path; the path `$default` takes what no other does."""

    method: str
    path: str

    @property
    def key(self) -> str:
        """The `routeKey` of its events."""
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function; `environment` has None for a value that only AWS knows."""

    name: str
    handler: str
    code: Path
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str | None]
    routes: tuple[Route, ...]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref x`) as the long ones (`{"Ref": x}`)."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: node.value}


_Loader.add_multi_constructor("!", _long_form)


def load(path: Path) -> dict[str, Any]:
    """The template as plain mappings and lists, intrinsic functions in their long form."""
    document: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506 - derives from SafeLoader
    return document


def functions(path: Path) -> tuple[Function, ...]:
    """Every function that the template declares, in its order."""
    document = load(path)
    return tuple(
        _function(name, resource["Properties"], document, path.parent)
        for name, resource in document["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    )


def _function(name: str, properties: dict[str, Any], document: dict[str, Any], folder: Path) -> Function:
    shared = document.get("Globals", {}).get("Function", {})
    both = shared | properties
    parameters = document.get("Parameters", {})
    variables = _variables(shared) | _variables(properties)
    return Function(
        name=name,
        handler=both["Handler"],
        code=(folder / both["CodeUri"]).resolve(),
        timeout_seconds=both.get("Timeout", DEFAULT_TIMEOUT_SECONDS),
        memory_mb=both.get("MemorySize", DEFAULT_MEMORY_MB),
        environment={key: _known(value, parameters) for key, value in variables.items()},
        routes=tuple(_routes(properties.get("Events", {}))),
    )


def _variables(properties: dict[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return variables


def _known(value: Any, parameters: dict[str, Any]) -> str | None:  # noqa: ANN401 - a node of the document
    if isinstance(value, dict):
        default = parameters.get(value.get("Ref", ""), {}).get("Default")
        return None if default is None else str(default)
    return str(value)


def _routes(events: dict[str, Any]) -> list[Route]:
    routes = [event.get("Properties", {}) for event in events.values() if event["Type"] == "HttpApi"]
    return [Route(route.get("Method", "ANY").upper(), route.get("Path", "$default")) for route in routes]
