"""The statements of the way from our sessions to the calendar, one function each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """What the calendar must be told, and the session as it is now."""

    session_id: UUID
    action: Literal["create", "update", "delete"]
    event_id: str
    attempts: int
    requested_at: datetime
    status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    service_name: str
    student_names: list[str]


def ask_claim(tx: Transaction, now: datetime, until: datetime, at_most: int) -> Answer[Wish]:
    """Of what is due and nobody else is at, what has failed least, and then the oldest.

    So one that always fails keeps none from being told. They are due again at `until`, should this worker die.
    """
    return tx.ask(
        """
        with due as (
          select session_id from session_calendar_sync
          where teacher_id = %(teacher_id)s and status = 'pending' and due_at <= %(now)s
          order by attempts, requested_at, session_id limit %(at_most)s
          for update skip locked),
        claimed as (
          update session_calendar_sync set due_at = %(until)s
          where teacher_id = %(teacher_id)s and session_id in (select session_id from due)
          returning session_id, action, external_event_id, attempts, requested_at)
        select q.session_id, q.action, q.external_event_id, q.attempts, q.requested_at, c.status, c.starts_at,
          c.ends_at, c.time_zone, s.name,
          array(
            select t.name
            from session_participants p
            join students t on t.teacher_id = %(teacher_id)s and t.id = p.student_id
            where p.teacher_id = %(teacher_id)s and p.session_id = q.session_id
              and p.status in ('booked', 'completed', 'no_show')
            order by p.created_at, p.id)
        from claimed q
        join class_sessions c on c.teacher_id = %(teacher_id)s and c.id = q.session_id
        join services s on s.teacher_id = %(teacher_id)s and s.id = c.service_id
        order by q.attempts, q.requested_at, q.session_id
        """,
        Wish,
        {"now": now, "until": until, "at_most": at_most},
    )


def done(tx: Transaction, wish: Wish, event_updated_at: datetime | None, now: datetime) -> None:
    """Unless there has been a later wish since: that one is due now.

    When it was told is said by the database's clock, which a read of the calendar goes by as well (`pull_queries`).
    """
    tx.send(
        """
        update session_calendar_sync
        set status = case when requested_at = %(requested_at)s then 'done' else 'pending' end,
          due_at = %(now)s, told_at = clock_timestamp(), event_updated_at = %(event_updated_at)s, last_error = null
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and status = 'pending'
        """,
        {
            "session_id": wish.session_id,
            "requested_at": wish.requested_at,
            "event_updated_at": event_updated_at,
            "now": now,
        },
    )


def put_off(tx: Transaction, wish: Wish, error: str, due_at: datetime) -> None:
    """After an attempt that failed and may yet succeed; also a later wish had better wait."""
    tx.send(
        """
        update session_calendar_sync set attempts = attempts + 1, last_error = %(error)s, due_at = %(due_at)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and status = 'pending'
        """,
        {"session_id": wish.session_id, "error": error, "due_at": due_at},
    )


def give_back(tx: Transaction, session_ids: list[UUID], now: datetime) -> None:
    """What was claimed and not attempted.

    It waits for nobody, as changes of a series lock several of these rows in an order of their own. The statements
    about one row may wait for it: they come first in their transactions, and hold no other meanwhile.
    """
    tx.send(
        """
        with claimed as (
          select session_id from session_calendar_sync
          where teacher_id = %(teacher_id)s and session_id = any (%(session_ids)s) and status = 'pending'
          for update skip locked)
        update session_calendar_sync set due_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id in (select session_id from claimed)
        """,
        {"session_ids": session_ids, "now": now},
    )


def fail(tx: Transaction, wish: Wish, error: str, now: datetime) -> None:
    """It can never succeed as it stands; a later wish is another matter."""
    tx.send(
        """
        update session_calendar_sync
        set status = case when requested_at = %(requested_at)s then 'failed' else 'pending' end,
          attempts = attempts + 1, last_error = %(error)s, due_at = %(now)s
        where teacher_id = %(teacher_id)s and session_id = %(session_id)s and status = 'pending'
        """,
        {"session_id": wish.session_id, "requested_at": wish.requested_at, "error": error, "now": now},
    )
