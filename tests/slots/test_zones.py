"""Golden instants, worked out by hand from each zone's published offsets, around changes of the clock."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from lectern.slots import Window, is_open
from tests.slots.builders import LONG_AGO, busy, lesson, offered, override, teacher, utc, weekly, window

# The day before the change and the day of it: when 09:00 to 10:00 on the teacher's wall is, in UTC.
NINE_O_CLOCK = {
    "America/New_York": [
        ("2026-03-07 14:00", "2026-03-08 13:00"),
        ("2026-10-31 13:00", "2026-11-01 14:00"),
        ("2027-03-13 14:00", "2027-03-14 13:00"),
        ("2027-11-06 13:00", "2027-11-07 14:00"),
    ],
    "Europe/Berlin": [
        ("2026-03-28 08:00", "2026-03-29 07:00"),
        ("2026-10-24 07:00", "2026-10-25 08:00"),
        ("2027-03-27 08:00", "2027-03-28 07:00"),
        ("2027-10-30 07:00", "2027-10-31 08:00"),
    ],
    "Europe/London": [
        ("2026-03-28 09:00", "2026-03-29 08:00"),
        ("2026-10-24 08:00", "2026-10-25 09:00"),
        ("2027-03-27 09:00", "2027-03-28 08:00"),
        ("2027-10-30 08:00", "2027-10-31 09:00"),
    ],
    "Australia/Sydney": [
        ("2026-04-03 22:00", "2026-04-04 23:00"),
        ("2026-10-02 23:00", "2026-10-03 22:00"),
        ("2027-04-02 22:00", "2027-04-03 23:00"),
        ("2027-10-01 23:00", "2027-10-02 22:00"),
    ],
    "America/St_Johns": [
        ("2026-03-07 12:30", "2026-03-08 11:30"),
        ("2026-10-31 11:30", "2026-11-01 12:30"),
        ("2027-03-13 12:30", "2027-03-14 11:30"),
        ("2027-11-06 11:30", "2027-11-07 12:30"),
    ],
    "Australia/Lord_Howe": [
        ("2026-04-03 22:00", "2026-04-04 22:30"),
        ("2026-10-02 22:30", "2026-10-03 22:00"),
        ("2027-04-02 22:00", "2027-04-03 22:30"),
        ("2027-10-01 22:30", "2027-10-02 22:00"),
    ],
    # No change of the clock in these years: the days of New York's.
    "America/Sao_Paulo": [
        ("2026-03-07 12:00", "2026-03-08 12:00"),
        ("2026-10-31 12:00", "2026-11-01 12:00"),
        ("2027-03-13 12:00", "2027-03-14 12:00"),
        ("2027-11-06 12:00", "2027-11-07 12:00"),
    ],
    "Asia/Kolkata": [
        ("2026-03-07 03:30", "2026-03-08 03:30"),
        ("2026-10-31 03:30", "2026-11-01 03:30"),
        ("2027-03-13 03:30", "2027-03-14 03:30"),
        ("2027-11-06 03:30", "2027-11-07 03:30"),
    ],
    "Asia/Kathmandu": [
        ("2026-03-07 03:15", "2026-03-08 03:15"),
        ("2026-10-31 03:15", "2026-11-01 03:15"),
        ("2027-03-13 03:15", "2027-03-14 03:15"),
        ("2027-11-06 03:15", "2027-11-07 03:15"),
    ],
}

# Hours of one local date, and the starts of the hour-long lessons in them.
NIGHTS_OF_CHANGE = {
    "New York skips 02:00 to 03:00, so 01:00 to 04:00 is two hours": (
        ("America/New_York", "2026-03-08", "01:00-04:00"),
        ["2026-03-08 06:00", "2026-03-08 07:00"],
    ),
    "New York has 01:00 twice, so 01:00 to 04:00 is four hours": (
        ("America/New_York", "2026-11-01", "01:00-04:00"),
        ["2026-11-01 05:00", "2026-11-01 06:00", "2026-11-01 07:00", "2026-11-01 08:00"],
    ),
    "a start in New York's gap is 03:00": (
        ("America/New_York", "2026-03-08", "02:15-04:00"),
        ["2026-03-08 07:00"],
    ),
    "an end in New York's gap is 03:00": (
        ("America/New_York", "2026-03-08", "01:00-02:45"),
        ["2026-03-08 06:00"],
    ),
    "hours inside New York's gap do not exist": (("America/New_York", "2026-03-08", "02:00-03:00"), []),
    "an end at a time that Berlin has twice is the first": (
        ("Europe/Berlin", "2026-10-25", "01:30-02:30"),
        ["2026-10-24 23:30"],
    ),
    "a start at a time that Berlin has twice is the first": (
        ("Europe/Berlin", "2026-10-25", "02:30-03:30"),
        ["2026-10-25 00:30", "2026-10-25 01:30"],
    ),
    "London's 01:00 in spring is 02:00": (
        ("Europe/London", "2026-03-29", "01:00-03:00"),
        ["2026-03-29 01:00"],
    ),
    "Sydney's 02:30 in autumn is the first": (
        ("Australia/Sydney", "2026-04-05", "02:30-03:30"),
        ["2026-04-04 15:30", "2026-04-04 16:30"],
    ),
    "Lord Howe skips half an hour, so 02:10 is 02:30": (
        ("Australia/Lord_Howe", "2026-10-04", "02:10-04:00"),
        ["2026-10-03 15:30"],
    ),
    "Lord Howe has 01:45 twice, half an hour apart, so 01:45 to 02:15 is an hour": (
        ("Australia/Lord_Howe", "2026-04-05", "01:45-02:15"),
        ["2026-04-04 14:45"],
    ),
    "St Johns skips 02:00 to 03:00": (
        ("America/St_Johns", "2026-03-08", "01:00-04:00"),
        ["2026-03-08 04:30", "2026-03-08 05:30"],
    ),
    "Sao Paulo skipped midnight in 2017, so the day began at 01:00": (
        ("America/Sao_Paulo", "2017-10-15", "00:00-03:00"),
        ["2017-10-15 03:00", "2017-10-15 04:00"],
    ),
    "Beirut skips midnight, so hours until 24:00 the day before end at 01:00": (
        ("Asia/Beirut", "2026-03-28", "23:00-24:00"),
        ["2026-03-28 21:00"],
    ),
    "Beirut skips midnight, so the day begins at 01:00": (
        ("Asia/Beirut", "2026-03-29", "00:00-02:00"),
        ["2026-03-28 22:00"],
    ),
    "Apia skipped a whole date": (("Pacific/Apia", "2011-12-30", "00:00-24:00"), []),
    "Apia's night into the skipped date ends as the next one begins": (
        ("Pacific/Apia", "2011-12-29", "22:00-02:00"),
        ["2011-12-30 08:00", "2011-12-30 09:00"],
    ),
}


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [(zone, before, after) for zone, days in NINE_O_CLOCK.items() for before, after in days],
)
def test_ac12_nine_oclock_stays_nine_oclock_across_a_change(zone: str, before: str, after: str) -> None:
    mornings = teacher(*weekly("daily", "09:00-10:00"), zone=zone)
    two_days = window(f"{before[:-5]}00:00", f"{after[:-5]}23:59")
    assert offered(mornings, two_days) == [before, after]


@pytest.mark.parametrize(("hours_of_a_date", "starts"), NIGHTS_OF_CHANGE.values(), ids=NIGHTS_OF_CHANGE)
def test_ac12_hours_on_a_night_of_change(hours_of_a_date: tuple[str, str, str], starts: list[str]) -> None:
    zone, local_date, times = hours_of_a_date
    one_night = teacher(zone=zone, overrides=[override(local_date, times)])
    assert offered(one_night, _days_around(local_date)) == starts


def test_hours_that_meet_in_the_hour_that_occurs_twice_do_not_overlap() -> None:
    two = teacher(zone="Europe/Berlin", overrides=[override("2026-10-25", "01:00-02:30", "02:30-04:00")])
    starts = ["2026-10-24 23:00", "2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00"]
    assert offered(two, _days_around("2026-10-25")) == starts


def test_around_the_clock_every_day_begins_with_a_start_where_midnight_is_skipped_too() -> None:
    always = teacher(*weekly("daily", "00:00-24:00"), zone="Asia/Beirut")
    starts = offered(always, window("2026-03-27 12:00", "2026-03-30 12:00"), lesson(step=24 * 60))
    assert starts == ["2026-03-27 22:00", "2026-03-28 22:00", "2026-03-29 21:00"]


def test_an_offset_of_seconds_is_kept_to_the_second() -> None:
    monrovia = teacher(*weekly("mon", "09:00-10:00"), zone="Africa/Monrovia")
    assert is_open(monrovia, (), lesson(), utc("1971-06-07 09:44:30"), LONG_AGO)


def test_ac14_starts_are_on_the_hour_of_a_teacher_in_a_zone_of_quarter_hours() -> None:
    kathmandu = teacher(*weekly("mon", "09:00-11:00"), zone="Asia/Kathmandu")
    assert offered(kathmandu, _days_around("2026-03-02")) == ["2026-03-02 03:15", "2026-03-02 04:15"]


def test_ac15_an_override_is_for_the_teachers_date_where_it_is_another_date_in_utc() -> None:
    day_off = [override("2026-03-03")]
    auckland = teacher(*weekly("daily", "09:00-10:00"), zone="Pacific/Auckland", overrides=day_off)
    two_mornings = window("2026-03-01 12:00", "2026-03-03 12:00")
    assert offered(auckland, two_mornings) == ["2026-03-01 20:00"]


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/St_Johns"])
def _machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as environment:
        environment.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_machine_zone")
def test_ac16_the_zone_of_the_machine_changes_nothing() -> None:
    berlin = teacher(*weekly("sun", "01:00-04:00"), zone="Europe/Berlin", full=["2026-03-28"])
    taken = [busy("2026-03-29 01:00", "2026-03-29 01:30")]
    starts = offered(berlin, _days_around("2026-03-29"), lesson(30, step=30), taken, utc("2026-03-29 00:00"))
    assert starts == ["2026-03-29 00:00", "2026-03-29 00:30", "2026-03-29 01:30"]


def _days_around(local_date: str) -> Window:
    noon = utc(f"{local_date} 12:00")
    return Window(noon - timedelta(days=2), noon + timedelta(days=2))
