"""What Google tells of an event, as far as we keep it: its id, when it is, and whether it makes the teacher busy.

https://developers.google.com/workspace/calendar/api/v3/reference/events. Recurring events come as their instances, each
with an id and a time of its own, as `singleEvents` asks for.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lectern.calendar.google_http import Json
from lectern.slots.instant import in_utc, wall_clock


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Half-open [starts_at, ends_at) in UTC; without times it is gone, and nothing else of it is sure."""

    id: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_busy: bool
    updated_at: datetime | None

    @property
    def is_gone(self) -> bool:
        return self.starts_at is None


def read_event(told: Json, calendar_zone: str) -> ToldEvent | None:
    """None for what has times that nobody can place, such as one in a zone that we do not know.

    `calendar_zone` is where days of all-day events begin and end: https://datatracker.ietf.org/doc/html/rfc5545#section-3.3.4.
    """
    try:
        updated_at = datetime.fromisoformat(told["updated"]) if "updated" in told else None
        if told.get("status") == "cancelled" or "start" not in told:
            return ToldEvent(told["id"], None, None, is_busy=False, updated_at=updated_at)
        starts_at, ends_at = _instant(told["start"], calendar_zone), _instant(told["end"], calendar_zone)
    except (LookupError, ValueError, OverflowError):
        return None
    is_busy = starts_at < ends_at and told.get("transparency") != "transparent" and not _is_declined(told)
    return ToldEvent(told["id"], starts_at, ends_at, is_busy, updated_at)


def _is_declined(told: Json) -> bool:
    """By the calendar's owner, whom Google marks among the guests."""
    guests = told.get("attendees", [])
    return any(guest.get("self") and guest.get("responseStatus") == "declined" for guest in guests)


def _instant(told: Json, calendar_zone: str) -> datetime:
    """Raises what `date`, `datetime` and `ZoneInfo` raise for what is none, and LookupError for what is missing."""
    if told.get("date"):
        return in_utc(wall_clock(date.fromisoformat(told["date"]), 0, ZoneInfo(calendar_zone)))
    read = datetime.fromisoformat(told["dateTime"])
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(told.get("timeZone", calendar_zone)))
    return read.astimezone(UTC)
