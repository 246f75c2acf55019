"""What goes over a connection, as Stripe has it: what a request's headers say, and a reply in JSON."""

import json
from typing import Any

from local.http_server import Reply, Request


def account_of(request: Request) -> str | None:
    """The connected account that the request is made for; None for the platform's own."""
    return request.headers.get("stripe-account")


def idempotency_key_of(request: Request) -> str | None:
    return request.headers.get("idempotency-key")


def as_json(status: int, document: Any, **headers: str) -> Reply:  # noqa: ANN401 - any JSON value
    """Spaced as Stripe's own; a header's underscores become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document, indent=2), {"Content-Type": "application/json", **named})
