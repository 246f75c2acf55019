"""Moving one session: it keeps its id, its seats and what it was booked with, and whatever was paid moves with it."""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, moment, read_offer_to_move
from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.events import record
from lectern.sessions import moving_queries, queries
from lectern.sessions.lookup import Actor, find_session, require_changeable
from lectern.sessions.manual import require_free
from lectern.sessions.opening import require_open
from lectern.sessions.policy import Policy
from lectern.sessions.session_row import SessionRow
from lectern.sessions.statuses import changed_meanwhile, not_allowed


def reschedule_session(tx: Transaction, session_id: UUID, new_start: datetime, by: Actor, now: datetime) -> SessionRow:
    """Move a session to a start in UTC; a student to a listed slot, a teacher wherever nothing else is on.

    A session that was allowed to overlap at its old time is not at its new one. When a student moves one of a service
    that asks for confirmation, the teacher is asked again.

    Raises NotFound, Invalid for a start that is not offered, Conflict "slot_taken", "overlaps", "not_allowed_now",
    "already_started", "too_late" or "too_many_reschedules" by the policy that the session carries.
    """
    # First of all locks: see ask_move_session.
    queries.lock_teacher(tx)
    session = find_session(tx, session_id)
    require_movable(session, by, now)
    if new_start == session.starts_at:
        return session
    offer = as_booked(session, read_offer_to_move(tx, session.service_id, moment(new_start), now, [session.id]))
    if by == "student":
        _require_policy(session, now)
        require_open(offer, new_start, now)
    elif new_start < now:
        raise Invalid("past", "That time has passed. Choose a later one.", fields=["starts_at"])
    move(tx, session, offer, new_start, by, now)
    bump_slots_version(tx)
    return find_session(tx, session_id)


def require_movable(session: SessionRow, by: Actor, now: datetime) -> None:
    if session.status not in ("pending", "scheduled"):
        raise not_allowed(session.status, "rescheduled")
    if by == "student" and session.seats > 1:
        raise Conflict("group_session", "A group lesson cannot be moved. Cancel your seat and book another.")
    require_changeable(session, by, now)


def as_booked(session: SessionRow, offer: Offer) -> Offer:
    """The offer with the length and buffers that the session keeps for life."""
    return offer.with_timing(
        duration=session.ends_at - session.starts_at,
        buffer_before=session.starts_at - session.blocked_from,
        buffer_after=session.blocked_until - session.ends_at,
    )


def move(tx: Transaction, session: SessionRow, offer: Offer, new_start: datetime, by: Actor, now: datetime) -> None:
    """Move one session in an offer that ignores it; the teacher's lock must be held."""
    blocked = as_booked(session, offer).blocked(new_start)
    require_free(offer, blocked)
    if offer.has_expired_holds:
        queries.expire_holds(tx, blocked.start, blocked.end, now)
    asks_again = by == "student" and offer.service.requires_confirmation
    status = "pending" if asks_again else session.status
    by_student = 1 if by == "student" else 0
    moved = moving_queries.ask_move_session(tx, session, new_start, blocked, status, by_student, now)
    if moved.one_or_none() is None:
        raise changed_meanwhile()
    queue_calendar_sync(tx, session.id, "update", now)
    payload = {"from": session.starts_at.isoformat(), "to": new_start.isoformat(), "by": by}
    record(tx, "session.rescheduled", session.id, payload, now)


def _require_policy(session: SessionRow, now: datetime) -> None:
    policy = Policy.from_json(session.policy)
    if now > policy.reschedule_deadline(session.starts_at):
        raise Conflict(
            "too_late",
            f"A lesson can be moved up to {policy.reschedule_notice_hours} hours before its start. Ask your teacher.",
        )
    if session.reschedules >= policy.max_reschedules:
        raise Conflict("too_many_reschedules", "This lesson was moved as often as it may be. Ask your teacher.")
