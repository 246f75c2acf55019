"""The statements of session-upkeep, one function each. None of them waits for somebody who is using the row."""

from datetime import datetime

from lectern.database import Transaction


def expire_holds(tx: Transaction, now: datetime) -> None:
    """End the seats whose hold has run out, and the sessions that were held for nobody else.

    Not a seat with a payment on its way: late money still books it, as long as nobody else has taken its time.
    """
    tx.send(
        """
        with run_out as (
          select id, session_id from session_participants p
          where teacher_id = %(teacher_id)s and status = 'held' and hold_expires_at <= %(now)s
            and not exists (
              select from payments
              where teacher_id = %(teacher_id)s and participant_id = p.id
                and status in ('created', 'open', 'processing'))),
        locked as (
          select id from class_sessions
          where teacher_id = %(teacher_id)s and id in (select session_id from run_out)
          order by id for update skip locked),
        seats as (
          update session_participants set status = 'expired', updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id in (select id from run_out)
            and session_id in (select id from locked) and status = 'held' and hold_expires_at <= %(now)s)
        update class_sessions c set status = 'expired', updated_at = %(now)s, version = version + 1
        where teacher_id = %(teacher_id)s and id in (select id from locked) and status = 'held'
          and not exists (
            select from session_participants
            where teacher_id = %(teacher_id)s and session_id = c.id and status = 'held'
              and id not in (select id from run_out))
        """,
        {"now": now},
    )


def delete_idempotency_records(tx: Transaction, now: datetime) -> None:
    tx.send("delete from idempotency_records where teacher_id = %(teacher_id)s and expires_at <= %(now)s", {"now": now})


def delete_auth_sessions(tx: Transaction, now: datetime) -> None:
    tx.send("delete from auth_sessions where teacher_id = %(teacher_id)s and expires_at <= %(now)s", {"now": now})


def delete_runs(tx: Transaction, finished_before: datetime) -> None:
    tx.send(
        "delete from job_runs where teacher_id = %(teacher_id)s and finished_at <= %(finished_before)s",
        {"finished_before": finished_before},
    )


def forget_waiting_events(tx: Transaction, received_before: datetime) -> None:
    tx.send(
        """
        update stripe_events set outcome = 'ignored', reason = 'waited_too_long', waits_for = null, payload = null
        where teacher_id = %(teacher_id)s and waits_for is not null and received_at <= %(received_before)s
        """,
        {"received_before": received_before},
    )


def forget_events_for_a_person(tx: Transaction, received_before: datetime) -> None:
    """Why nobody could use them stays."""
    tx.send(
        """
        update stripe_events set outcome = 'ignored', payload = null
        where teacher_id = %(teacher_id)s and outcome = 'attention' and received_at <= %(received_before)s
        """,
        {"received_before": received_before},
    )
