from typing import Any

import pytest

from local.google import LocalGoogle
from tests.local.google.conftest import ACCOUNT, Application, timed

MARCH = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-04-01T00:00:00Z"}


def add(google: LocalGoogle, day: int) -> str:
    written = timed(f"2026-03-{day:02}T10:00:00", f"2026-03-{day:02}T11:00:00")
    return str(google.add_event(ACCOUNT, **written)["id"])


def test_pages_show_the_calendar_as_it_was_at_the_first_and_only_the_last_has_a_sync_token(
    google: LocalGoogle, application: Application
) -> None:
    known = [add(google, day) for day in (2, 3, 4)]
    first = application.list(maxResults=2, **MARCH)
    late = add(google, 5)
    last = application.list(maxResults=2, pageToken=first["nextPageToken"], **MARCH)
    assert [each["id"] for each in (*first["items"], *last["items"])] == known
    assert "nextSyncToken" not in first
    changed = application.list(syncToken=last["nextSyncToken"])
    assert [each["id"] for each in changed["items"]] == [late]


def test_a_sync_tells_what_is_new_or_different_and_what_is_gone(google: LocalGoogle, application: Application) -> None:
    _, moved, deleted = (add(google, day) for day in (2, 3, 4))
    token = application.list(**MARCH)["nextSyncToken"]
    google.change_event(moved, ACCOUNT, summary="Later")
    google.delete_event(deleted, ACCOUNT)
    answer = application.list(syncToken=token)
    told = {each["id"]: each for each in answer["items"]}
    assert told.keys() == {moved, deleted}
    assert told[deleted].keys() == {"kind", "etag", "id", "status"}
    assert application.list(syncToken=answer["nextSyncToken"])["items"] == []


def test_an_event_that_leaves_the_span_is_told_with_its_new_time(google: LocalGoogle, application: Application) -> None:
    moved = add(google, 3)
    token = application.list(**MARCH)["nextSyncToken"]
    google.change_event(moved, ACCOUNT, **timed("2026-06-03T10:00:00", "2026-06-03T11:00:00"))
    told = application.list(syncToken=token)["items"]
    assert [each["start"]["dateTime"] for each in told] == ["2026-06-03T10:00:00+02:00"]


def test_a_span_takes_what_overlaps_it(google: LocalGoogle, application: Application) -> None:
    add(google, 2)
    inside = add(google, 3)
    found = application.list(timeMin="2026-03-02T10:00:00Z", timeMax="2026-03-03T09:30:00Z")["items"]
    assert [each["id"] for each in found] == [inside]


def test_starts_can_be_asked_for_in_order(google: LocalGoogle, application: Application) -> None:
    later, sooner = add(google, 9), add(google, 2)
    answer = application.list(orderBy="startTime")
    assert [each["id"] for each in answer["items"]] == [sooner, later]
    assert "nextSyncToken" not in answer


def test_deleted_events_are_listed_on_request(google: LocalGoogle, application: Application) -> None:
    google.delete_event(add(google, 2), ACCOUNT)
    assert application.list()["items"] == []
    assert [each["status"] for each in application.list(showDeleted="true")["items"]] == ["cancelled"]


def test_an_old_sync_token_demands_a_full_sync(google: LocalGoogle, application: Application) -> None:
    token = application.list()["nextSyncToken"]
    google.expire_sync_tokens(ACCOUNT)
    refused = application.events("GET", singleEvents="true", syncToken=token)
    assert (refused.status, refused.reason) == (410, "fullSyncRequired")
    assert application.list(syncToken=application.list()["nextSyncToken"])["items"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"timeMin": "2026-03-01T00:00:00Z"}, 400),
        ({"singleEvents": "false"}, 400),
        ({"syncToken": "made up"}, 410),
        ({"pageToken": "made up"}, 400),
        ({"maxResults": "none"}, 400),
        ({"maxresults": "10"}, 400),
    ],
)
def test_what_cannot_be_asked_of_a_sync_is_refused(
    application: Application, query: dict[str, Any], status: int
) -> None:
    token = application.list()["nextSyncToken"]
    assert application.events("GET", **{"singleEvents": "true", "syncToken": token, **query}).status == status


@pytest.mark.parametrize("start", ["2026-03-01T00:00:00", "yesterday", "2026-05-01T00:00:00Z"])
def test_a_span_that_is_none_is_refused(application: Application, start: str) -> None:
    assert application.events("GET", timeMin=start, timeMax=MARCH["timeMax"]).status == 400


def test_only_the_fields_that_are_asked_for_are_answered(google: LocalGoogle, application: Application) -> None:
    google.add_event(ACCOUNT, summary="Dentist", **timed("2026-03-03T10:00:00", "2026-03-03T11:00:00"))
    answer = application.list(fields="timeZone,items(id,start/timeZone)")
    assert set(answer) == {"timeZone", "items"}
    assert [set(each) for each in answer["items"]] == [{"id", "start"}]
    assert answer["items"][0]["start"] == {"timeZone": "Europe/Berlin"}


@pytest.mark.parametrize("fields", ["items(id", "items(id))", "items id", ","])
def test_fields_that_cannot_be_read_are_refused(application: Application, fields: str) -> None:
    refused = application.events("GET", fields=fields)
    assert (refused.status, refused.reason) == (400, "invalidParameter")
