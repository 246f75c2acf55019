"""The operations of a provider's stand-in for another process: POST /_control/NAME with a JSON object of its arguments.

GET answers what is told of it; POST /_control/settings sets its attributes.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.http_server import Refusal, Reply, Request

PREFIX = "/_control/"
OK, BAD_REQUEST, NOT_FOUND = 200, 400, 404


@dataclass(frozen=True, slots=True)
class Remote[T]:
    """`operations` and `settings` name methods and attributes; `told` are what GET answers, by their names."""

    operations: frozenset[str]
    settings: frozenset[str]
    told: Mapping[str, Callable[[T], Any]]

    def answer(self, target: T, request: Request) -> Reply:
        try:
            return self._answer(target, request.method, request.path.removeprefix(PREFIX), request.body)
        except Refusal as refusal:
            return refusal.reply()
        except (TypeError, ValueError) as error:
            return _said(BAD_REQUEST, str(error))

    def _answer(self, target: T, method: str, name: str, body: str) -> Reply:
        if method == "GET" and name in self.told:
            return _as_json(OK, self.told[name](target))
        if method == "POST" and name == "settings":
            return _as_json(OK, self._set(target, _arguments(body)))
        if method == "POST" and name in self.operations:
            operation, arguments = getattr(target, name), _arguments(body)
            inspect.signature(operation).bind(**arguments)
            return _as_json(OK, operation(**arguments))
        return _said(NOT_FOUND, f"There is no {method} {PREFIX}{name}.")

    def _set(self, target: T, values: dict[str, Any]) -> dict[str, Any]:
        if unknown := values.keys() - self.settings:
            raise ValueError(f"There are no settings {', '.join(sorted(unknown))}.")
        for name, value in values.items():
            setattr(target, name, value)
        return {name: getattr(target, name) for name in sorted(self.settings)}


def _arguments(body: str) -> dict[str, Any]:
    arguments = json.loads(body or "{}")
    if not isinstance(arguments, dict):
        raise TypeError("The body must be a JSON object.")
    return arguments


def _said(status: int, message: str) -> Reply:
    return _as_json(status, {"error": {"message": message}})


def _as_json(status: int, document: Any) -> Reply:  # noqa: ANN401 - any JSON value
    return Reply(status, json.dumps(document, indent=2), {"Content-Type": "application/json"})
