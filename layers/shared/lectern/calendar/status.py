"""What a teacher sees of their connected calendar: whether it works, how old what we know is, and what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.availability.stale import CALENDARS_READ_AT, STALE_AFTER
from lectern.calendar.connection import ConnectionStatus
from lectern.calendar.outbox import lock_wish, queue_calendar_sync
from lectern.database import Answer, Transaction
from lectern.errors import NotFound


@dataclass(frozen=True, slots=True)
class CalendarStatus:
    """`stale_minutes` is since the calendar was last read, or connected; pending, failed and conflicts are counts."""

    status: ConnectionStatus
    connected_at: datetime
    last_synced_at: datetime | None
    stale_minutes: int
    is_stale: bool
    pending: int
    failed: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Staleness:
    minutes: float


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """A session that the calendar does not show as it is.

    Google refused its event, and `code` is Google's reason; or the teacher has deleted or moved it there.
    """

    session_id: UUID
    kind: Literal["refused", "deleted", "moved"]
    code: str | None
    starts_at: datetime
    ends_at: datetime
    event_starts_at: datetime | None
    event_ends_at: datetime | None


def ask_status(tx: Transaction, now: datetime) -> Answer[CalendarStatus]:
    """No row while no calendar is connected."""
    return tx.ask(
        """
        select c.status, c.connected_at, c.last_synced_at,
          floor(extract(epoch from %(now)s - coalesce(c.last_synced_at, c.connected_at)) / 60)::integer,
          coalesce(c.last_synced_at, c.connected_at) < %(fresh_since)s,
          q.pending, q.failed, q.conflicts
        from calendar_connections c
        cross join (
          select count(*) filter (where status = 'pending') as pending,
            count(*) filter (where status = 'failed') as failed,
            count(conflict) as conflicts
          from session_calendar_sync
          where teacher_id = %(teacher_id)s and (status = 'pending' or status = 'failed' or conflict is not null)
        ) q
        where c.teacher_id = %(teacher_id)s
        """,
        CalendarStatus,
        {"now": now, "fresh_since": now - STALE_AFTER},
    )


def ask_stale_minutes(tx: Transaction, now: datetime) -> Answer[Staleness]:
    """Of the calendar that was read longest ago, also when its grant is gone; no row for who has none.

    Calendars that are imported as files are among them.
    """
    return tx.ask(
        """
        select extract(epoch from %(now)s - read_at)::double precision / 60
        from (select """  # noqa: S608 - a text of ours
        + CALENDARS_READ_AT
        + """) calendars (read_at)
        where read_at is not null
        """,
        Staleness,
        {"now": now},
    )


def ask_problems(tx: Transaction, after: UUID | None, limit: int) -> Answer[CalendarProblem]:
    """In the order of the sessions' ids, which is that of their booking."""
    return tx.ask(
        """
        select q.session_id, coalesce(q.conflict, 'refused'), q.last_error, c.starts_at, c.ends_at,
          q.conflict_starts_at, q.conflict_ends_at
        from session_calendar_sync q
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id
        where q.teacher_id = %(teacher_id)s and (q.status = 'failed' or q.conflict is not null)
          and (%(after)s::uuid is null or q.session_id > %(after)s)
        order by q.session_id
        limit %(limit)s
        """,
        CalendarProblem,
        {"after": after, "limit": limit},
    )


def show_again(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Have the calendar show the session as it is, or not at all once it is off. Raises NotFound `session_not_found`.

    To follow the calendar instead, the teacher moves or cancels the session itself.
    """
    # Before it is seen whether the session is off: who is cancelling it now has a wish of their own.
    lock_wish(tx, session_id)
    told_of = _ask_told_of(tx, session_id).one_or_none()
    if told_of is None:
        raise NotFound("session_not_found", "There is no such session. List your sessions.")
    queue_calendar_sync(tx, session_id, "delete" if told_of.is_off else "update", now)


@dataclass(frozen=True, slots=True)
class _ToldOf:
    is_off: bool


def _ask_told_of(tx: Transaction, session_id: UUID) -> Answer[_ToldOf]:
    return tx.ask(
        """
        select c.status in ('cancelled', 'expired') or c.deleted_at is not null
        from session_calendar_sync q
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id
        where q.teacher_id = %(teacher_id)s and q.session_id = %(session_id)s
        """,
        _ToldOf,
        {"session_id": session_id},
    )
