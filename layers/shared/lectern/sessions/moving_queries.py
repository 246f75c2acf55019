"""The statements that move a session to another time, and that cancel one."""

from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.sessions.seat_queries import Changed
from lectern.sessions.session_row import SessionRow
from lectern.sessions.stake import Outcome
from lectern.slots import Interval


def ask_move_session(
    tx: Transaction,
    session: SessionRow,
    start: datetime,
    blocked: Interval,
    status: str,
    by_student: int,
    now: datetime,
) -> Answer[Changed]:
    """Compare and swap on the version that was read. A time that is taken violates class_sessions_no_overlap.

    An update waits for a competitor, so the teacher's lock must be held: two that wait for each other would deadlock.
    """
    return tx.ask(
        """
        update class_sessions
        set status = %(status)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
          blocked = tstzrange(%(from)s, %(until)s),
          -- Whoever allowed an overlap allowed it at the old time.
          overlap_allowed = false, reschedules = reschedules + %(by_student)s,
          promised_at = case when status = 'scheduled' and %(status)s = 'pending' then %(now)s else promised_at end,
          updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id = %(session_id)s and version = %(version)s
        returning id
        """,
        Changed,
        {
            "session_id": session.id,
            "version": session.version,
            "starts_at": start,
            "ends_at": start + (session.ends_at - session.starts_at),
            "from": blocked.start,
            "until": blocked.end,
            "status": status,
            "by_student": by_student,
            "now": now,
        },
    )


def ask_cancel_session(
    tx: Transaction, session: SessionRow, by: str, reason: str, outcome: Outcome, now: datetime
) -> Answer[Changed]:
    """Compare and swap on the version that was read, so that what was previewed is what is cancelled."""
    return tx.ask(
        """
        with session as (
          update class_sessions
          set status = 'cancelled', cancelled_at = %(now)s, cancelled_by = %(by)s,
            cancellation_reason = nullif(%(reason)s, ''), updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id = %(session_id)s and version = %(version)s
            and status in ('held', 'pending', 'scheduled')
          returning id),
        seats as (
          update session_participants
          set status = case when status = 'held' then 'expired' else 'cancelled' end, updated_at = %(now)s,
            charge_percent = case when status = 'booked' then %(charge_percent)s end,
            free_pass_used_at = case when status = 'booked' and %(uses_free_pass)s then %(now)s end,
            -- A teacher who cancels a trial gives it back.
            uses_trial = uses_trial and %(by)s <> 'teacher',
            cancelled_at = case when status = 'booked' then %(now)s end,
            cancelled_by = case when status = 'booked' then %(by)s end,
            cancelled_late = status = 'booked' and %(is_late)s
          where teacher_id = %(teacher_id)s and session_id in (select id from session)
            and status in ('held', 'booked'))
        select id from session
        """,
        Changed,
        {
            "session_id": session.id,
            "version": session.version,
            "by": by,
            "reason": reason,
            "charge_percent": outcome.charge_percent,
            "is_late": outcome.is_late,
            "uses_free_pass": outcome.uses_free_pass,
            "now": now,
        },
    )


def ask_cancel_seat(
    tx: Transaction, session: SessionRow, seat_id: UUID, by: str, outcome: Outcome, now: datetime
) -> Answer[Changed]:
    """Free one seat of a session that goes on; compare and swap as `ask_cancel_session`."""
    return tx.ask(
        """
        with session as (
          update class_sessions set updated_at = %(now)s, version = version + 1
          where teacher_id = %(teacher_id)s and id = %(session_id)s and version = %(version)s
            and status in ('held', 'pending', 'scheduled')
          returning id)
        update session_participants
        set status = case when status = 'held' then 'expired' else 'cancelled' end, updated_at = %(now)s,
          charge_percent = case when status = 'booked' then %(charge_percent)s end,
          free_pass_used_at = case when status = 'booked' and %(uses_free_pass)s then %(now)s end,
          uses_trial = uses_trial and %(by)s <> 'teacher',
          cancelled_at = case when status = 'booked' then %(now)s end,
          cancelled_by = case when status = 'booked' then %(by)s end,
          cancelled_late = status = 'booked' and %(is_late)s
        where teacher_id = %(teacher_id)s and id = %(seat_id)s and session_id in (select id from session)
          and status in ('held', 'booked')
        returning id
        """,
        Changed,
        {
            "session_id": session.id,
            "version": session.version,
            "seat_id": seat_id,
            "by": by,
            "charge_percent": outcome.charge_percent,
            "is_late": outcome.is_late,
            "uses_free_pass": outcome.uses_free_pass,
            "now": now,
        },
    )
