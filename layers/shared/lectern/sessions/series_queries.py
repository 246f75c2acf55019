"""The statements about a series as a whole."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Transaction, columns


@dataclass(frozen=True, slots=True)
class NewSeries:
    id: UUID
    service_id: UUID
    student_id: UUID
    first_local_start: datetime
    every_weeks: int
    time_zone: str


def insert_series(tx: Transaction, series: NewSeries, now: datetime) -> None:
    tx.send(
        """
        insert into session_series
          (teacher_id, id, service_id, student_id, first_local_start, every_weeks, time_zone, created_at)
        values (%(teacher_id)s, %(id)s, %(service_id)s, %(student_id)s, %(first_local_start)s, %(every_weeks)s,
          %(time_zone)s, %(now)s)
        """,
        {**columns(series), "now": now},
    )


@dataclass(frozen=True, slots=True)
class _FirstStart:
    local: datetime


def first_local_start(tx: Transaction, series_id: UUID | None) -> datetime:
    """The wall clock, naive, on which the series was to begin."""
    asked = tx.ask(
        "select first_local_start from session_series where teacher_id = %(teacher_id)s and id = %(series_id)s",
        _FirstStart,
        {"series_id": series_id},
    )
    return asked.one().local
