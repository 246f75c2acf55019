"""Delivers to the webhooks function as API Gateway does: one event in, one response out, in this process."""

import base64
import copy
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lectern import clock
from tests.http.api import CONTEXT
from webhooks.app import handler

SECRET = "whsec_local_7f3a91c2d45e"  # noqa: S105 - the local Stripe's
SAMPLE = Path(__file__).parents[2] / "events" / "stripe-checkout-completed.json"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "stripe"

_REQUEST = json.loads(SAMPLE.read_text())


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


def fixture(name: str) -> dict[str, Any]:
    """A recorded event, by the beginning of its name."""
    [path] = FIXTURES.glob(f"{name}*.json")
    event: dict[str, Any] = json.loads(path.read_text())
    return event


def signature(body: bytes, at: datetime, *secrets: str) -> str:
    seconds = int(at.timestamp())
    signed = [hmac.digest(secret.encode(), b"%d." % seconds + body, "sha256").hex() for secret in secrets or (SECRET,)]
    return ",".join([f"t={seconds}", *(f"v1={each}" for each in signed)])


def request(body: bytes, header: str) -> dict[str, Any]:
    """The event that API Gateway makes of a delivery."""
    event: dict[str, Any] = copy.deepcopy(_REQUEST)
    event["headers"]["stripe-signature"] = header
    return event | {"body": base64.b64encode(body).decode()}


def invoke(event: Mapping[str, Any]) -> Answer:
    response = handler(dict(event), CONTEXT)
    assert response["headers"]["Cache-Control"] == "no-store"
    return Answer(response["statusCode"], json.loads(response["body"]))


def deliver_raw(body: bytes) -> Answer:
    return invoke(request(body, signature(body, clock.now())))


def deliver(event: Mapping[str, Any]) -> Answer:
    """Signed with the right secret, just now."""
    return deliver_raw(json.dumps(event, indent=2).encode())
