"""When an event of a calendar's file takes place within a window: itself or its instances, as long as RFC 5545 says.

What is wrong with an event is left out rather than the event: who is thought to be busy can say so, and who is thought
to be free is booked. The libraries know the format; what becomes of a file is left to `lectern.ics.busy_times`.
"""

from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, cast

from icalendar import Event
from icalendar.prop import vBroken, vDDDLists, vRecur
from recurring_ical_events.adapters import EventAdapter
from recurring_ical_events.series import Series

type Busy = tuple[datetime, datetime]

# What the libraries raise for a time or a rule that is none.
NONSENSE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)

# Nobody can tell when an event is that has one of these and means nothing by it.
_ESSENTIAL = {"DTSTART": date, "DTEND": date, "DURATION": timedelta, "RECURRENCE-ID": date}
_REPEATING = ("RRULE", "RDATE", "EXDATE")
_TIMES = {"DTSTART", "DTEND", "RDATE"}
# These name an instance by when it would take place.
_NAMING = {"RECURRENCE-ID", "EXDATE"}
# A parameter of a DURATION that is in hours, minutes and seconds alone.
EXACT = "X-LECTERN-EXACT"
# Under this name the length of an event goes with the copies that the library makes of it.
_LENGTH = "X-LECTERN-LENGTH"
# The library compares dates and times without a zone as if they were UTC, which is at most 14 hours from any zone.
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Zones:
    """Of what names none: a date is the calendar's, and a time the teacher's."""

    of_dates: tzinfo
    of_times: tzinfo

    def instant(self, value: date) -> datetime:
        """A time that a clock skips is by the offset before it, one that it has twice the first (section 3.3.5)."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time.min, self.of_dates)
        return (value if value.tzinfo else value.replace(tzinfo=self.of_times)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Length:
    """Days, by the clock on the wall, of which some have 23 or 25 hours, and then what is exact (section 3.3.6)."""

    days: int
    exact: timedelta

    def after(self, start: date, zones: Zones) -> datetime:
        return zones.instant(start + timedelta(self.days)) + self.exact


def readable(events: list[Event]) -> tuple[list[Event], int]:
    """Those of which can be told when they are, without what made no sense; and in how many something did not."""
    kept = []
    unread = 0
    for event in events:
        broken = _without_nonsense(event)
        unread += not broken.isdisjoint((*_ESSENTIAL, *_REPEATING))
        if broken.isdisjoint(_ESSENTIAL):
            kept.append(event)
    return kept, unread


def _without_nonsense(event: Event) -> set[str]:
    """The names of what is taken out of it, or is not there as often as it has to be."""
    broken = set() if "DTSTART" in event else {"DTSTART"}
    for name in list(event):
        value = event.get(name)
        values = value if isinstance(value, list) else [value]
        sound = [value for value in values if not _is_nonsense(name, value)]
        if len(sound) < len(values):
            del event[name]
            if sound:
                event[name] = sound
        if len(sound) < len(values) or (name in _ESSENTIAL and len(values) > 1):
            broken.add(name)
    return broken


def _is_nonsense(name: str, value: object) -> bool:
    if isinstance(value, vBroken):
        return True
    if name in _ESSENTIAL:
        return not isinstance(getattr(value, "dt", None), _ESSENTIAL[name])
    if name in ("RDATE", "EXDATE"):
        return not all(isinstance(entry.dt, date | tuple) for entry in getattr(value, "dts", [value]))
    if name == "RRULE":
        # Of an interval of none there would be no next one.
        return not isinstance(value, vRecur) or any(interval < 1 for interval in value.get("INTERVAL", []))
    return False


def without_repetition(event: Event) -> Event:
    """Its first time alone."""
    alone = event.copy()
    for name in _REPEATING:
        alone.pop(name, None)
    return alone


def occurrences(events: list[Event], zones: Zones, start: datetime, end: datetime) -> Iterator[Busy]:
    """Of one event, with its moved and changed instances: when it is busy and reaches into [start, end), in no order.

    Raises one of NONSENSE, perhaps after the first of them.
    """
    first = _start(events[0])
    series = Series([EventAdapter(_by_clock(event, first, zones)) for event in events])
    by_clock = replace(zones, of_times=_clock(first, zones))
    for occurrence in series.between(start - _MARGIN, end + _MARGIN):
        event = cast("Event", occurrence.as_component(keep_recurrence_attributes=False))
        busy = _busy(event, by_clock)
        if _is_busy(event) and busy[0] < busy[1] and busy[0] < end and start < busy[1]:
            yield busy


def _clock(first: date, zones: Zones) -> tzinfo:
    """By which a series repeats that begins with this."""
    if not isinstance(first, datetime):
        return zones.of_dates
    return first.tzinfo or zones.of_times


def _by_clock(event: Event, first: date, zones: Zones) -> Event:
    """With its length, and its times as the clock of its series shows them, without a zone.

    The library knows an instance by its time on the wall and by its time in UTC, and takes one for another: in Berlin
    the one at 11:00, which is 10:00 in UTC, for the one at 10:00.
    """
    clock = _clock(first, zones)
    # Which whole day is named by a time is left to the library.
    names = _TIMES | _NAMING if isinstance(first, datetime) else _TIMES
    shown = event.copy()
    for name in names & event.keys():
        values = [_shown(value, zones, clock) for value in _listed(event[name])]
        shown[name] = values[0] if name in _ESSENTIAL else values
    if "RRULE" in event:
        shown["RRULE"] = [_with_end(rule, first, clock) for rule in _listed(event["RRULE"])]
    # Periods among its dates bring their own length, which the library gives them.
    if not any(isinstance(added, tuple) for added in EventAdapter(event).rdates):
        shown[_LENGTH] = _length(event, zones)
    return shown


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _shown(value: object, zones: Zones, clock: tzinfo) -> object:
    """With its parameters, by which an instance may stand for all that follow."""
    shown: Any = copy(value)
    if isinstance(value, vDDDLists):
        shown.dts = [_shown(entry, zones, clock) for entry in value.dts]
    elif isinstance(shown.dt, tuple):
        shown.dt = tuple(_told(part, zones, clock) for part in shown.dt)
    else:
        shown.dt = _told(shown.dt, zones, clock)
    return shown


def _told(value: object, zones: Zones, clock: tzinfo) -> object:
    if isinstance(value, datetime):
        return _on(clock, value if value.tzinfo else value.replace(tzinfo=zones.of_times))
    # Dates and lengths are the same by all clocks.
    return value


def _on(clock: tzinfo, instant: datetime) -> datetime:
    # At the ends of time, which some programs write for always, one clock is as good as another.
    with suppress(OverflowError):
        if instant.tzinfo != clock:
            instant = instant.astimezone(clock)
    return instant.replace(tzinfo=None)


def _with_end(rule: vRecur, first: date, clock: tzinfo) -> vRecur:
    """Its UNTIL of the same kind as the start (section 3.3.10), which not all programs write."""
    shown = rule.copy()
    if "UNTIL" in rule:
        [until] = rule["UNTIL"]
        shown["UNTIL"] = [_until(until, clock) if isinstance(first, datetime) else _last_date(until, clock)]
    return shown


def _until(until: date, clock: tzinfo) -> datetime:
    if isinstance(until, datetime):
        return _on(clock, until) if until.tzinfo else until
    # Google and Outlook mean that whole day.
    return datetime.combine(until, time(23, 59, 59))


def _last_date(until: date, clock: tzinfo) -> date:
    if not isinstance(until, datetime):
        return until
    # Some programs write when the last day begins, and some the day as if it were one of UTC.
    return max(until.date(), _until(until, clock).date())


def _length(event: Event, zones: Zones) -> Length:
    """From a start to an end it is exact for all instances, and a DURATION's days are nominal (section 3.8.5.3)."""
    start, end, lasting = _start(event), event.DTEND, event.DURATION
    of_dates = not isinstance(start, datetime)
    if end and of_dates and not isinstance(end, datetime):
        # Some programs write the last day instead of the one after it.
        return Length(max(1, abs((end - start).days)), timedelta())
    if end:
        return Length(0, abs(zones.instant(end) - zones.instant(start)))
    if lasting:
        days = 0 if EXACT in event["DURATION"].params else abs(lasting).days
        return Length(days, abs(lasting) - timedelta(days))
    return Length(int(of_dates), timedelta())


def _busy(event: Event, zones: Zones) -> Busy:
    length = cast("Length | None", event.get(_LENGTH))
    end = length.after(_start(event), zones) if length else zones.instant(event.end)
    return zones.instant(_start(event)), end


def _start(event: Event) -> date:
    # Not `event.start`, which refuses an event that has both an end and a duration.
    start: date = event.get("DTSTART").dt
    return start


def _is_busy(event: Event) -> bool:
    transparency, status = str(event.get("TRANSP", "")), str(event.get("STATUS", ""))
    return transparency.upper() != "TRANSPARENT" and status.upper() != "CANCELLED"
