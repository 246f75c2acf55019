"""The life of a session: which status may follow which, and the changes that are nothing but a change of status.

held -> pending -> scheduled -> completed | no_show | cancelled | expired. Each is a compare and swap in the database:
of two at once one wins and the other is told.
"""

from datetime import datetime
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.credits.settle import consume, reopen
from lectern.database import Transaction
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.refunds.outbox import request_refunds
from lectern.sessions import queries, seat_queries, settling_queries
from lectern.sessions.lookup import find_session, require_changeable
from lectern.sessions.policy import Policy
from lectern.sessions.session_row import SessionRow
from lectern.sessions.settle import settle_credits
from lectern.sessions.settling_queries import SettledSeat

# What a session must be to become this. Booking a hold, letting one expire and cancelling are statements of their own.
_BEFORE = {"scheduled": "pending", "completed": "scheduled", "no_show": "scheduled"}


def confirm_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The teacher accepts a pending request. Raises NotFound, Conflict "not_allowed_now" or "already_started"."""
    session = find_session(tx, session_id)
    if session.status != _BEFORE["scheduled"]:
        raise not_allowed(session.status, "scheduled")
    if now >= session.starts_at:
        raise Conflict("already_started", "The lesson's time has come. Cancel the request.")
    _swap_status(tx, session, "scheduled", now)
    _tell(tx, session, "scheduled", now)


def complete_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The lesson took place. Raises NotFound, Conflict "not_allowed_now", or "not_started" before its end.

    Not earlier, as what is completed keeps no time: the rest of the hour would be offered again.
    """
    session = find_session(tx, session_id)
    _require_started(session, session.ends_at, now)
    _settle(tx, session, "completed", now)


def complete_by_itself(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Nobody has said otherwise for long enough. As `complete_session`, for the clock: it may come late."""
    session = find_session(tx, session_id)
    if now < session.ends_at:
        raise _too_early(session.ends_at)
    _settle(tx, session, "completed", now)


def mark_no_show(tx: Transaction, session_id: UUID, now: datetime, participant_id: UUID | None = None) -> None:
    """Nobody came, or one student of a group did not.

    Raises NotFound, Conflict "not_allowed_now", or "not_started" until the policy's grace after the start has passed.
    """
    session = find_session(tx, session_id)
    policy = Policy.from_json(_policy_of_seat(tx, session_id, participant_id) if participant_id else session.policy)
    _require_started(session, policy.no_show_from(session.starts_at), now)
    if participant_id:
        _mark_seat(tx, session, participant_id, now)
        return
    _settle(tx, session, "no_show", now)


def _policy_of_seat(tx: Transaction, session_id: UUID, participant_id: UUID) -> dict[str, int | None]:
    policy = seat_queries.ask_policy(tx, session_id, participant_id).one_or_none()
    if policy is None:
        raise NotFound("participant_not_found", "That student has no seat in the session.")
    return policy.terms


def changed_meanwhile() -> Conflict:
    return Conflict("session_changed", "The session has just been changed. Look at it again.")


def not_allowed(status: str, to: str) -> Conflict:
    return Conflict("not_allowed_now", f"The session is {status}; it cannot become {to}.", session_status=status)


def _require_started(session: SessionRow, since: datetime, now: datetime) -> None:
    if now < since:
        raise _too_early(since)
    require_changeable(session, "teacher", now)


def _too_early(since: datetime) -> Conflict:
    return Conflict("not_started", f"That can be said from {since:%Y-%m-%d %H:%M} UTC on.")


def _swap_status(tx: Transaction, session: SessionRow, to: str, now: datetime) -> None:
    if session.status != _BEFORE[to]:
        raise not_allowed(session.status, to)
    if queries.ask_swap_status(tx, session.id, _BEFORE[to], to, now).one_or_none() is None:
        # The one that won has committed, or we would wait still.
        raise not_allowed(find_session(tx, session.id).status, to)


def _settle(tx: Transaction, session: SessionRow, to: str, now: datetime) -> None:
    _swap_status(tx, session, to, now)
    settled = settling_queries.ask_settle_seats(tx, session.id, to, now).all()
    # Accounts are locked in one order, whoever locks several.
    for seat in sorted(settled, key=lambda seat: str(seat.student_id)):
        if seat.before == "booked":
            _settle_credits(tx, seat, to, now)
    request_refunds(tx, session.id, "no_show", now)
    _tell(tx, session, to, now)


def _settle_credits(tx: Transaction, seat: SettledSeat, to: str, now: datetime) -> None:
    if seat.student_id is None:
        return
    if to == "completed":
        consume(tx, seat.student_id, seat.id, seat.credit_units, now)
        return
    correction = 0
    if seat.before == "completed" and seat.credit_units:
        reopen(tx, seat.student_id, seat.id, now)
        correction = 1
    settle_credits(tx, seat, "forfeit_no_show", seat.charge_percent, now, correction)


def _tell(tx: Transaction, session: SessionRow, to: str, now: datetime) -> None:
    queue_calendar_sync(tx, session.id, "update", now)
    record(tx, f"session.{to}", session.id, {"from": session.status}, now)
    bump_slots_version(tx)


def _mark_seat(tx: Transaction, session: SessionRow, participant_id: UUID, now: datetime) -> None:
    if session.status not in ("scheduled", "completed"):
        raise not_allowed(session.status, "no_show")
    seat = settling_queries.ask_settle_seat(tx, session.id, participant_id, "no_show", now).one_or_none()
    if seat is None and find_session(tx, session.id).version != session.version:
        # Somebody was faster, say with cancelling it.
        raise changed_meanwhile()
    if seat is None:
        raise NotFound("participant_not_found", "That student has no seat in the session.")
    _settle_credits(tx, seat, "no_show", now)
    request_refunds(tx, session.id, "no_show", now)
    record(tx, "session.participant_no_show", session.id, {"participant_id": str(participant_id)}, now)
