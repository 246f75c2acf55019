"""What a calendar's file makes of a teacher's time, in the flavours that people have (AC24)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lectern.ics.busy_times import BusyTimes, NoCalendar, busy_times
from tests.builders import at

CALENDARS = Path(__file__).parent / "calendars"
START, END = at("2026-03-16 00:00"), at("2026-04-13 00:00")


def read(*lines: str, zone: str = "Europe/Berlin", start: datetime = START, end: datetime = END) -> BusyTimes:
    """Of a calendar with these lines in it."""
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])
    return busy_times(text, ZoneInfo(zone), start, end)


def event(*lines: str, uid: str = "1") -> tuple[str, ...]:
    return ("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT")


def spans(busy: BusyTimes) -> list[str]:
    """Of all events, in order."""
    times = sorted(time for event in busy.events.values() for time in event)
    return [f"{start:%m-%d %H:%M} to {end:%m-%d %H:%M}" for start, end in times]


def flavour(name: str, zone: str) -> list[str]:
    text = (CALENDARS / name).read_text(encoding="utf-8", newline="")
    return spans(busy_times(text, ZoneInfo(zone), START, END))


def test_ac24_a_calendar_of_google() -> None:
    """A choir that has once moved and once not met, in both seasons; two whole days, of which one has 23 hours."""
    assert flavour("google.ics", "America/New_York") == [
        "03-16 17:00 to 03-16 18:30",
        "03-17 09:00 to 03-17 10:00",
        "03-24 18:00 to 03-24 19:30",
        "03-27 23:00 to 03-29 22:00",
        "04-06 16:00 to 04-06 17:30",
    ]


def test_ac24_a_calendar_of_outlook() -> None:
    """Zones by the names of Windows, and one of its own; what has no zone is in the teacher's."""
    assert flavour("outlook.ics", "America/New_York") == [
        "03-17 07:00 to 03-17 08:00",
        "03-19 07:00 to 03-19 08:00",
        "03-21 16:00 to 03-21 17:00",
        "03-24 07:00 to 03-24 08:00",
        "03-25 04:00 to 03-26 04:00",
        "03-26 07:00 to 03-26 08:00",
        "03-31 06:00 to 03-31 07:00",
        "04-02 06:00 to 04-02 07:00",
        "04-10 04:15 to 04-10 05:15",
    ]


def test_ac24_a_calendar_of_apple() -> None:
    """Five mornings less one, and one more; a duration; the last Friday of the month."""
    assert flavour("apple.ics", "America/New_York") == [
        "03-20 13:00 to 03-20 13:45",
        "03-26 06:00 to 03-26 06:30",
        "03-27 06:00 to 03-27 06:30",
        "03-27 15:00 to 03-27 16:00",
        "03-29 05:00 to 03-29 05:30",
        "03-30 05:00 to 03-30 05:30",
        "04-02 05:00 to 04-02 05:30",
    ]


def test_ac24_this_and_all_that_follow_may_move() -> None:
    weekly = event("DTSTART:20260317T100000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260331T100000Z", "DTSTART:20260331T150000Z", "DURATION:PT1H")

    assert spans(read(*weekly, *later)) == [
        "03-17 10:00 to 03-17 11:00",
        "03-24 10:00 to 03-24 11:00",
        "03-31 15:00 to 03-31 16:00",
        "04-07 15:00 to 04-07 16:00",
    ]


