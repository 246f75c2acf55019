"""Cancelling, and what it will cost, said before it is done: the preview and the outcome are the same number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.database import Transaction
from lectern.errors import Conflict
from lectern.events import record
from lectern.sessions import moving_queries, queries, seat_queries
from lectern.sessions.lookup import Actor, find_session, require_changeable
from lectern.sessions.policy import Policy
from lectern.sessions.reschedule_series import sessions_in_scope
from lectern.sessions.seat_queries import LiveSeat
from lectern.sessions.session_row import SessionRow
from lectern.sessions.transitions import changed_meanwhile, not_allowed

type CancelScope = Literal["this", "this_and_following", "all"]

_LIVE = ("held", "pending", "scheduled")


@dataclass(frozen=True, slots=True)
class CancellationPreview:
    """Free until `free_until` (UTC); afterwards `charge_percent` of the price is kept. A teacher cancels for free."""

    free_until: datetime
    is_late: bool
    charge_percent: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who cancels and what they were shown; `participant_id` for the seat of one student, None for the session."""

    by: Actor
    expected_charge_percent: int | None
    reason: str = ""
    participant_id: UUID | None = None


def preview_cancellation(
    tx: Transaction, session_id: UUID, by: Actor, now: datetime, participant_id: UUID | None = None
) -> CancellationPreview:
    """What cancelling now comes to, of the session or of one seat: letting go of one that is only held costs nothing.

    Raises NotFound, Conflict "not_allowed_now", "already_started" or "too_old".
    """
    seats = seat_queries.ask_live_seats(tx, session_id, now)
    session = find_session(tx, session_id)
    _require_cancellable(session, by, now)
    return _preview(session, _seat(seats.all(), participant_id), by, now)


def cancel_session(tx: Transaction, session_id: UUID, cancellation: Cancellation, now: datetime) -> CancellationPreview:
    """Cancel a session, or one student's seat; a session whose last booked seat goes is cancelled with it.

    What is still held of it goes, too: such a hold books its slot like one that ran out, while it is free.

    Raises as the preview does, Conflict "outcome_changed" when it would not come to what the caller expects, and
    "session_changed" when somebody else was faster.
    """
    # Whether a seat is the last one is a count.
    queries.lock_teacher(tx)
    asked = seat_queries.ask_live_seats(tx, session_id, now)
    session = find_session(tx, session_id)
    _require_cancellable(session, cancellation.by, now)
    seats = asked.all()
    seat = _seat(seats, cancellation.participant_id)
    outcome = _preview(session, seat, cancellation.by, now)
    _require_expected(outcome, cancellation.expected_charge_percent)
    if seat and _goes_on_without(session, seat, seats):
        _cancel_seat(tx, session, seat, cancellation, outcome, now)
    else:
        _cancel_whole(tx, session, cancellation, outcome, now)
    bump_slots_version(tx)
    return outcome


def cancel_series(
    tx: Transaction,
    session_id: UUID,
    scope: Literal["this_and_following", "all"],
    reason: str,
    now: datetime,
) -> list[UUID]:
    """The teacher cancels a session with those that follow in its series, or all to come; the ids, in order of time."""
    queries.lock_teacher(tx)
    sessions = sessions_in_scope(tx, find_session(tx, session_id), scope, now)
    cancellation = Cancellation("teacher", None, reason)
    for session in sessions:
        _cancel_whole(tx, session, cancellation, _preview(session, None, "teacher", now), now)
    bump_slots_version(tx)
    return [session.id for session in sessions]


def _require_cancellable(session: SessionRow, by: Actor, now: datetime) -> None:
    if session.status not in _LIVE:
        raise not_allowed(session.status, "cancelled")
    require_changeable(session, by, now)


def _seat(seats: list[LiveSeat], participant_id: UUID | None) -> LiveSeat | None:
    """The seat to cancel, None for the whole session. Raises Conflict when the seat is not, or no longer, in it."""
    if participant_id is None:
        return None
    for seat in seats:
        if seat.id == participant_id:
            return seat
    raise Conflict("not_allowed_now", "That seat is not booked any more.")


def _goes_on_without(session: SessionRow, leaving: LiveSeat, seats: list[LiveSeat]) -> bool:
    return any(seat.status == "booked" or session.status == "held" for seat in seats if seat.id != leaving.id)


def _preview(session: SessionRow, seat: LiveSeat | None, by: Actor, now: datetime) -> CancellationPreview:
    policy = Policy.from_json(session.policy)
    free_until = policy.cancellation_deadline(session.starts_at)
    is_promised = session.status == "scheduled" and (seat is None or seat.status == "booked")
    is_late = by == "student" and is_promised and now > free_until
    return CancellationPreview(free_until, is_late, policy.late_charge_percent if is_late else 0)


def _require_expected(outcome: CancellationPreview, expected: int | None) -> None:
    if expected is not None and expected != outcome.charge_percent:
        raise Conflict(
            "outcome_changed",
            f"Cancelling now keeps {outcome.charge_percent} % of the price. Look at the preview again.",
            charge_percent=outcome.charge_percent,
        )


def _cancel_seat(
    tx: Transaction,
    session: SessionRow,
    seat: LiveSeat,
    cancellation: Cancellation,
    outcome: CancellationPreview,
    now: datetime,
) -> None:
    if moving_queries.ask_cancel_seat(tx, session, seat.id, cancellation.by, now).one_or_none() is None:
        raise changed_meanwhile()
    # Nobody was told of a seat that was only held.
    if seat.status == "booked":
        queue_calendar_sync(tx, session.id, "update", now)
        payload = {"participant_id": str(seat.id), "by": cancellation.by, "charge_percent": outcome.charge_percent}
        record(tx, "session.seat_cancelled", session.id, payload, now)


def _cancel_whole(
    tx: Transaction,
    session: SessionRow,
    cancellation: Cancellation,
    outcome: CancellationPreview,
    now: datetime,
) -> None:
    cancelled = moving_queries.ask_cancel_session(tx, session, cancellation.by, cancellation.reason, now)
    if cancelled.one_or_none() is None:
        raise changed_meanwhile()
    if session.status != "held":
        queue_calendar_sync(tx, session.id, "delete", now)
    payload = {"by": cancellation.by, "charge_percent": outcome.charge_percent, "late": outcome.is_late}
    record(tx, "session.cancelled", session.id, payload, now)
