"""What of a calendar's event makes its owner busy, and when: AC24, and the days that have no 24 hours."""

from typing import Any

import pytest

from lectern.calendar.told_event import ToldEvent, read_event
from tests.builders import at

LESSON = {"start": {"dateTime": "2026-03-05T10:00:00Z"}, "end": {"dateTime": "2026-03-05T11:00:00Z"}}


def told(zone: str = "UTC", **fields: Any) -> ToldEvent:  # noqa: ANN401 - JSON
    event = read_event({"id": "dentist", "status": "confirmed", **LESSON, **fields}, zone)
    assert event
    return event


def test_an_event_makes_busy_for_as_long_as_it_lasts() -> None:
    event = told()

    assert (event.is_busy, event.starts_at, event.ends_at) == (True, at("2026-03-05 10:00"), at("2026-03-05 11:00"))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "cancelled"},
        {"transparency": "transparent"},
        {"attendees": [{"email": "ada@example.com", "self": True, "responseStatus": "declined"}]},
        {"end": LESSON["start"]},
    ],
    ids=["cancelled", "shown as free", "declined", "no time at all"],
)
def test_some_events_keep_nobody(fields: dict[str, Any]) -> None:
    assert not told(**fields).is_busy


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "tentative"},
        {"transparency": "opaque"},
        {"attendees": [{"email": "ada@example.com", "self": True, "responseStatus": "needsAction"}]},
        {"attendees": [{"email": "guest@example.com", "responseStatus": "declined"}]},
    ],
    ids=["tentative", "shown as busy", "not answered", "declined by a guest"],
)
def test_what_may_take_place_keeps_its_time(fields: dict[str, Any]) -> None:
    assert told(**fields).is_busy


def test_an_instant_is_read_with_its_offset_and_without_one_in_its_zone() -> None:
    event = told(
        start={"dateTime": "2026-03-05T10:00:00+01:00"},
        end={"dateTime": "2026-03-05T11:00:00", "timeZone": "Europe/Berlin"},
    )

    assert (event.starts_at, event.ends_at) == (at("2026-03-05 09:00"), at("2026-03-05 10:00"))


@pytest.mark.parametrize(
    ("day", "until", "starts_at", "ends_at"),
    [
        ("2026-03-05", "2026-03-06", "2026-03-04 23:00", "2026-03-05 23:00"),
        ("2026-03-29", "2026-03-30", "2026-03-28 23:00", "2026-03-29 22:00"),
        ("2026-10-25", "2026-10-26", "2026-10-24 22:00", "2026-10-25 23:00"),
    ],
    ids=["24 hours", "23 hours", "25 hours"],
)
def test_an_all_day_event_lasts_its_day_where_the_calendar_is(
    day: str, until: str, starts_at: str, ends_at: str
) -> None:
    event = told("Europe/Berlin", start={"date": day}, end={"date": until})

    assert (event.starts_at, event.ends_at) == (at(starts_at), at(ends_at))


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ({"date": "2026-03-05"}, {"date": "2026-03-06"}, "Asia/New_Place"),
        ({"dateTime": "2026-03-05T10:00:00"}, {"dateTime": "2026-03-05T11:00:00"}, "../etc"),
        ({"date": "0001-01-01"}, {"date": "0001-01-02"}, "Europe/Berlin"),
        ({"dateTime": "9999-12-31T23:00:00-05:00"}, {"dateTime": "9999-12-31T23:30:00-05:00"}, "UTC"),
        ({"dateTime": "2026-03-05T10:00:00Z"}, {}, "UTC"),
        ({"dateTime": "soon"}, {"dateTime": "later"}, "UTC"),
    ],
    ids=["unknown zone", "no zone", "before time", "after time", "no end", "words"],
)
def test_an_event_that_nobody_can_place_is_passed_over(start: dict[str, str], end: dict[str, str], zone: str) -> None:
    assert read_event({"id": "odd", "status": "confirmed", "start": start, "end": end}, zone) is None
