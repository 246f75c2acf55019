"""What goes over a connection: a request as it came, and the reply to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` are by lower-case name; `query` and `body` as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str

    @property
    def account(self) -> str | None:
        """The connected account that the request is made for; None for the platform's own."""
        return self.headers.get("stripe-account")

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(status: int, document: Any, **headers: str) -> Reply:  # noqa: ANN401 - any JSON value
    """Spaced as Stripe's own; a header's underscores become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document, indent=2), {"Content-Type": "application/json", **named})
