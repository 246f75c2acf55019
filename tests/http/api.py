"""Calls the booking function as API Gateway does: one event in, one response out, in this process."""

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.app import handler

EVENTS = Path(__file__).parents[2] / "events"

CONTEXT = cast(
    "LambdaContext",
    SimpleNamespace(
        aws_request_id="6b1f3c52-3d5e-4c43-9f3a-8f0d3f6a7c11",
        function_name="booking",
        log_stream_name="2026/03/02/[$LATEST]0",
        function_version="1",
        memory_limit_in_mb="1024",
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:booking",
    ),
)

_addresses: Iterator[int] = count(1)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401  # JSON
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """What a problem is called; checks on the way that it is told as one."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["code"])

    def fields(self) -> set[str]:
        return {error["field"] for error in self.body["errors"]}


def _own_address() -> str:
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@dataclass(frozen=True)
class Api:
    """One client, with an address of its own, so that no test uses up another's rate."""

    token: str | None = None
    address: str = field(default_factory=_own_address)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Answer:
        return self.send("GET", path, query=query, headers=headers)

    def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Answer:  # noqa: ANN401
        keyed = {"idempotency-key": key} if key is not None else {}
        return self.send("POST", path, body, headers={**headers, **keyed})

    def put(self, path: str, body: Any) -> Answer:  # noqa: ANN401
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:  # noqa: ANN401
        return self.send("PATCH", path, body, headers=headers)

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A body that is text already is sent as it is."""
        event = self.event(method, path, query or {})
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
            event["headers"]["content-type"] = "application/json"
        if self.token:
            event["headers"]["authorization"] = f"Bearer {self.token}"
        event["headers"] |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        return invoke(event)

    def event(self, method: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        event: dict[str, Any] = json.loads((EVENTS / "api-slots.json").read_text())
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["rawQueryString"] = urlencode(query, doseq=True)
        event["queryStringParameters"] = _joined(event["rawQueryString"])
        event["requestContext"]["http"] |= {"method": method, "sourceIp": self.address}
        return event


def invoke(event: dict[str, Any]) -> Answer:
    response = json.loads(json.dumps(handler(event, CONTEXT)))
    body = response["body"] or ""
    if response["isBase64Encoded"]:
        body = gzip.decompress(base64.b64decode(body)).decode()
    return Answer(response["statusCode"], response["headers"], body)


def _joined(raw_query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(raw_query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
