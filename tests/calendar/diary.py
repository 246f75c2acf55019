"""A teacher's calendar at the local Google, as its owner sees it, beside what Lectern knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lectern import database
from lectern.calendar.access import Access
from lectern.calendar.connecting_queries import put_connection
from lectern.calendar.connection import ask_connection
from lectern.calendar.pull import PULL_EVERY
from lectern.calendar.sealed import seal
from lectern.calendar.sync import sync
from lectern.identifiers import new_id
from lectern.settings import token_key
from local.google import LocalGoogle
from tests.builders import NOW, Teacher, a_service, book, in_days, rows_of


class Clock:
    """Google's, in seconds since 1970, and ours: the time that the tests live in, until one of them waits."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now.timestamp()

    def reset(self) -> None:
        self.now = NOW

    def wait(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


CLOCK = Clock()
# Of the web app; Google sends browsers back to it.
PAGE = "https://studio.example/calendar"


@dataclass(frozen=True)
class Diary:
    google: LocalGoogle
    teacher: Teacher
    account: str

    def sync(self) -> Mapping[str, int]:
        return sync(self.teacher.id, CLOCK.now)

    def lesson(self, days: int = 1, hour: int = 10, name: str = "Sam") -> UUID:
        """Booked now, for so many days from now."""
        service = a_service(self.teacher)
        return book(self.teacher, service, in_days(days, hour), name, now=CLOCK.now).session_id

    def add(self, start: str, end: str, **fields: Any) -> str:  # noqa: ANN401 - JSON
        """An event of the teacher's own, in UTC; its id."""
        times = {"start": {"dateTime": f"{start}Z"}, "end": {"dateTime": f"{end}Z"}}
        event: str = self.google.add_event(self.account, summary="Dentist", **times | fields)["id"]
        return event

    def change(self, event_id: str, **patch: Any) -> None:  # noqa: ANN401 - JSON
        self.google.change_event(event_id, self.account, **patch)

    def delete(self, event_id: str) -> None:
        self.google.delete_event(event_id, self.account)

    def shows(self) -> list[str]:
        """The starts of its events, in UTC."""
        starts = [datetime.fromisoformat(event["start"]["dateTime"]) for event in self.google.events(self.account)]
        return sorted(f"{start.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" for start in starts)

    def busy(self) -> list[tuple[str, str]]:
        """What we know that its owner is busy, in UTC."""
        rows = rows_of(self.teacher, "external_busy")
        times = [(datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])) for row in rows]
        return [(f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}") for start, end in sorted(times)]

    def row(self, session_id: UUID) -> dict[str, Any]:
        """What we have noted about a session's event."""
        [row] = [row for row in rows_of(self.teacher, "session_calendar_sync") if row["session_id"] == str(session_id)]
        return row

    def connection(self) -> dict[str, Any]:
        [row] = rows_of(self.teacher, "calendar_connections")
        return row

    def happened(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in rows_of(self.teacher, "domain_events") if row["type"] == kind]

    def asked(self, *prefixes: str) -> list[str]:
        """What this Google was asked since its log was cleared, as method and end of the path."""
        asked = [f"{each.method} {each.path.rpartition('/')[2]}" for each in self.google.requests]
        return [each for each in asked if not prefixes or each.startswith(prefixes)]


def connected_diary(google: LocalGoogle, teacher: Teacher, time_zone: str = "UTC") -> Diary:
    """As if its owner had consented; nothing has been read of it yet."""
    account = google.open_account(f"{teacher.slug}@example.com", time_zone)
    sealed = seal(token_key(), teacher.id, google.grant(account))
    with database.tenant(teacher.id) as tx:
        put_connection(tx, new_id(), "primary", sealed, None, CLOCK.now)
    return Diary(google, teacher, account)


def read_again(diary: Diary) -> None:
    """When its time has come."""
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())
    diary.sync()


def access(diary: Diary) -> Access:
    """As a worker has it that begins now."""
    with database.tenant(diary.teacher.id) as tx:
        return Access(ask_connection(tx).one(), CLOCK.now)
