"""template.yaml, read as the local stack needs it: queues, functions, their settings and what triggers them.

It reads what Lectern's own template uses and no more; what only AWS can resolve is None.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Lambda's own, where neither the function nor Globals says otherwise.
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128
# And its event source mapping's.
DEFAULT_BATCH_SIZE = 10
DEFAULT_CONCURRENCY = 2


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
class Queue:
    """An SQS queue by its logical name, with its attributes as SetQueueAttributes takes them, but for the redrive."""

    name: str
    attributes: Mapping[str, str]
    dead_letter_queue: str | None
    most_receives: int


@dataclass(frozen=True, slots=True)
class EventSource:
    """A queue that triggers the function, by its logical name."""

    queue: str
    batch_size: int
    maximum_concurrency: int
    reports_item_failures: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scheduled EventBridge rule; `input` is the JSON that is the function's event, if the rule has one."""

    name: str
    expression: str
    input: str | None


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
    event_sources: tuple[EventSource, ...]
    schedules: tuple[Schedule, ...]


class _Loader(yaml.CSafeLoader):
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


def queues(path: Path) -> tuple[Queue, ...]:
    """Every queue that the template declares, those that others send their dead letters to first."""
    document = load(path)
    known = _defaults(document)
    declared = [_queue(name, each.get("Properties", {}), known) for name, each in _of_type(document, "AWS::SQS::Queue")]
    return tuple(sorted(declared, key=lambda queue: queue.dead_letter_queue is not None))


def functions(path: Path, references: Mapping[str, str] | None = None) -> tuple[Function, ...]:
    """Every function that the template declares, in its order; `references` is what `!Ref` of a resource gives."""
    document = load(path)
    known = _defaults(document) | dict(references or {})
    declared = _of_type(document, "AWS::Serverless::Function")
    return tuple(_function(name, each["Properties"], document, path.parent, known) for name, each in declared)


def _of_type(document: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, resource) for name, resource in document["Resources"].items() if resource["Type"] == kind]


def _defaults(document: dict[str, Any]) -> dict[str, str]:
    parameters = document.get("Parameters", {})
    return {name: str(each["Default"]) for name, each in parameters.items() if "Default" in each}


def _queue(name: str, properties: dict[str, Any], known: Mapping[str, str]) -> Queue:
    redrive = properties.get("RedrivePolicy", {})
    attributes = {key: _attribute(value, known) for key, value in properties.items() if key != "RedrivePolicy"}
    return Queue(
        name=name,
        attributes={key: value for key, value in attributes.items() if value is not None},
        dead_letter_queue=_arn_of(redrive.get("deadLetterTargetArn")),
        most_receives=int(redrive.get("maxReceiveCount", 0)),
    )


def _attribute(value: Any, known: Mapping[str, str]) -> str | None:  # noqa: ANN401 - a node of the document
    # A number or a boolean, as JSON writes it.
    return json.dumps(value) if isinstance(value, int) else _known(value, known)


def _function(
    name: str, properties: dict[str, Any], document: dict[str, Any], folder: Path, known: Mapping[str, str]
) -> Function:
    shared = document.get("Globals", {}).get("Function", {})
    both = shared | properties
    events = properties.get("Events", {})
    variables = _variables(shared) | _variables(properties)
    return Function(
        name=name,
        handler=both["Handler"],
        code=(folder / both["CodeUri"]).resolve(),
        timeout_seconds=both.get("Timeout", DEFAULT_TIMEOUT_SECONDS),
        memory_mb=both.get("MemorySize", DEFAULT_MEMORY_MB),
        environment={key: _known(value, known) for key, value in variables.items()},
        routes=tuple(_routes(events)),
        event_sources=tuple(_event_source(each, known) for _, each in _events(events, "SQS")),
        schedules=tuple(_schedule(key, each) for key, each in _events(events, "Schedule")),
    )


def _variables(properties: dict[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return variables


def _known(value: Any, known: Mapping[str, str]) -> str | None:  # noqa: ANN401 - a node of the document
    return known.get(value.get("Ref", "")) if isinstance(value, dict) else str(value)


def _routes(events: dict[str, Any]) -> list[Route]:
    routes = [event for _, event in _events(events, "HttpApi")]
    return [Route(route.get("Method", "ANY").upper(), route.get("Path", "$default")) for route in routes]


def _events(events: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, event.get("Properties", {})) for name, event in events.items() if event["Type"] == kind]


def _event_source(properties: dict[str, Any], known: Mapping[str, str]) -> EventSource:
    concurrency = properties.get("ScalingConfig", {}).get("MaximumConcurrency", DEFAULT_CONCURRENCY)
    return EventSource(
        queue=_arn_of(properties["Queue"]) or "",
        batch_size=properties.get("BatchSize", DEFAULT_BATCH_SIZE),
        maximum_concurrency=int(_known(concurrency, known) or DEFAULT_CONCURRENCY),
        reports_item_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
    )


def _schedule(name: str, properties: dict[str, Any]) -> Schedule:
    return Schedule(name, properties["Schedule"], properties.get("Input"))


def _arn_of(node: dict[str, str] | None) -> str | None:
    """The resource whose Arn the node (`!GetAtt Name.Arn`) stands for."""
    return node["Fn::GetAtt"].removesuffix(".Arn") if node else None
