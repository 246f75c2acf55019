"""The business in numbers over HTTP: the page tells of its visitors, and the teacher reads what came of it."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from booking.edge.access import VISITS
from local.stripe import LocalStripe
from tests.analytics.given import add_up
from tests.builders import in_days, rows_of
from tests.content.given import open_it, shared_content
from tests.http.api import Answer, Api, invoke
from tests.http.buying import RETURN, pay
from tests.http.conftest import Business
from tests.lifecycle.given import a_seat

WEEK = {"from": "2026-03-02", "to": "2026-03-09"}
TOMORROW = date(2026, 3, 3)
STUDENT = {"name": "Sam", "email": "sam@example.com"}


def tell(business: Business, visitor: Api, step: str = "page_view", **more: object) -> Answer:
    return visitor.post(f"{business.page}/visits", {"step": step, **more})


def slot(service: UUID, days: int = 1) -> dict[str, str]:
    return {"service_id": str(service), "starts_at": in_days(days).isoformat()}


def funnel(business: Business, today: date = TOMORROW) -> Any:  # noqa: ANN401  # JSON
    add_up(business.teacher, today)
    return business.api.get("/v1/analytics/funnel", WEEK).body


def test_from_the_page_to_a_booking(business: Business) -> None:
    service, visitor = business.service(), business.visitor
    tell(business, visitor, source="newsletter")
    tell(business, visitor, "service_view", source="newsletter")
    tell(business, visitor, "slots_shown", source="newsletter", slots=8)
    held = visitor.post(f"{business.page}/holds", slot(service)).body
    visitor.post(f"{business.page}/sessions", slot(service) | {"student": STUDENT, "hold_token": held["token"]})
    tell(business, Api())

    shown = funnel(business)

    steps = ("visitors", "viewed_service", "saw_slots", "saw_no_slots", "slots", "held", "booked", "completed")
    assert [shown[step] for step in steps] == [2, 1, 1, 0, 8, 1, 1, 0]
    assert shown["conversion_percent"] == 50.0
    assert [(source["source"], source["visitors"]) for source in shown["sources"]] == [("direct", 1), ("newsletter", 1)]


@pytest.mark.parametrize("way", ["sessions", "trials", "sessions/several"])
def test_every_way_to_book_is_a_booking_of_its_visitor(business: Business, way: str) -> None:
    asked: dict[str, Any] = slot(business.service(is_trial=way == "trials")) | {"student": STUDENT}
    if way.endswith("several"):
        asked["starts_at"] = [in_days(1).isoformat(), in_days(2).isoformat()]
    tell(business, business.visitor)

    booked = business.visitor.post(f"{business.page}/{way}", asked, key="k")

    assert (booked.status, funnel(business)["booked"]) == (201, 1)


def test_a_lesson_that_is_paid_for_is_a_booking_of_its_visitor(shop: Business, stripe: LocalStripe) -> None:
    tell(shop, shop.visitor)
    asked = slot(shop.service(price_amount=5000)) | {"student": STUDENT, **RETURN}
    started = shop.visitor.post(f"{shop.page}/checkouts", asked)
    before = funnel(shop)

    pay(stripe, shop, started)

    assert (before["held"], before["booked"], funnel(shop)["booked"]) == (1, 0, 1)


def test_a_booking_that_is_refused_leaves_no_trace(business: Business) -> None:
    tell(business, business.visitor)

    business.visitor.post(f"{business.page}/holds", slot(business.service(), days=-1))

    assert funnel(business)["held"] == 0


def test_a_bot_is_answered_and_not_counted(business: Business) -> None:
    event = business.visitor.event("POST", f"{business.page}/visits", {})
    event["requestContext"]["http"]["userAgent"] = "Googlebot/2.1"
    event["headers"]["content-type"] = "application/json"

    answer = invoke(event | {"body": json.dumps({"step": "page_view"})})

    assert (answer.status, rows_of(business.teacher, "page_visitors")) == (204, [])


def test_neither_address_nor_browser_is_kept(business: Business) -> None:
    tell(business, business.visitor)

    kept = str(rows_of(business.teacher, "page_visitors"))

    assert business.visitor.address not in kept
    assert "Mozilla" not in kept


def test_telling_of_visits_has_a_pace_of_its_own(business: Business) -> None:
    told = [tell(business, business.visitor).status for _ in range(VISITS.burst + 1)]

    assert told == [204] * VISITS.burst + [429]
    assert business.visitor.post(f"{business.page}/holds", slot(business.service())).status == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"step": "booked"}, "step"),
        ({"step": "page_view", "source": "News Letter"}, "source"),
        ({"step": "page_view", "slots": 3}, "slots"),
        ({"step": "slots_shown"}, "slots"),
        ({"step": "slots_shown", "slots": -1}, "slots"),
    ],
)
def test_a_visit_that_makes_no_sense_is_refused(business: Business, wrong: dict[str, Any], field: str) -> None:
    refused = business.visitor.post(f"{business.page}/visits", wrong)

    assert (refused.status, refused.fields()) == (422, {field})


def test_the_content_ranks_by_students(business: Business) -> None:
    student = business.student()
    unread, read = (shared_content(business.teacher, student) for _ in range(2))
    open_it(business.teacher, read, student, in_days(0))
    add_up(business.teacher, TOMORROW)

    first = business.api.get("/v1/analytics/content", WEEK | {"limit": 1}).body
    rest = business.api.get("/v1/analytics/content", WEEK | {"limit": 1, "cursor": first["next"]}).body

    [top], [last] = first["content"], rest["content"]
    assert (top["item_id"], top["students"], top["opened_percent"], top["median_minutes_to_open"]) == (
        str(read),
        1,
        100.0,
        120,
    )
    assert (last["item_id"], last["students"], last["opened_percent"], rest["next"]) == (str(unread), 0, 0.0, None)


def test_operations_show_rates_notes_and_popular_times(business: Business) -> None:
    student = business.student()
    for days, status in ((0, "completed"), (1, "no_show"), (2, "cancelled")):
        a_seat(business.teacher, student, in_days(days, hour=9), status)
    add_up(business.teacher, date(2026, 3, 6))

    shown = business.api.get("/v1/analytics/operations", WEEK).body

    assert (shown["lessons"], shown["cancellation_percent"], shown["no_show_percent"]) == (3, 33.3, 50.0)
    assert shown["utilisation_percent"] == 6.2
    assert (shown["notes"]["lessons_to_note"], shown["notes"]["noted_percent"]) == (1, 0.0)
    assert shown["popular_times"] == [
        {"weekday": 0, "hour": 9, "sessions": 1},
        {"weekday": 1, "hour": 9, "sessions": 1},
    ]


def test_what_nothing_is_known_of_is_null(business: Business) -> None:
    operations = business.api.get("/v1/analytics/operations", WEEK).body

    assert business.api.get("/v1/analytics/funnel", WEEK).body["conversion_percent"] is None
    assert {operations[name] for name in operations if name.endswith(("percent", "hours"))} == {None}
    assert operations["notes"]["noted_percent"] is operations["notes"]["read_percent"] is None


@pytest.mark.parametrize("of", ["funnel", "content", "operations"])
def test_a_range_that_is_none_is_refused(business: Business, of: str) -> None:
    refused = business.api.get(f"/v1/analytics/{of}", {"from": "2026-03-09", "to": "2026-03-09"})

    assert (refused.status, refused.code, refused.fields()) == (422, "invalid_range", {"from", "to"})


def test_numbers_are_ones_own(business: Business, other: Business) -> None:
    tell(other, other.visitor)
    a_seat(other.teacher, other.student(), in_days(0))
    shared_content(other.teacher, other.student())
    add_up(other.teacher, TOMORROW)

    assert business.api.get("/v1/analytics/content", WEEK).body["content"] == []
    assert business.api.get("/v1/analytics/operations", WEEK).body["lessons"] == 0
    assert funnel(business)["visitors"] == 0
