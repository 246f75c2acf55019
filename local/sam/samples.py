"""The events in events/, as they would come now, and the rows that they speak of."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from lectern.calendar.notified import channel_token
from lectern.calendar.sealed import seal
from lectern.settings import queue_variable
from local.sam import build
from local.servers import Servers
from local.state import CHECKOUT
from local.stripe.signed import signed

EVENTS = CHECKOUT / "events"
ROWS = Path(__file__).with_name("samples.sql")
# Whose rows they are.
TEACHER = "019cad59-7c00-7000-8000-000000000001"
ACCOUNT = "ada@example.com"
# The Monday on which the events were all recorded.
RECORDED = date(2026, 3, 2)
# The queue that has no job's name.
CONTINUATION = "continuation"


def add_rows(servers: Servers) -> None:
    """Once to a database that has its schema."""
    with psycopg.connect(servers.app_url) as connection:
        connection.execute(ROWS.read_bytes())
        if servers.google:
            key = build.told(servers)["TOKEN_KEY"].encode()
            granted = seal(key, UUID(TEACHER), servers.google.grant(ACCOUNT))
            connection.execute("update calendar_connections set refresh_token = %s", [granted])


def sample(name: str, told: Mapping[str, str], now: datetime, answers_url: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """The event of a file, with dates as far from now's as they were from its own, and secrets that hold here.

    `told` is what the functions that run here are told, all of it together; at `answers_url` is who waits here for a
    custom resource's answer, as CloudFormation does.
    """
    days = now.date() - RECORDED
    text = re.sub(r"2026-03-\d\d", lambda it: str(date.fromisoformat(it[0]) + days), (EVENTS / name).read_text())
    event = json.loads(text)
    for record in event.get("Records", []):
        record["eventSourceARN"] = _arn_here(record["eventSourceARN"], told)
    if "ResponseURL" in event:
        event["ResponseURL"] = answers_url
    return {**event, "headers": _headers(event, told, now)} if "headers" in event else event


def write_samples(folder: Path, told: Mapping[str, str], now: datetime, answers_url: str) -> None:
    """Every event, a file each. Stripe's signatures hold for five minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in EVENTS.glob("*.json"):
        (folder / path.name).write_text(json.dumps(sample(path.name, told, now, answers_url), indent=2))


def _arn_here(arn: str, told: Mapping[str, str]) -> str:
    """A queue has the name of its job in an event, and here that of the template."""
    account, _, name = arn.rpartition(":")
    url = told["CONTINUATION_QUEUE_URL" if name == CONTINUATION else queue_variable(name)]
    return f"{account}:{url.rpartition('/')[2]}"


def _headers(event: dict[str, Any], told: Mapping[str, str], now: datetime) -> dict[str, str]:
    headers: dict[str, str] = event["headers"]
    if "stripe-signature" in headers:
        headers = signed(event, told["STRIPE_WEBHOOK_SECRETS"], int(now.timestamp()))["headers"]
    if "x-goog-channel-token" in headers:
        token = channel_token(told["TOKEN_KEY"].encode(), UUID(headers["x-goog-channel-id"]))
        headers = {**headers, "x-goog-channel-token": token}
    if "authorization" in headers:
        headers = {**headers, "authorization": f"Bearer {told['METRICS_TOKEN']}"}
    return headers
