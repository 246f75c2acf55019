"""When a recurring event takes place: its RRULE, RDATE and EXDATE lines, on the wall clock of its time zone.

https://developers.google.com/workspace/calendar/api/concepts/events-calendars#recurring_events
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from local.google import moments
from local.google.errors import invalid
from local.google.event import Resource

INSTANCE_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that the rule gives; the times are as the API writes them."""

    instance_id: str
    start: moments.Moment
    end: moments.Moment


def occurrences(master: Resource, zone: str, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """Those that overlap [since, until); raises `ApiError` when the lines are none of a recurrence."""
    length = _length(master)
    for start in _rule(master).xafter(_as_ruled(master, since) - length, inc=True):
        if start >= _as_ruled(master, until):
            return
        found = _occurrence(master, zone, start, length)
        if moments.instant(found.end, zone) > since:
            yield found


def occurrence(master: Resource, zone: str, instance_id: str) -> Occurrence | None:
    """The one with this id, where the rule gives it."""
    text = instance_id.removeprefix(f"{master['id']}_")
    try:
        start = _as_ruled(master, _read(text))
    except ValueError:
        return None
    given = _rule(master).between(start, start, inc=True)
    return _occurrence(master, zone, start, _length(master)) if given else None


def instance(master: Resource, found: Occurrence) -> Resource:
    """The occurrence as an event, as long as nobody has changed it by itself."""
    inherited = {name: value for name, value in master.items() if name != "recurrence"}
    return inherited | {
        "id": found.instance_id,
        "recurringEventId": master["id"],
        "originalStartTime": found.start,
        "start": found.start,
        "end": found.end,
    }


def check(master: Resource) -> None:
    """Raise `ApiError` when the lines are none of a recurrence."""
    _rule(master)


def _rule(master: Resource) -> Any:  # noqa: ANN401 - dateutil has no types
    zone = _zone(master)
    first = moments.instant(master["start"], "UTC")
    try:
        return rrulestr(
            "\n".join(master["recurrence"]),
            dtstart=first.astimezone(zone) if zone else first.replace(tzinfo=None),
            forceset=True,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise invalid("recurrence", f"Invalid recurrence rule: {error}") from None


def _zone(master: Resource) -> ZoneInfo | None:
    """None for an event of whole days, whose dates are on every clock the same."""
    return None if moments.is_all_day(master["start"]) else ZoneInfo(master["start"]["timeZone"])


def _as_ruled(master: Resource, at: datetime) -> datetime:
    zone = _zone(master)
    return at.astimezone(zone) if zone else at.astimezone(UTC).replace(tzinfo=None)


def _length(master: Resource) -> timedelta:
    return moments.instant(master["end"], "UTC") - moments.instant(master["start"], "UTC")


def _occurrence(master: Resource, zone: str, start: datetime, length: timedelta) -> Occurrence:
    if moments.is_all_day(master["start"]):
        first, last = start.date(), (start + length).date()
        return Occurrence(f"{master['id']}_{first:%Y%m%d}", {"date": str(first)}, {"date": str(last)})
    from_, to = start.astimezone(UTC), start.astimezone(UTC) + length
    return Occurrence(
        f"{master['id']}_{from_.strftime(INSTANCE_TIME)}",
        _moment(from_, master["start"]["timeZone"], zone),
        _moment(to, master["end"]["timeZone"], zone),
    )


def _moment(at: datetime, own_zone: str, zone: str) -> moments.Moment:
    return {"dateTime": at.astimezone(ZoneInfo(zone)).isoformat(), "timeZone": own_zone}


def _read(text: str) -> datetime:
    if "T" in text:
        return datetime.strptime(text, INSTANCE_TIME).replace(tzinfo=UTC)
    return datetime.combine(date.fromisoformat(text), time(), UTC)
