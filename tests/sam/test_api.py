"""The API as `sam local start-api` serves it: a request reaches its function, body and headers as they were sent."""

import base64
import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

from local.sam.build import told
from local.sam.samples import sample
from tests.sam.deployed import Served


def send(api: Served, name: str) -> tuple[int, Any]:
    """The request that a sample event tells of; the status of its answer, and the body."""
    event = sample(name, told(api.servers), datetime.now(UTC))
    headers = {key: value for key, value in event["headers"].items() if key not in ("accept-encoding", "host")}
    body = base64.b64decode(event["body"]) if event.get("isBase64Encoded") else None
    method, path = event["requestContext"]["http"]["method"], f"{event['rawPath']}?{event['rawQueryString']}"
    request = urllib.request.Request(api.url + path, body, headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
        return response.status, json.load(response)


def test_free_slots_are_listed(api: Served) -> None:
    status, answer = send(api, "api-slots.json")
    assert (status, len(answer["slots"])) == (200, 7 * 8)


def test_stripes_signature_fits_the_bytes_that_arrive(api: Served) -> None:
    assert send(api, "stripe-checkout-completed.json") == (200, {"received": True})
