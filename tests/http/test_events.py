"""The sample events in events/ are what AWS sends, and the functions take them."""

import json
from pathlib import Path

import pytest

from tests.http.api import EVENTS, invoke
from tests.http.conftest import Business

NAMES = ["api-slots.json", "api-book.json"]


@pytest.mark.parametrize("name", NAMES)
def test_an_event_has_the_shape_of_payload_format_2(name: str) -> None:
    event = json.loads((EVENTS / name).read_text())

    assert event["version"] == "2.0"
    assert all(header == header.lower() for header in event["headers"])
    assert event["rawPath"] == event["requestContext"]["http"]["path"]
    assert event["pathParameters"]["proxy"] == event["rawPath"].removeprefix("/v1/")


def test_the_booking_event_books(business: Business) -> None:
    event = _for(business, EVENTS / "api-book.json")

    booked = invoke(event)

    assert (booked.status, booked.body["starts_at"]) == (201, "2026-03-03T10:00:00Z")


def test_the_slots_event_lists_slots(business: Business) -> None:
    event = _for(business, EVENTS / "api-slots.json")

    assert len(invoke(event).body["slots"]) == 7 * 8


def _for(business: Business, path: Path) -> dict[str, object]:
    text = path.read_text().replace("/ada/", f"/{business.teacher.slug}/")
    event: dict[str, object] = json.loads(text.replace("019cad59-7c00-7000-8000-000000000001", str(business.service())))
    return event