def test_all_that_follow_may_move_by_the_clock_of_another_zone() -> None:
    """From five on the teacher's clock to five in Tokyo, eight hours before."""
    weekly = event("DTSTART:20260316T170000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    later = ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T170000", "DTSTART;TZID=Asia/Tokyo:20260316T170000"]

    assert spans(read(*weekly, *event(*later, "DURATION:PT1H"))) == [
        "03-16 08:00 to 03-16 09:00",
        "03-23 08:00 to 03-23 09:00",
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20260329"], "03-28 23:00 to 03-29 22:00"),
        (["DTSTART:20260329T013000", "DTEND:20260329T033000"], "03-29 00:30 to 03-29 01:30"),
        (["DTSTART:20260322T100000Z", "DTEND:20260323T100000Z"], "03-22 10:00 to 03-23 10:00"),
        (["DTSTART:20260315T230000Z", "DTEND:20260316T010000Z"], "03-15 23:00 to 03-16 01:00"),
        (["DTSTART;VALUE=DATE:20260413"], "04-12 22:00 to 04-13 22:00"),
        (["DTSTART:20260317T100000Z", "DTEND:20260317T120000Z", "DURATION:PT1H"], "03-17 10:00 to 03-17 12:00"),
        (["DTSTART:20260317T120000Z", "DTEND:20260317T100000Z"], "03-17 10:00 to 03-17 12:00"),
        (["DTSTART:20260317T120000Z", "DURATION:-PT2H"], "03-17 10:00 to 03-17 12:00"),
        (["DTSTART;VALUE=DATE:20260317", "DTEND:20260317T150000Z"], "03-16 23:00 to 03-17 15:00"),
        (["DTSTART: 20260317T100000Z ", "DURATION:PT1H\r"], "03-17 10:00 to 03-17 11:00"),
    ],
    ids=[
        "a date without an end",
        "while an hour is skipped",
        "over midnight",
        "already going on",
        "the last night",
        "an end and a duration",
        "the wrong way round",
        "a length below zero",
        "from a date to a time",
        "with spaces and half a line's end",
    ],
)
def test_a_single_event(lines: list[str], expected: str) -> None:
    assert spans(read(*event(*lines))) == [expected]


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20260317T100000Z"],
        ["DTSTART:20260317T100000Z", "DURATION:PT1H", "TRANSP:transparent"],
        ["DTSTART:20260413T000000Z", "DURATION:PT1H"],
        ["DTSTART:20260315T230000Z", "DTEND:20260316T000000Z"],
        ["DTSTART:20200101T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20200201T000000Z"],
    ],
    ids=["a moment", "not busy", "after it", "before it", "over long ago"],
)
def test_what_is_not_busy_in_the_window(lines: list[str]) -> None:
    busy = read(*event(*lines))

    assert (spans(busy), busy.unread) == ([], [])


def test_times_of_an_event_that_touch_or_overlap_are_one() -> None:
    hours = ["RDATE:20260317T100000Z,20260317T110000Z,20260317T113000Z,20260317T140000Z"]

    assert spans(read(*event("DTSTART:20260317T100000Z", "DURATION:PT1H", *hours))) == [
        "03-17 10:00 to 03-17 12:30",
        "03-17 14:00 to 03-17 15:00",
    ]


def test_an_event_keeps_its_name_while_it_changes_and_shares_it_with_none() -> None:
    before = read(*event("DTSTART:20260317T100000Z", "DURATION:PT1H"))
    after = read(*event("DTSTART:20260318T100000Z", "DURATION:PT2H"), *event("DTSTART:20260319", uid="2"))

    assert set(before.events) < set(after.events)
    assert len(after.events) == len(before.events) + 1


