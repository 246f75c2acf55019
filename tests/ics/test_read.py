"""Reading a file in a process of its own, which no file can keep."""

import time

import pytest

from lectern.errors import Conflict
from lectern.ics.read import read
from tests.builders import at

START, END = at("2026-03-16 00:00"), at("2026-04-13 00:00")


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(rule: str, start: str = "19700101T000000Z") -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", f"DTSTART:{start}", "DURATION:PT1H", f"RRULE:{rule}", "END:VEVENT"]


def refusal(body: bytes, longest_seconds: float = 1) -> str:
    with pytest.raises(Conflict) as refused:
        read(body, "Europe/Berlin", START, END, longest_seconds)
    return refused.value.code


def test_busy_times_come_back_in_utc() -> None:
    monday = calendar("BEGIN:VEVENT", "UID:1", "DTSTART:20260330T100000", "DURATION:PT1H", "END:VEVENT")

    busy = read(monday, "Europe/Berlin", START, END)
    assert (busy.starts, busy.ends, busy.unread) == ([at("2026-03-30 08:00")], [at("2026-03-30 09:00")], [])


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"],
    ids=["each second since 1970", "on a date that never comes"],
)
def test_a_rule_that_never_ends_is_ended(rule: str) -> None:
    began = time.monotonic()

    assert refusal(calendar(*event(rule))) == "ics_too_complex"
    assert time.monotonic() - began < 3


def test_a_zone_that_never_ends_is_ended() -> None:
    offsets = ["DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=SECONDLY"]
    seasons = [line for name in ("STANDARD", "DAYLIGHT") for line in (f"BEGIN:{name}", *offsets, f"END:{name}")]
    lesson = ["BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Mine:20260330T100000", "DURATION:PT1H", "END:VEVENT"]
    zone = calendar("BEGIN:VTIMEZONE", "TZID:Mine", *seasons, "END:VTIMEZONE", *lesson)

    assert refusal(zone) == "ics_too_complex"


@pytest.mark.parametrize("body", [b"<html></html>", b"\xff\xfe\x00", b""])
def test_what_is_no_calendar_is_refused(body: bytes) -> None:
    assert refusal(body) == "ics_not_a_calendar"


def test_more_events_than_anybody_has_are_refused() -> None:
    minutely = calendar(*event("FREQ=MINUTELY", "20260316T000000Z"))

    assert refusal(minutely, longest_seconds=30) == "ics_too_many_events"


def test_one_file_cannot_define_the_zones_of_another() -> None:
    """Outlook calls whatever a user has set up by this one name."""

    def in_zone(offset: str) -> bytes:
        zone = ["BEGIN:VTIMEZONE", "TZID:Customized Time Zone", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
        offsets = [f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]
        start = "DTSTART;TZID=Customized Time Zone:20260330T100000"
        return calendar(*zone, *offsets, "BEGIN:VEVENT", "UID:1", start, "DURATION:PT1H", "END:VEVENT")

    assert read(in_zone("+0300"), "UTC", START, END).starts == [at("2026-03-30 07:00")]
    assert read(in_zone("-0400"), "UTC", START, END).starts == [at("2026-03-30 14:00")]
