"""Short ways to say what a teacher offers and what somebody asks for. Instants are ISO text in UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lectern.slots import Availability, Hours, Interval, Override, Rule, Timing, Window, open_starts

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(text: str) -> Hours:
    """Hours from "22:00-02:00"."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
    return Hours(start, end)


def weekly(days: str, *times: str, since: date | None = None, until: date | None = None) -> tuple[Rule, ...]:
    """Rules for each of the days in "mon tue", or "daily", at each of the times."""
    chosen = WEEKDAYS if days == "daily" else days.split()
    return tuple(Rule(WEEKDAYS.index(day), hours(time), since, until) for day in chosen for time in times)


def override(local_date: str, *times: str) -> Override:
    return Override(date.fromisoformat(local_date), tuple(hours(time) for time in times))


def teacher(
    *rules: Rule, zone: str = "UTC", overrides: Iterable[Override] = (), full: Iterable[str] = ()
) -> Availability:
    return Availability(ZoneInfo(zone), rules, tuple(overrides), frozenset(map(date.fromisoformat, full)))


def lesson(minutes: int = 60, *, step: int = 60, before: int = 0, after: int = 0, notice: int = 0) -> Timing:
    """What a service asks of a start, all in minutes."""
    duration, *rest = (timedelta(minutes=length) for length in (minutes, step, before, after, notice))
    return Timing(duration, *rest)


def busy(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def window(start: str, end: str) -> Window:
    return Window(utc(start), utc(end))


def offered(
    availability: Availability,
    asked: Window,
    timing: Timing | None = None,
    taken: Iterable[Interval] = (),
    now: datetime = LONG_AGO,
) -> list[str]:
    """The open starts as "2026-03-02 09:00" in UTC."""
    starts = open_starts(availability, taken, timing or lesson(), asked, now)
    return [f"{start:%Y-%m-%d %H:%M}" for start in starts]
