"""GET /metrics as Prometheus asks it, and what it reads in the answer."""

import json
import re
from pathlib import Path
from typing import Any

from monitor.app import handler
from tests.http.api import CONTEXT
from tests.monitoring.conftest import TOKEN

EVENTS = Path(__file__).parents[2] / "events"
# https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
SAMPLE = re.compile(r'lectern_([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\S+)')


def scrape(authorization: str | None = f"Bearer {TOKEN}") -> dict[str, Any]:
    event = json.loads((EVENTS / "metrics.json").read_text())
    event["headers"].pop("authorization")
    if authorization is not None:
        event["headers"]["authorization"] = authorization
    return invoke(event) or {}


def invoke(event: dict[str, Any]) -> dict[str, Any] | None:
    return handler(event, CONTEXT)


def samples() -> dict[tuple[str, str], float]:
    """By the gauge's name and the value of its label."""
    lines = [line for line in scrape()["body"].splitlines() if not line.startswith("#")]
    found = [SAMPLE.fullmatch(line) for line in lines]
    assert all(found)
    return {(each[1], each[2].partition("=")[2].strip('"')): float(each[3]) for each in found if each}
