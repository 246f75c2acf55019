"""When somebody is busy by a calendar's file (RFC 5545), run as a process of its own: `lectern.ics.read` starts it.

The file is anybody's, and a rule in it may keep its reader busy for ever, or define time zones for all files that are
read after it. So this process reads one file, knows none of our secrets, and is ended when it takes too long.

A transparent or cancelled event is not busy, nor is what a list of free and busy times (VFREEBUSY) calls free.
A date lasts from midnight to midnight in the calendar's zone where it names one, else in the teacher's; a time without
a zone is the teacher's. A zone is IANA's of that name, or of the name that Windows has for it, and only else as the
file defines it.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from itertools import islice
from typing import cast
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone
from icalendar.cal.component_factory import ComponentFactory
from icalendar.parser import Contentline, Parameters
from icalendar.parser.ical.calendar import CalendarIcalParser
from icalendar.prop import vBroken
from icalendar.timezone import tzp
from icalendar.timezone.zoneinfo import ZONEINFO

from lectern.ics.occurrences import EXACT, NONSENSE, Busy, Zones, occurrences, readable, without_repetition

# A person has a thousand or two in a year; a file with more of them is no person's.
MOST_OCCURRENCES = 10_000

# The name of all lists of free and busy times together.
_PUBLISHED = "published"

# The library takes a day and 24 hours for one.
_EXACTLY = re.compile(r"^(DURATION)(?=[;:])([^:\r\n]*:\+?PT)", re.MULTILINE | re.IGNORECASE)


class NoCalendar(Exception):
    """The text is something else, or the beginning of one."""


class TooManyOccurrences(Exception):
    """Within the window, of all events together."""


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """By event, in UTC, half-open, merged and in order; an event is named by a hash of its UID.

    `unread` has an event's name for each of its parts in which something made no sense: it may be busy at other times.
    """

    events: dict[str, list[Busy]]
    unread: list[str]


class _Iana(ZONEINFO):
    def timezone(self, name: str) -> tzinfo | None:
        try:
            return super().timezone(name)
        except OSError:
            # The name of a folder of zones, such as Europe.
            return None

    def create_timezone(self, tz: Timezone) -> tzinfo:  # type: ignore[override]  # as the library itself does
        # Whose reader refuses nearly any parameter, such as the language of a zone's name.
        plain = deepcopy(tz)
        for _, value in plain.property_items():
            getattr(value, "params", Parameters()).clear()
        return super().create_timezone(plain)


class _Tolerant(CalendarIcalParser):
    """Leaves out a line that makes no sense, and not the file: an alarm's says nothing of when anybody is busy.

    What begins has to end all the same, as nobody could tell else what is part of what.
    """

    def handle_begin_component(self, vals: str) -> None:
        super().handle_begin_component(vals.strip())

    def handle_end_component(self, vals: str) -> None:
        if self.component is None or self.component.name != vals.strip().upper():
            raise ValueError(vals)
        super().handle_end_component(vals)

    def handle_line_parse_error(self, exception: Exception) -> None:
        """It is no property."""

    def parse_and_add_property(
        self, name: str, params: Parameters, val: str, tzid: str | None, line: Contentline
    ) -> None:
        try:
            super().parse_and_add_property(name, params, val.strip(), tzid, line)
        except NONSENSE:
            cast("Component", self.component).add(name, vBroken(val), encode=False)


def busy_times(text: str, teachers_zone: ZoneInfo, start: datetime, end: datetime) -> BusyTimes:
    """What reaches into [start, end). Raises NoCalendar and TooManyOccurrences."""
    found: defaultdict[str, list[Busy]] = defaultdict(list)
    unread: list[str] = []
    left = MOST_OCCURRENCES
    for calendar in _calendars(text):
        for name, busy, nonsense in _named(calendar, teachers_zone, start, end):
            found[name] += busy
            unread += [name] * nonsense
            left -= len(busy)
            if left < 0:
                raise TooManyOccurrences
    return BusyTimes({name: _merged(busy) for name, busy in found.items()}, unread)


def _calendars(text: str) -> list[Calendar]:
    # With none of the zones that the file before it has defined.
    tzp.use(_Iana())
    try:
        marked = _EXACTLY.sub(rf"\1;{EXACT}=TRUE\2", text)
        read = _Tolerant(marked, ComponentFactory(), Calendar.types_factory).parse()
    except NONSENSE as error:
        raise NoCalendar from error
    calendars = [component for component in read if isinstance(component, Calendar)]
    # Nor is one that breaks off before its end.
    if not calendars:
        raise NoCalendar
    return calendars


def _named(
    calendar: Calendar, teachers_zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[str, list[Busy], int]]:
    """Of each event its name, when it is busy, and how many of its parts made no sense."""
    zones = Zones(_own_zone(calendar) or teachers_zone, teachers_zone)
    yield _PUBLISHED, *_published(calendar, zones, start, end)
    for name, events in _by_name(calendar).items():
        for series in _series(events):
            yield name, *_busy(series, zones, start, end)


def _own_zone(calendar: Calendar) -> tzinfo | None:
    # No standard has it, and Google, Apple and Outlook write it.
    return tzp.timezone(str(calendar.get("X-WR-TIMEZONE", "")))


def _published(calendar: Calendar, zones: Zones, start: datetime, end: datetime) -> tuple[list[Busy], int]:
    found = []
    unread = 0
    for component in calendar.walk("VFREEBUSY"):
        told = component.get("FREEBUSY", [])
        for period in told if isinstance(told, list) else [told]:
            try:
                busy = zones.instant(period.start), zones.instant(period.end)
            except NONSENSE:
                unread += 1
                continue
            if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE" and busy[0] < end and start < busy[1]:
                found.append(busy)
    return found, unread


def _by_name(calendar: Calendar) -> dict[str, list[Event]]:
    """An event that repeats, with its moved and changed instances. One without a UID is named by all that it says."""
    events: defaultdict[str, list[Event]] = defaultdict(list)
    for event in calendar.events:
        said = str(event.get("UID") or event.to_ical())
        events[sha256(said.encode()).hexdigest()[:32]].append(event)
    return events


def _series(events: list[Event]) -> list[list[Event]]:
    """What is no instance of another takes place by itself, also where several share their UID.

    To which of these the instances belong nobody can tell: the first has them.
    """
    instances = [event for event in events if "RECURRENCE-ID" in event]
    whole = [event for event in events if "RECURRENCE-ID" not in event]
    return [whole[:1] + instances, *([event] for event in whole[1:])]


def _busy(events: list[Event], zones: Zones, start: datetime, end: datetime) -> tuple[list[Busy], int]:
    """One whose rule makes no sense takes place once at least."""
    kept, unread = readable(events)
    if not kept:
        return [], unread
    for attempt in (kept, [without_repetition(event) for event in kept]):
        try:
            return list(islice(occurrences(attempt, zones, start, end), MOST_OCCURRENCES + 1)), unread
        except NONSENSE:
            unread = len(events)
    return [], unread


def _merged(found: list[Busy]) -> list[Busy]:
    merged: list[Busy] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def main() -> None:
    """The file on stdin; the zone, the start and the end of the window as arguments; JSON on stdout."""
    zone, start, end = sys.argv[1:]
    text = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    try:
        read = busy_times(text, ZoneInfo(zone), datetime.fromisoformat(start), datetime.fromisoformat(end))
    except (NoCalendar, TooManyOccurrences) as refusal:
        told: dict[str, object] = {"refused": type(refusal).__name__}
    else:
        busy = [(name, *map(datetime.isoformat, time)) for name, times in read.events.items() for time in times]
        told = {"busy": busy, "unread": read.unread}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
