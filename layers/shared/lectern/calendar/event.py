"""A session as an event in its teacher's calendar.

It names the service and who comes, as the teacher would write it down; no address, no price, and no guest, whom
Google would write to. A request that the teacher has yet to confirm is tentative.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern.calendar.google_http import Json

# Google's longest is not documented; nobody reads more in a calendar.
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Lesson:
    """What its event tells. Instants in UTC; the zone is the one that it was booked in."""

    session_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    service_name: str
    student_names: tuple[str, ...]


def event_of(lesson: Lesson) -> Json:
    """https://developers.google.com/workspace/calendar/api/v3/reference/events; its status revives a deleted one."""
    return {
        "summary": _title(lesson),
        "start": _time(lesson.starts_at, lesson.time_zone),
        "end": _time(lesson.ends_at, lesson.time_zone),
        "status": "tentative" if lesson.status == "pending" else "confirmed",
        # For other programs of the teacher's; we know our events by their ids, which copies do not have.
        "extendedProperties": {"private": {"lecternSession": str(lesson.session_id)}},
    }


def changed(event: Json) -> Json:
    """To be patched into one that the teacher may have made last all day: a date and a time would be refused."""
    return event | {"start": {**event["start"], "date": None}, "end": {**event["end"], "date": None}}


def _title(lesson: Lesson) -> str:
    names = ", ".join(lesson.student_names)
    title = f"{lesson.service_name} · {names}" if names else lesson.service_name
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _time(instant: datetime, time_zone: str) -> Json:
    return {"dateTime": instant.astimezone(ZoneInfo(time_zone)).isoformat(), "timeZone": time_zone}
