from typing import Any

from local.google import LocalGoogle
from tests.local.google.conftest import ACCOUNT, Application, timed

SPRING = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-05-01T00:00:00Z"}


def weekly(google: LocalGoogle, *more: str) -> str:
    """Mondays at 10 in Berlin, four times from 16 March 2026 on; the clock changes on the 29th."""
    lines = ["RRULE:FREQ=WEEKLY;COUNT=4", *more]
    written = timed("2026-03-16T10:00:00", "2026-03-16T11:00:00", recurrence=lines)
    return str(google.add_event(ACCOUNT, **written)["id"])


def starts(answer: dict[str, Any]) -> list[str]:
    return [each["start"]["dateTime"] for each in answer["items"]]


def test_each_instance_keeps_its_place_on_the_wall_clock(google: LocalGoogle, application: Application) -> None:
    weekly(google, "EXDATE;TZID=Europe/Berlin:20260323T100000")
    answer = application.list(**SPRING)
    assert starts(answer) == [
        "2026-03-16T10:00:00+01:00",
        "2026-03-30T10:00:00+02:00",
        "2026-04-06T10:00:00+02:00",
    ]
    assert answer["items"][1]["id"].endswith("_20260330T080000Z")


def test_days_are_days_on_every_clock(google: LocalGoogle, application: Application) -> None:
    google.add_event(
        ACCOUNT,
        start={"date": "2026-03-28"},
        end={"date": "2026-03-29"},
        recurrence=["RRULE:FREQ=DAILY;UNTIL=20260330", "EXDATE;VALUE=DATE:20260329"],
    )
    told = [(each["start"]["date"], each["end"]["date"]) for each in application.list(**SPRING)["items"]]
    assert told == [("2026-03-28", "2026-03-29"), ("2026-03-30", "2026-03-31")]


def test_one_instance_is_moved_and_another_is_called_off(google: LocalGoogle, application: Application) -> None:
    series = weekly(google)
    token = application.list(**SPRING)["nextSyncToken"]
    moved, gone = f"{series}_20260323T090000Z", f"{series}_20260330T080000Z"
    google.change_event(moved, ACCOUNT, **timed("2026-03-24T15:00:00", "2026-03-24T16:00:00"))
    google.delete_event(gone, ACCOUNT)
    told = {each["id"]: each for each in application.list(syncToken=token)["items"]}
    assert told[moved]["originalStartTime"]["dateTime"] == "2026-03-23T10:00:00+01:00"
    assert told[gone]["status"] == "cancelled"
    assert "2026-03-24T15:00:00+01:00" in starts(application.list(**SPRING))
    assert len(starts(application.list(**SPRING))) == 3


def test_a_series_that_is_cut_short_tells_which_instances_are_gone(
    google: LocalGoogle, application: Application
) -> None:
    series = weekly(google)
    google.change_event(f"{series}_20260406T080000Z", ACCOUNT, summary="Room 2")
    token = application.list(**SPRING)["nextSyncToken"]
    google.change_event(series, ACCOUNT, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    told = {each["id"]: each["status"] for each in application.list(syncToken=token)["items"]}
    assert told.pop(f"{series}_20260406T080000Z") == "cancelled"
    assert list(told.values()) == ["confirmed"] * 3
    assert len(application.list(**SPRING)["items"]) == 3


def test_a_deleted_series_takes_its_moved_instances_along(google: LocalGoogle, application: Application) -> None:
    series = weekly(google)
    google.change_event(f"{series}_20260323T090000Z", ACCOUNT, summary="Room 2")
    token = application.list(**SPRING)["nextSyncToken"]
    google.delete_event(series, ACCOUNT)
    told = [each["status"] for each in application.list(syncToken=token)["items"]]
    assert (told, application.list(**SPRING)["items"]) == (["cancelled"] * 4, [])


def test_a_series_without_an_end_is_told_for_two_years(google: LocalGoogle, application: Application) -> None:
    lines = ["RRULE:FREQ=MONTHLY"]
    google.add_event(ACCOUNT, **timed("2026-03-16T10:00:00", "2026-03-16T11:00:00", recurrence=lines))
    assert len(application.list()["items"]) == 24


def test_a_series_is_one_event_when_instances_are_not_asked_for(google: LocalGoogle, application: Application) -> None:
    series = weekly(google)
    assert [each["id"] for each in application.events("GET").body["items"]] == [series]
    assert application.events("GET", f"/{series}_20260317T090000Z").status == 404