def test_events_that_share_a_uid_are_busy_each_by_itself() -> None:
    """The standard forbids it, and programs write it all the same; the first has the instances."""
    weekly = event("DTSTART:20260317T100000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = event("RECURRENCE-ID:20260324T100000Z", "DTSTART:20260325T100000Z", "DURATION:PT1H")
    once = event("DTSTART:20260318T100000Z", "DURATION:PT1H")
    broken = event("DTSTART:20260319T100000Z", "DTEND:soon")

    busy = read(*weekly, *once, *moved, *broken)
    assert spans(busy) == [f"03-{day} 10:00 to 03-{day} 11:00" for day in (17, 18, 25)]
    assert len(busy.unread) == 1


@pytest.mark.parametrize(
    ("zone", "start", "until"),
    [
        ("Europe/Berlin", ";TZID=America/New_York:20260317T200000", "20260319"),
        ("Europe/Berlin", ";TZID=America/New_York:20260317T200000", "20260319T200000"),
        ("Europe/Berlin", ";TZID=America/New_York:20260317T200000", "20260320T000000Z"),
        ("Europe/Berlin", ";TZID=Asia/Tokyo:20260317T080000", "20260319"),
        ("Europe/Berlin", ";TZID=Asia/Tokyo:20260317T080000", "20260318T230000Z"),
        ("Europe/Berlin", ":20260317T080000Z", "20260319"),
        ("Europe/Berlin", ":20260317T080000", "20260319"),
        ("Europe/Berlin", ":20260317T080000", "20260319T070000Z"),
        ("Europe/Berlin", ";VALUE=DATE:20260317", "20260319"),
        ("Europe/Berlin", ";VALUE=DATE:20260317", "20260318T230000Z"),
        ("America/New_York", ";VALUE=DATE:20260317", "20260319T000000Z"),
        ("America/New_York", ";VALUE=DATE:20260317", "20260319T040000Z"),
    ],
)
def test_the_last_day_of_a_series_belongs_to_it_however_it_is_written(zone: str, start: str, until: str) -> None:
    """A date is the whole day in the zone of the start, and a time without a zone is of that zone."""
    daily = read(*event(f"DTSTART{start}", "DURATION:P1D", f"RRULE:FREQ=DAILY;UNTIL={until}"), zone=zone)

    assert [end - start for times in daily.events.values() for start, end in times] == [timedelta(days=3)]


def test_a_series_may_last_for_ever() -> None:
    """Some programs write the last second that there is, which is none on most clocks."""
    monthly = [
        "DTSTART;TZID=Europe/Berlin:20260310T100000",
        "DURATION:PT1H",
        "RRULE:FREQ=MONTHLY;UNTIL=99991231T235959Z",
    ]

    assert spans(read(*event(*monthly))) == ["04-10 08:00 to 04-10 09:00"]


@pytest.mark.parametrize(("zone", "later"), [("Europe/Berlin", 11), ("America/New_York", 14)])
@pytest.mark.parametrize(
    "first",
    [
        ["EXDATE;TZID={zone}:20260320T100000"],
        ["END:VEVENT", *event("RECURRENCE-ID;TZID={zone}:20260320T100000", "DTSTART:20260330T000000Z")[:-1]],
    ],
    ids=["does not take place", "moved"],
)
def test_an_instance_is_not_taken_for_one_that_is_in_utc_when_it_is_here(
    first: list[str], zone: str, later: int
) -> None:
    hours = [f"DTSTART;TZID={zone}:20260320T100000", "DURATION:PT30M", f"RRULE:FREQ=DAILY;COUNT=2;BYHOUR=10,{later}"]
    utc = at(f"2026-03-20 {later}:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    busy = read(*event(*hours, *(line.format(zone=zone) for line in first)))
    assert spans(busy) == [f"03-20 {utc:%H:%M} to 03-20 {utc:%H}:30"]


@pytest.mark.parametrize(
    "lines",
    [
        ["SUMMARY:Never"],
        ["DTSTART:next week"],
        ["DTSTART:20260317T100000Z", "DTEND:soon"],
        ["DTSTART:20260317T100000Z", "DTSTART:20260319T100000Z", "DURATION:PT1H"],
    ],
    ids=["no time", "no date", "no end", "two starts"],
)
def test_an_event_without_sense_is_counted_and_the_others_are_read(lines: list[str]) -> None:
    busy = read(*event(*lines), *event("DTSTART:20260318T100000Z", "DURATION:PT1H", uid="2"))

    assert (spans(busy), len(busy.unread)) == (["03-18 10:00 to 03-18 11:00"], 1)


@pytest.mark.parametrize(
    "rule", ["COUNT=3", "FREQ=OFTEN", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYSETPOS=500"]
)
def test_an_event_whose_rule_makes_no_sense_takes_place_once_at_least(rule: str) -> None:
    busy = read(*event("DTSTART:20260317T100000Z", "DURATION:PT1H", f"RRULE:{rule}"))

    assert (spans(busy), len(busy.unread)) == (["03-17 10:00 to 03-17 11:00"], 1)


@pytest.mark.parametrize(
    "nonsense",
    [
        ["EXDATE:the second"],
        ["END:VEVENT", *event("RECURRENCE-ID:the second", "DTSTART:20260318T150000Z")[:-1]],
        ["END:VEVENT", *event("RECURRENCE-ID:20260318T100000Z", "DTSTART:later")[:-1]],
        ["END:VEVENT", *event("RECURRENCE-ID:20260318T100000Z", "DTSTART:20260321", "DTSTART:20260322")[:-1]],
        ["END:VEVENT", *event("RECURRENCE-ID:20260318T100000Z", "DTSTART:PT1H")[:-1]],
        ["END:VEVENT", *event("RECURRENCE-ID;VALUE=TEXT:the second", "DTSTART:20260318T150000Z")[:-1]],
        ["RRULE;VALUE=TEXT:daily"],
        ["EXDATE:PT1H"],
    ],
    ids=[
        "one that does not take place",
        "nobody knows which",
        "one that moved nobody knows where",
        "to two dates",
        "to a length",
        "which is a text",
        "another rule, which is a text",
        "a length that does not take place",
    ],
)
def test_a_series_of_which_a_part_makes_no_sense_stays_busy(nonsense: list[str]) -> None:
    busy = read(*event("DTSTART:20260317T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", *nonsense))

    assert spans(busy) == [f"03-{day} 10:00 to 03-{day} 11:00" for day in (17, 18, 19)]
    assert len(busy.unread) == 1


def test_a_zone_by_the_name_of_many_is_none() -> None:
    """The files of the zones lie in folders, of which Europe is one."""
    busy = read("X-WR-TIMEZONE:Europe", *event("DTSTART;TZID=Europe:20260317T100000", "DURATION:PT1H"))

    assert (spans(busy), len(busy.unread)) == (["03-17 09:00 to 03-17 10:00"], 0)


LESSON = event("DTSTART:20260317T100000Z", "DURATION:PT1H")


@pytest.mark.parametrize(
    "lines",
    [
        ["REFRESH-INTERVAL;VALUE=DURATION:often", "no property", *LESSON],
        [*LESSON[:-1], "BEGIN:VALARM", "TRIGGER:soon", "END:VALARM", "END:VEVENT"],
        [*LESSON[:-1], "X-SEEN;VALUE=PERIOD:20260318T100000Z/20260317T100000Z", "END:VEVENT"],
        ["BEGIN:VTODO", "DUE:soon", "no property", "END:VTODO", *LESSON],
        ["BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "LAST-MODIFIED:lately", "END:VTIMEZONE", *LESSON],
        ["BEGIN:VEVENT ", *LESSON[1:-1], "END:VEVENT "],
    ],
    ids=["the calendar", "an alarm", "the program's own", "a task", "a zone that is known", "spaces"],
)
def test_what_makes_no_sense_and_is_no_events_time_is_left_out(lines: list[str]) -> None:
    busy = read(*lines)

    assert (spans(busy), busy.unread) == (["03-17 10:00 to 03-17 11:00"], [])


def test_a_zone_may_have_its_name_in_several_languages() -> None:
    names = ["TZNAME;LANGUAGE=de:Hier", "TZNAME;LANGUAGE=en:Here"]
    offsets = ["DTSTART:19700101T000000", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300"]
    zone = ["BEGIN:VTIMEZONE", "TZID:Here", "BEGIN:STANDARD", *names, *offsets, "END:STANDARD", "END:VTIMEZONE"]

    assert spans(read(*zone, *event("DTSTART;TZID=Here:20260317T130000", "DURATION:PT1H"))) == [
        "03-17 10:00 to 03-17 11:00"
    ]


# What section 3.3.6 and 3.8.5.3 of RFC 5545 make of the nights in which Berlin puts its clocks on and back.
SPRING, AUTUMN = "20260329", "20261025"


@pytest.mark.parametrize(
    ("day", "start", "lasting", "expected"),
    [
        (SPRING, "013000", "PT2H", "03-29 00:30 to 03-29 02:30"),
        (SPRING, "023000", "PT1H", "03-29 01:30 to 03-29 02:30"),
        (SPRING, "000000", "P1D", "03-28 23:00 to 03-29 22:00"),
        (SPRING, "000000", "PT24H", "03-28 23:00 to 03-29 23:00"),
        (SPRING, "010000", "P1DT2H", "03-29 00:00 to 03-30 01:00"),
        (AUTUMN, "013000", "PT2H", "10-24 23:30 to 10-25 01:30"),
        (AUTUMN, "023000", "PT1H", "10-25 00:30 to 10-25 01:30"),
        (AUTUMN, "000000", "P1D", "10-24 22:00 to 10-25 23:00"),
        (AUTUMN, "000000", "PT24H", "10-24 22:00 to 10-25 22:00"),
        (AUTUMN, "000000", "P1W", "10-24 22:00 to 10-31 23:00"),
    ],
)
def test_hours_are_exact_and_days_are_those_of_the_clock(day: str, start: str, lasting: str, expected: str) -> None:
    window = at("2026-03-01 00:00"), at("2026-12-01 00:00")
    night = event(f"DTSTART;TZID=Europe/Berlin:{day}T{start}", f"DURATION:{lasting}")

    assert spans(read(*night, start=window[0], end=window[1])) == [expected]


@pytest.mark.parametrize(
    ("first", "length", "second"),
    [
        (":20260321T220000", "DTEND:20260322T060000", "03-28 21:00 to 03-29 05:00"),
        (":20260321T220000", "DURATION:PT8H", "03-28 21:00 to 03-29 05:00"),
        (":20260322T023000", "DURATION:PT1H", "03-29 01:30 to 03-29 02:30"),
        (":20260322T000000", "DTEND:20260323T000000", "03-28 23:00 to 03-29 23:00"),
        (":20260322T000000", "DURATION:P1D", "03-28 23:00 to 03-29 22:00"),
        (";VALUE=DATE:20260322", "DTEND;VALUE=DATE:20260323", "03-28 23:00 to 03-29 22:00"),
        (":20261018T000000", "DTEND:20261019T000000", "10-24 22:00 to 10-25 22:00"),
        (":20261018T000000", "DURATION:P1D", "10-24 22:00 to 10-25 23:00"),
        (";VALUE=DATE:20261018", "DTEND;VALUE=DATE:20261019", "10-24 22:00 to 10-25 23:00"),
    ],
)
def test_a_series_from_start_to_end_lasts_as_long_each_time_and_one_of_days_does_not(
    first: str, length: str, second: str
) -> None:
    weekly = event(f"DTSTART{first}", length, "RRULE:FREQ=WEEKLY;COUNT=2")

    assert spans(read(*weekly, start=at("2026-03-01 00:00"), end=at("2026-12-01 00:00")))[1] == second


def test_a_period_among_the_dates_of_a_series_has_a_length_of_its_own() -> None:
    added = event("DTSTART:20260317T100000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260318T100000Z/PT3H")

    assert spans(read(*added)) == ["03-17 10:00 to 03-17 11:00", "03-18 10:00 to 03-18 13:00"]


def test_a_date_that_ends_on_itself_is_a_day() -> None:
    """Some programs write the last day, and not the one after it."""
    assert spans(read(*event("DTSTART;VALUE=DATE:20260317", "DTEND;VALUE=DATE:20260317"))) == [
        "03-16 23:00 to 03-17 23:00"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!doctype html><title>Sign in</title>",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VALARM\r\nUID:1\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nEND VEVENT\r\nEND:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Mine\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n",
    ],
    ids=["nothing", "a page", "the first half", "what ends and never began", "what ends as another", "an empty zone"],
)
def test_what_is_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(NoCalendar):
        busy_times(text, ZoneInfo("UTC"), START, END)


def test_published_busy_times_are_busy_but_for_those_that_are_free() -> None:
    published = read(
        "BEGIN:VFREEBUSY",
        "UID:1",
        "DTSTART:20260301T000000Z",
        "DTEND:20260601T000000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260317T090000Z/20260317T100000Z,20260318T090000Z/PT90M",
        "FREEBUSY;FBTYPE=FREE:20260319T090000Z/20260319T100000Z",
        "FREEBUSY:20260520T090000Z/20260520T100000Z",
        "END:VFREEBUSY",
    )

    assert spans(published) == ["03-17 09:00 to 03-17 10:00", "03-18 09:00 to 03-18 10:30"]


@pytest.mark.parametrize(
    "nonsense",
    [
        ":soon",
        ":20260318T100000Z",
        ":20260318T100000Z/20260318T090000Z",
        ":20260318T100000/20260318T110000Z",
        ":20260318T100000Z/P9999999D",
        ";VALUE=TEXT:soon",
    ],
)
def test_a_published_time_without_sense_is_counted_and_the_others_are_read(nonsense: str) -> None:
    published = ["BEGIN:VFREEBUSY", "FREEBUSY:20260317T090000Z/PT1H", f"FREEBUSY{nonsense}", "END:VFREEBUSY"]

    busy = read(*published, *event("DTSTART:20260319T100000Z", "DURATION:PT1H"))
    assert spans(busy) == ["03-17 09:00 to 03-17 10:00", "03-19 10:00 to 03-19 11:00"]
    assert busy.unread == ["published"]
