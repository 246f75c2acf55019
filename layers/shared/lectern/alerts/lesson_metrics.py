"""What is measured of lessons, a statement each. A trial is no lesson."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lectern.alerts.verdict import Measured
from lectern.alerts.window import WINDOWS, Window, of_windows
from lectern.database import Answer, Transaction
from lectern.sessions.missed import WAS_MISSED

DAYS_AHEAD = timedelta(days=14)
TO_CONFIRM = timedelta(hours=48)


def ask_missed_share(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """Of every hundred seats that were waited for, how many were missed, or cancelled late."""
    return tx.ask(
        f"""
        with {WINDOWS},
        seats as (
          select w.number, p.status, {WAS_MISSED} as is_missed
          from windows w
          join class_sessions c on c.teacher_id = %(teacher_id)s and c.deleted_at is null
            and c.starts_at >= w.starts_at and c.starts_at < w.ends_at
          join services v on v.teacher_id = c.teacher_id and v.id = c.service_id
          join session_participants p on p.teacher_id = c.teacher_id and p.session_id = c.id
            -- A trial that its teacher cancelled has been given back, and is none by its seat.
            and not p.uses_trial and not (p.status = 'cancelled' and v.is_trial)),
        waited_for as (
          select number, is_missed from seats where status = 'completed' or is_missed)
        select 100.0 * count(*) filter (where f.is_missed) / nullif(count(f.number), 0)::double precision,
          count(f.number)
        from windows w left join waited_for f using (number)
        group by w.number
        order by w.number
        """,  # noqa: S608 - a part of our own
        Measured,
        of_windows(windows),
    )


def ask_active_students(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """Students who had a lesson."""
    return tx.ask(
        f"""
        with {WINDOWS}
        select count(distinct p.student_id)::double precision, count(distinct p.student_id)
        from windows w
        left join class_sessions c on c.teacher_id = %(teacher_id)s and c.deleted_at is null
          and c.starts_at >= w.starts_at and c.starts_at < w.ends_at
        left join session_participants p on p.teacher_id = c.teacher_id and p.session_id = c.id
          and p.status = 'completed' and not p.uses_trial
        group by w.number
        order by w.number
        """,  # noqa: S608 - as above
        Measured,
        of_windows(windows),
    )


def ask_lessons_ahead(tx: Transaction, windows: Sequence[Window]) -> Answer[Measured]:
    """Lessons of the 14 dates from each window's end on, as far as they were booked at that end and not cancelled.

    Told from the sessions as they are now: one that was moved since counts where it is now. A request counts, and one
    that nobody answered did until it was to start.
    """
    ahead = [Window(window.until, window.until + DAYS_AHEAD, window.zone) for window in windows]
    return tx.ask(
        f"""
        with {WINDOWS}
        select count(v.id)::double precision, count(v.id)
        from windows w
        left join class_sessions c on c.teacher_id = %(teacher_id)s and c.deleted_at is null
          -- Of what has expired, only what had been booked is held no more.
          and c.status <> 'held' and (c.status <> 'expired' or c.hold_expires_at is null)
          and c.starts_at >= w.starts_at and c.starts_at < w.ends_at
          and c.created_at < w.starts_at and (c.cancelled_at is null or c.cancelled_at >= w.starts_at)
        left join services v on v.teacher_id = c.teacher_id and v.id = c.service_id and not v.is_trial
        group by w.number
        order by w.number
        """,  # noqa: S608 - as above
        Measured,
        of_windows(ahead),
    )


def ask_unconfirmed(tx: Transaction, now: datetime) -> Answer[Measured]:
    """Lessons that ended 48 hours ago, and nobody has said whether they took place."""
    return tx.ask(
        """
        select count(*)::double precision, count(*)
        from class_sessions c
        join services v on v.teacher_id = c.teacher_id and v.id = c.service_id and not v.is_trial
        where c.teacher_id = %(teacher_id)s and c.deleted_at is null and c.status = 'scheduled'
          and c.ends_at < %(ended_before)s
        """,
        Measured,
        {"ended_before": now - TO_CONFIRM},
    )
