from typing import Any

import pytest

from local.google import LocalGoogle
from tests.local.google.conftest import Application, let_in, timed

LESSON = timed("2026-03-03T10:00:00", "2026-03-03T11:00:00", id="lesson1", summary="Piano")


def test_an_event_is_told_as_it_was_written_in_the_calendars_zone(application: Application) -> None:
    written = {
        **LESSON,
        "start": {"dateTime": "2026-03-03T09:00:00Z"},
        "extendedProperties": {"private": {"session": "7"}},
    }
    made = application.events("POST", "", written).body
    assert application.events("GET", "/lesson1").body == made
    assert made["start"] == {"dateTime": "2026-03-03T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert (made["summary"], made["status"]) == ("Piano", "confirmed")
    assert made["extendedProperties"] == {"private": {"session": "7"}}


def test_an_id_is_given_once_also_when_its_event_is_deleted(application: Application) -> None:
    application.events("POST", "", LESSON)
    repeated = application.events("POST", "", LESSON)
    application.events("DELETE", "/lesson1")
    later = application.events("POST", "", LESSON)
    assert [(each.status, each.reason) for each in (repeated, later)] == [(409, "duplicate")] * 2


def test_a_deleted_event_cannot_be_deleted_but_comes_back_by_a_patch(application: Application) -> None:
    application.events("POST", "", LESSON)
    assert application.events("DELETE", "/lesson1").status == 204
    again = application.events("DELETE", "/lesson1")
    assert (again.status, again.reason) == (410, "deleted")
    assert application.events("GET", "/lesson1").body["status"] == "cancelled"
    application.events("PATCH", "/lesson1", {"status": "confirmed"})
    assert [each["id"] for each in application.list()["items"]] == ["lesson1"]


def test_a_patch_merges_objects_and_takes_away_what_is_null(application: Application) -> None:
    application.events("POST", "", {**LESSON, "location": "Room 1", "extendedProperties": {"private": {"a": "1"}}})
    patch = {"location": None, "extendedProperties": {"private": {"b": "2"}}}
    patched = application.events("PATCH", "/lesson1", patch).body
    assert "location" not in patched
    assert (patched["summary"], patched["extendedProperties"]) == ("Piano", {"private": {"a": "1", "b": "2"}})


def test_an_update_writes_the_event_anew(application: Application) -> None:
    application.events("POST", "", {**LESSON, "location": "Room 1"})
    updated = application.events("PUT", "/lesson1", timed("2026-03-04T10:00:00", "2026-03-04T11:00:00")).body
    assert "location" not in updated
    assert updated["sequence"] == 1


def test_a_change_of_what_has_changed_meanwhile_is_refused_when_the_client_says_so(application: Application) -> None:
    seen = application.events("POST", "", LESSON).body["etag"]
    application.events("PATCH", "/lesson1", {"summary": "Cello"})
    refused = application.events("PATCH", "/lesson1", {"summary": "Flute"}, if_match=seen)
    assert (refused.status, refused.reason) == (412, "conditionNotMet")


def test_nobody_reaches_the_calendar_of_another_account(google: LocalGoogle, application: Application) -> None:
    eve = let_in(google, "eve@example.com")
    application.events("POST", "", LESSON)
    assert eve.events("GET", "/lesson1").status == 404
    assert eve.call("GET", "calendars/ada@example.com/events").status == 404


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "Not-Base32"}, "invalid"),
        ({"start": {"dateTime": "2026-03-03T10:00:00"}}, "required"),
        ({"start": {"date": "2026-03-03"}}, "invalid"),
        ({"start": {"dateTime": "2026-03-03T12:00:00+01:00"}}, "timeRangeEmpty"),
        ({"end": None}, "required"),
        ({"status": "maybe"}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=SOMETIMES"]}, "invalid"),
    ],
)
def test_what_is_no_event_is_refused(application: Application, change: dict[str, Any], reason: str) -> None:
    refused = application.events("POST", "", {**LESSON, **change})
    assert (refused.status, refused.reason) == (400, reason)
    assert application.list()["items"] == []
