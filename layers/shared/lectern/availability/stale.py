"""As of when the calendars are known by which a teacher is busy, and what that does to their slots (AC21).

Slots go by what was read last. A teacher may choose (`lectern.calendar.settings`) that nothing is offered once a
calendar has not been read for so many hours; these are elapsed ones, which no clock change moves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from lectern.database import Answer, Transaction

# Twice as long as between two reads.
STALE_AFTER = timedelta(minutes=30)

# Of the calendar that was read longest ago; one that never was counts from when it was connected. Null without any.
CALENDARS_READ_AT: LiteralString = """least(
  (select coalesce(last_synced_at, connected_at) from calendar_connections where teacher_id = %(teacher_id)s),
  (select min(coalesce(fetched_at, created_at)) from calendar_imports where teacher_id = %(teacher_id)s))"""


@dataclass(frozen=True, slots=True)
class CalendarsKnown:
    """`read_at` is None for a teacher without other calendars, `closes_after_hours` for one who stays open."""

    closes_after_hours: int | None
    read_at: datetime | None

    def stale_since(self, now: datetime) -> datetime | None:
        """As of when the oldest is known, None while all are fresh."""
        is_stale = self.read_at is not None and now - self.read_at > STALE_AFTER
        return self.read_at if is_stale else None

    def closes_slots(self, now: datetime) -> bool:
        """Whether nothing is to be offered."""
        if self.read_at is None or self.closes_after_hours is None:
            return False
        return now - self.read_at >= timedelta(hours=self.closes_after_hours)


def ask_calendars_known(tx: Transaction) -> Answer[CalendarsKnown]:
    return tx.ask(
        "select closes_unread_after_hours, "  # noqa: S608 - the text above
        + CALENDARS_READ_AT
        + " from teachers where id = %(teacher_id)s and deleted_at is null",
        CalendarsKnown,
    )
