"""When the teacher is busy elsewhere is read from their calendar, and kept up to date by what changes in it."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from lectern import database
from lectern.availability.slots import ask_for_slots, slots_of
from lectern.calendar import google_api
from lectern.calendar.changes import LEAST_AHEAD, READ_AHEAD, Changes, read_changes
from lectern.calendar.pull import PULL_EVERY, pull
from lectern.calendar.pull_queries import ask_write_busy
from lectern.calendar.told_event import ToldEvent
from lectern.identifiers import new_id
from lectern.slots import Window
from local.google import LocalGoogle
from tests.at_once import at_once
from tests.builders import NOW, a_service, a_teacher, at, rows_of, run
from tests.calendar.diary import CLOCK, Diary, access, connected_diary, read_again
from tests.slots_version import slots_version

TEN, ELEVEN = "2026-03-05T10:00:00", "2026-03-05T11:00:00"
AT_TEN = ("2026-03-05 10:00", "2026-03-05 11:00")
DAILY = {
    "start": {"dateTime": f"{TEN}Z", "timeZone": "UTC"},
    "end": {"dateTime": f"{ELEVEN}Z", "timeZone": "UTC"},
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
}


def starts(diary: Diary) -> list[str]:
    return [start for start, _ in diary.busy()]


def test_a_busy_hour_is_offered_to_nobody(diary: Diary) -> None:
    service = a_service(diary.teacher)
    diary.add(TEN, ELEVEN)

    read_again(diary)

    window = Window(at("2026-03-05 09:00"), at("2026-03-05 12:00"))
    slots = slots_of(run(diary.teacher, ask_for_slots, service, window, NOW), window, NOW).slots
    assert [slot.start.hour for slot in slots] == [9, 11]


def test_what_is_in_the_calendar_when_it_is_connected_is_read(google: LocalGoogle) -> None:
    diary = connected_diary(google, a_teacher())
    diary.add(TEN, ELEVEN)
    diary.add("2026-03-06T10:00:00", "2026-03-06T11:00:00", transparency="transparent")

    diary.sync()

    assert diary.busy() == [AT_TEN]


def test_an_event_that_moves_grows_and_goes_is_followed(diary: Diary) -> None:
    event = diary.add(TEN, ELEVEN)
    read_again(diary)
    diary.change(event, end={"dateTime": "2026-03-05T12:00:00Z"})
    read_again(diary)
    assert diary.busy() == [("2026-03-05 10:00", "2026-03-05 12:00")]

    diary.change(event, start={"dateTime": f"{ELEVEN}Z"})
    read_again(diary)
    assert diary.busy() == [("2026-03-05 11:00", "2026-03-05 12:00")]

    diary.delete(event)
    read_again(diary)
    assert diary.busy() == []


@pytest.mark.parametrize(
    "change",
    [
        {"transparency": "transparent"},
        {"attendees": [{"email": "ada@example.com", "self": True, "responseStatus": "declined"}]},
    ],
    ids=["shown as free", "declined"],
)
def test_an_event_that_keeps_nobody_any_more_frees_its_time(diary: Diary, change: dict[str, Any]) -> None:
    event = diary.add(TEN, ELEVEN)
    read_again(diary)

    diary.change(event, **change)
    read_again(diary)

    assert diary.busy() == []


def test_ac24_every_instance_of_a_series_keeps_its_own_time(diary: Diary) -> None:
    series: str = diary.google.add_event(diary.account, **DAILY)["id"]
    read_again(diary)
    assert starts(diary) == [f"2026-03-0{day} 10:00" for day in (5, 6, 7, 8)]

    moved = {"start": {"dateTime": "2026-03-06T15:00:00Z"}, "end": {"dateTime": "2026-03-06T16:00:00Z"}}
    diary.change(f"{series}_20260306T100000Z", **moved)
    diary.delete(f"{series}_20260307T100000Z")
    read_again(diary)

    assert starts(diary) == ["2026-03-05 10:00", "2026-03-06 15:00", "2026-03-08 10:00"]


def test_ac24_a_series_that_ends_or_goes_takes_its_instances_with_it(diary: Diary) -> None:
    series: str = diary.google.add_event(diary.account, **DAILY)["id"]
    read_again(diary)
    diary.change(series, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    read_again(diary)
    assert starts(diary) == ["2026-03-05 10:00", "2026-03-06 10:00"]

    diary.delete(series)
    read_again(diary)
    assert starts(diary) == []


def test_a_series_that_is_told_of_as_gone_goes_with_all_of_its_instances(diary: Diary) -> None:
    """Google may tell of the series itself, too, and not of each of them."""
    series: str = diary.google.add_event(diary.account, **DAILY)["id"]
    diary.add("2026-03-10T10:00:00", "2026-03-10T11:00:00")
    read_again(diary)

    with database.tenant(diary.teacher.id) as tx:
        gone = Changes(
            {series: ToldEvent(series, None, None, is_busy=False, updated_at=None)}, [], "next", NOW, "UTC", whole=False
        )
        assert ask_write_busy(tx, gone, [], CLOCK.now).one().changed == 4

    assert starts(diary) == ["2026-03-10 10:00"]


def test_an_all_day_event_keeps_the_day_where_the_calendar_is_also_when_clocks_change(google: LocalGoogle) -> None:
    diary = connected_diary(google, a_teacher("America/New_York"), time_zone="Europe/Berlin")
    google.add_event(diary.account, start={"date": "2026-03-29"}, end={"date": "2026-03-30"})

    diary.sync()

    assert diary.busy() == [("2026-03-28 23:00", "2026-03-29 22:00")]


def test_all_day_events_go_with_the_calendar_into_another_zone(google: LocalGoogle) -> None:
    """None of them has changed, so that none of them is told of."""
    diary = connected_diary(google, a_teacher(), time_zone="Europe/Berlin")
    google.add_event(diary.account, start={"date": "2026-03-10"}, end={"date": "2026-03-11"})
    diary.sync()

    google.calendar_of(diary.account).time_zone = "America/New_York"
    read_again(diary)

    assert diary.busy() == [("2026-03-10 04:00", "2026-03-11 04:00")]


def test_our_own_events_make_nobody_busy(diary: Diary) -> None:
    diary.lesson()
    diary.sync()

    read_again(diary)

    assert diary.busy() == []


def test_another_teachers_lesson_in_the_same_calendar_makes_busy(diary: Diary) -> None:
    """Who teaches at two schools has both of them in one calendar."""
    diary.google.add_event(
        diary.account, id=new_id().hex, start={"dateTime": f"{TEN}Z"}, end={"dateTime": f"{ELEVEN}Z"}
    )

    read_again(diary)

    assert diary.busy() == [AT_TEN]


def test_ac25_a_calendar_of_many_pages_is_read_to_its_end(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_api, "PAGE", 2)
    for hour in range(10, 15):
        diary.add(f"2026-03-05T{hour}:00:00", f"2026-03-05T{hour}:30:00")
    read_again(diary)
    assert len(diary.busy()) == 5

    diary.google.expire_sync_tokens(diary.account)
    read_again(diary)

    assert len(diary.busy()) == 5


def test_ac20_the_slots_version_moves_when_something_has_changed_and_else_not(diary: Diary) -> None:
    diary.add(TEN, ELEVEN)
    before = slots_version(diary.teacher.id)
    read_again(diary)
    changed = slots_version(diary.teacher.id)

    read_again(diary)
    diary.google.expire_sync_tokens(diary.account)
    read_again(diary)

    assert (changed, slots_version(diary.teacher.id)) == (before + 1, changed)


def test_only_what_has_changed_is_asked_for(diary: Diary) -> None:
    diary.add(TEN, ELEVEN)
    read_again(diary)
    read_again(diary)

    assert all("syncToken" in request.query for request in diary.google.requests)


def test_a_sync_token_that_google_has_forgotten_starts_it_anew(diary: Diary) -> None:
    event = diary.add(TEN, ELEVEN)
    read_again(diary)
    diary.delete(event)
    diary.add("2026-03-06T10:00:00", "2026-03-06T11:00:00")
    diary.google.expire_sync_tokens(diary.account)

    read_again(diary)

    assert starts(diary) == ["2026-03-06 10:00"]


def test_the_whole_is_read_again_before_what_was_read_comes_to_an_end(google: LocalGoogle) -> None:
    diary, late = connected_diary(google, a_teacher()), NOW + READ_AHEAD + timedelta(days=3)
    diary.add(f"{late:%Y-%m-%dT%H:%M:%S}", f"{late + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}")
    diary.sync()
    assert diary.busy() == []

    CLOCK.wait(days=(READ_AHEAD - LEAST_AHEAD).days)
    diary.sync()

    assert starts(diary) == [f"{late:%Y-%m-%d %H:%M}"]


def test_two_that_read_at_once_leave_what_the_calendar_has(diary: Diary) -> None:
    diary.google.latency_seconds = 0.01
    for hour in range(10, 14):
        diary.add(f"2026-03-05T{hour}:00:00", f"2026-03-05T{hour}:30:00")
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    at_once([diary.sync] * 3)

    assert len(diary.busy()) == 4


def test_what_was_read_before_somebody_else_read_is_not_written(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    event = diary.add(TEN, ELEVEN)
    slow = access(diary)
    read = read_changes(slow, CLOCK.now)
    diary.delete(event)
    read_again(diary)

    monkeypatch.setattr("lectern.calendar.pull.read_changes", lambda *_: read)

    assert (pull(slow, CLOCK.now).changed, diary.busy()) == (0, [])


def test_ac21_while_google_is_away_the_last_known_busy_times_hold_and_the_age_of_them_is_told(diary: Diary) -> None:
    diary.add(TEN, ELEVEN)
    read_again(diary)
    last = diary.connection()["last_synced_at"]

    diary.google.fail(None, "503")
    read_again(diary)
    assert (diary.busy(), diary.connection()["last_synced_at"]) == ([AT_TEN], last)


def test_a_calendar_that_could_not_be_read_is_read_once_google_is_back(diary: Diary) -> None:
    diary.add(TEN, ELEVEN)
    diary.google.fail(1, "reset")
    diary.google.fail(2, "503")
    read_again(diary)
    assert diary.busy() == []

    diary.sync()

    assert diary.busy() == [AT_TEN]


def test_another_tenants_busy_times_are_their_own(diary: Diary, other: Diary) -> None:
    other.add(TEN, ELEVEN)

    read_again(diary)
    other.sync()

    assert (diary.busy(), other.busy()) == ([], [AT_TEN])


def test_nothing_of_an_event_is_asked_for_or_kept_but_when_it_is(diary: Diary) -> None:
    diary.add(TEN, ELEVEN, description="very private", attendees=[{"email": "guest@example.com"}])

    read_again(diary)

    [row] = rows_of(diary.teacher, "external_busy")
    assert set(row) == {"teacher_id", "id", "source", "external_id", "starts_at", "ends_at", "seen_at"}
    [asked] = [parse_qs(request.query)["fields"][0] for request in diary.google.requests]
    assert not {"summary", "description", "email"} & set(re.findall(r"\w+", asked))
