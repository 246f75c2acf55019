"""What a teacher chooses that their calendars may do, and what students see of it, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from lectern.calendar.connecting_queries import put_connection
from lectern.identifiers import new_id
from tests.builders import NOW, in_days, run
from tests.http.api import Answer
from tests.http.conftest import Business, Clock

SETTINGS = "/v1/calendar-settings"
TWO_HOURS = {"closes_unread_after_hours": 2, "cancels_deleted": True}


@pytest.fixture
def unread(business: Business, wall_clock: Clock) -> Business:
    """Whose calendar has not been read for two hours."""
    run(business.teacher, put_connection, new_id(), "primary", b"sealed", None, NOW - timedelta(hours=2))
    wall_clock.go_to(NOW)
    return business


def slots(business: Business, service: Any) -> Answer:  # noqa: ANN401 - an id
    query = {"service_id": service, "from": in_days(1, 0).isoformat(), "to": in_days(2, 0).isoformat()}
    return business.visitor.get(f"/v1/teachers/{business.teacher.slug}/slots", query)


def test_nothing_is_chosen_at_first_and_what_is_chosen_stays(business: Business) -> None:
    assert business.api.get(SETTINGS).body == {"closes_unread_after_hours": None, "cancels_deleted": False}

    business.api.put(SETTINGS, TWO_HOURS)

    assert business.api.get(SETTINGS).body == TWO_HOURS


@pytest.mark.parametrize("hours", [0, 169, "a day"])
def test_hours_are_1_to_168(business: Business, hours: object) -> None:
    assert business.api.put(SETTINGS, {"closes_unread_after_hours": hours}).status == 422


def test_ac21_as_of_when_the_calendar_is_known_is_shown_to_student_and_teacher(unread: Business) -> None:
    seen, mine = slots(unread, unread.service()).body, unread.api.get("/v1/calendar-connection").body

    assert len(seen["slots"]) == 8
    assert seen["calendar_stale_since"] == mine["calendar_stale_since"] == "2026-03-02T06:00:00Z"
    assert (mine["is_stale"], mine["is_closed"]) == (True, False)


def test_ac21_closed_slots_say_why_book_nothing_and_are_no_old_copy(unread: Business) -> None:
    service = unread.service()
    before = slots(unread, service)
    unread.api.put(SETTINGS, TWO_HOURS)

    after = slots(unread, service)
    refused = unread.visitor.post(
        f"/v1/teachers/{unread.teacher.slug}/holds", {"service_id": str(service), "starts_at": in_days(1).isoformat()}
    )

    assert (after.body["slots"], after.body["empty_reason"]) == ([], "calendar_stale")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.body["version"] > before.body["version"]
    assert (refused.status, refused.code) == (409, "calendar_stale")
    assert unread.api.get("/v1/calendar-connection").body["is_closed"] is True
