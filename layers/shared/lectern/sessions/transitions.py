"""The changes of a session that are nothing but a change of status, each a compare and swap in the database.

Of two at once one wins and the other is told. Which may follow which is `lectern.sessions.statuses`.
"""

from datetime import datetime
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import CalendarAction, queue_calendar_sync
from lectern.credits.settle import consume
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.refunds.outbox import request_refunds
from lectern.sessions import queries, seat_queries, settling_queries
from lectern.sessions.correct import Correction, correct_session
from lectern.sessions.lookup import find_session, require_changeable, require_reached
from lectern.sessions.policy import Policy
from lectern.sessions.session_row import SessionRow
from lectern.sessions.settle import settle_credits
from lectern.sessions.settling_queries import SeatToSettle
from lectern.sessions.statuses import changed_meanwhile, not_allowed, require_may_become


def confirm_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The teacher accepts a pending request. Raises NotFound, Conflict "not_allowed_now" or "already_started"."""
    session = find_session(tx, session_id)
    require_may_become(session.status, "scheduled")
    if now >= session.starts_at:
        raise Conflict("already_started", "The lesson's time has come. Cancel the request.")
    _swap_status(tx, session, "scheduled", now)
    _tell(tx, session, "scheduled", "update", now)


def expire_request(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Its time has come and the teacher has said nothing: what it took goes back as if they had declined.

    Raises NotFound, Conflict "not_allowed_now", or "not_started" before its start.
    """
    queries.lock_teacher(tx)
    session = find_session(tx, session_id)
    require_reached(session.starts_at, now)
    settled = _settle(tx, session, "expired", now)
    request_refunds(tx, settled, "cancellation", now)
    _tell(tx, session, "expired", "delete", now)


def complete_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The lesson took place. Raises NotFound, Conflict "not_allowed_now", or "not_started" before its end.

    Not earlier, as what is completed keeps no time: the rest of the hour would be offered again.
    """
    session = find_session(tx, session_id)
    _require_started(session, session.ends_at, now)
    _settle(tx, session, "completed", now)
    _tell(tx, session, "completed", "update", now)


def complete_by_itself(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Nobody has said otherwise for long enough. As `complete_session`, for the clock: it may come late.

    From now on its students may dispute it for a while.
    """
    session = find_session(tx, session_id)
    require_reached(session.ends_at, now)
    _settle(tx, session, "completed", now)
    settling_queries.note_completed_by_itself(tx, session.id, now)
    _tell(tx, session, "completed", "update", now)


def mark_no_show(tx: Transaction, session_id: UUID, now: datetime, participant_id: UUID | None = None) -> None:
    """Nobody came, or one student of a group did not, which may be said after the others' lesson is completed.

    Raises NotFound, Conflict "not_allowed_now", or "not_started" until the policy's grace after the start has passed.
    """
    queries.lock_teacher(tx)
    session = find_session(tx, session_id)
    policy = Policy.from_json(_policy_of_seat(tx, session_id, participant_id) if participant_id else session.policy)
    _require_started(session, policy.no_show_from(session.starts_at), now)
    if participant_id and session.status == "completed":
        correct_session(tx, session_id, Correction("no_show", participant_id), now)
    elif participant_id:
        _mark_seat(tx, session, participant_id, now)
    else:
        settled = _settle(tx, session, "no_show", now)
        request_refunds(tx, settled, "no_show", now)
        _tell(tx, session, "no_show", "update", now)


def _policy_of_seat(tx: Transaction, session_id: UUID, participant_id: UUID) -> dict[str, int | None]:
    policy = seat_queries.ask_policy(tx, session_id, participant_id).one_or_none()
    if policy is None:
        raise NotFound("participant_not_found", "That student has no seat in the session.")
    return policy.terms


def _require_started(session: SessionRow, since: datetime, now: datetime) -> None:
    require_reached(since, now)
    require_changeable(session, "teacher", now)


def _swap_status(tx: Transaction, session: SessionRow, to: str, now: datetime) -> None:
    require_may_become(session.status, to)
    if queries.ask_swap_status(tx, session.id, session.status, to, now).one_or_none() is None:
        # The one that won has committed, or we would wait still.
        raise not_allowed(find_session(tx, session.id).status, to)


def _settle(tx: Transaction, session: SessionRow, to: str, now: datetime) -> list[UUID]:
    """The seats that have an outcome now."""
    _swap_status(tx, session, to, now)
    settled = settling_queries.ask_settle_seats(tx, session.id, to, now).all()
    # Accounts are locked in one order, whoever locks several.
    for seat in sorted(settled, key=lambda seat: str(seat.student_id)):
        if seat.before == "booked":
            _settle_credits(tx, seat, to, now)
    return [seat.id for seat in settled]


def _settle_credits(tx: Transaction, seat: SeatToSettle, to: str, now: datetime) -> None:
    if to == "completed" and seat.student_id:
        consume(tx, seat.student_id, seat.id, seat.credit_units, now)
    else:
        settle_credits(tx, seat, "forfeit_no_show", seat.charge_percent, now)
    if to == "no_show":
        tell_when_committed(tx, "no_show_charged", participant_id=seat.id, percent=seat.charge_percent)


def _tell(tx: Transaction, session: SessionRow, to: str, action: CalendarAction, now: datetime) -> None:
    queue_calendar_sync(tx, session.id, action, now)
    record(tx, f"session.{to}", session.id, {"from": session.status}, now)
    bump_slots_version(tx)


def _mark_seat(tx: Transaction, session: SessionRow, participant_id: UUID, now: datetime) -> None:
    require_may_become(session.status, "no_show")
    seat = settling_queries.ask_settle_seat(tx, session.id, participant_id, "no_show", now).one_or_none()
    if seat is None and find_session(tx, session.id).version != session.version:
        # Somebody was faster, say with cancelling it.
        raise changed_meanwhile()
    if seat is None:
        raise NotFound("participant_not_found", "That student has no seat in the session.")
    _settle_credits(tx, seat, "no_show", now)
    request_refunds(tx, [seat.id], "no_show", now)
    record(tx, "session.participant_no_show", session.id, {"participant_id": str(participant_id)}, now)
