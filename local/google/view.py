"""How a calendar looks at a revision: its events, or each instance of the recurring ones by itself (`singleEvents`).

https://developers.google.com/workspace/calendar/api/guides/recurringevents
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from local.google import moments, recurrence
from local.google.calendar import Calendar
from local.google.event import Resource


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open; None for what a request leaves open."""

    since: datetime | None
    until: datetime | None

    def overlaps(self, event: Resource, zone: str) -> bool:
        start, end = moments.instant(event["start"], zone), moments.instant(event["end"], zone)
        return (self.until is None or start < self.until) and (self.since is None or end > self.since)


def events(calendar: Calendar, revision: int) -> dict[str, Resource]:
    """By id, the deleted ones too."""
    return {each["id"]: each for each in calendar.at(revision)}


def instances(calendar: Calendar, revision: int, span: Span, horizon: datetime) -> dict[str, Resource]:
    """By id: events of their own wherever they are, and of the recurring ones what their rules give in the span.

    Where the span has no end, that is up to `horizon`. The deleted ones are among them, but for the instances of a
    recurring event that is itself deleted.
    """
    known = events(calendar, revision)
    found: dict[str, Resource] = {}
    for each in known.values():
        if each.get("recurrence"):
            found |= {one["id"]: one for one in _of_rule(each, calendar, span, horizon)}
        elif _stands(each, known, calendar):
            # An instance that was changed by itself was so after the rule gave it, and takes the place of that one.
            found[each["id"]] = each
    return found


def _of_rule(master: Resource, calendar: Calendar, span: Span, horizon: datetime) -> Iterator[Resource]:
    if master["status"] == "cancelled":
        return
    since = span.since or moments.instant(master["start"], calendar.time_zone)
    for each in recurrence.occurrences(master, calendar.time_zone, since, span.until or horizon):
        yield recurrence.instance(master, each)


def _stands(each: Resource, known: dict[str, Resource], calendar: Calendar) -> bool:
    """An instance that was changed by itself goes when its time is none of the recurring event's any more."""
    if "recurringEventId" not in each:
        return True
    return recurrence.occurrence(known[each["recurringEventId"]], calendar.time_zone, each["id"]) is not None
