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
from lectern.sessions import moving_queries, queries
from lectern.sessions.lookup import Actor, find_session, require_changeable
from lectern.sessions.policy import Policy
from lectern.sessions.queries import SessionRow
from lectern.sessions.reschedule_series import sessions_in_scope
from lectern.sessions.transitions import not_allowed

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
    """Who cancels and what they were shown; `participant_id` for the seat of one student, None for the whole session."""

    by: Actor
    expected_charge_percent: int | None
    reason: str = ""
    participant_id: UUID | None = None


def preview_cancellation(tx: Transaction, session_id: UUID, by: Actor, now: datetime) -> CancellationPreview:
    """What cancelling now comes to. Raises NotFound, Conflict "not_allowed_now", "already_started" or "too_old"."""
    session = find_session(tx, session_id)
    _require_cancellable(session, by, now)
    return _preview(session, by, now)


def cancel_session(tx: Transaction, session_id: UUID, cancellation: Cancellation, now: datetime) -> CancellationPreview:
    """Cancel a session, or one student's seat; a session whose last seat goes is cancelled with it.

    Raises as the preview does, and Conflict "outcome_changed" when it would not come to what the caller expects.
    """
    # Whether a seat is the last one is a count.
    queries.lock_teacher(tx)
    session = find_session(tx, session_id)
    _require_cancellable(session, cancellation.by, now)
    outcome = _preview(session, cancellation.by, now)
    _require_expected(outcome, cancellation.expected_charge_percent)
    if cancellation.participant_id and _others_stay(tx, session, cancellation.participant_id, now):
        _cancel_seat(tx, session, cancellation.participant_id, outcome, now)
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
        _cancel_whole(tx, session, cancellation, _preview(session, "teacher", now), now)
    bump_slots_version(tx)
    return [session.id for session in sessions]


def _require_cancellable(session: SessionRow, by: Actor, now: datetime) -> None:
    if session.status not in _LIVE:
        raise not_allowed(session.status, "cancelled")
    require_changeable(session, by, now)


def _preview(session: SessionRow, by: Actor, now: datetime) -> CancellationPreview:
    policy = Policy.from_json(session.policy)
    free_until = policy.cancellation_deadline(session.starts_at)
    is_late = by == "student" and session.status == "scheduled" and now > free_until
    return CancellationPreview(free_until, is_late, policy.late_charge_percent if is_late else 0)


def _require_expected(outcome: CancellationPreview, expected: int | None) -> None:
    if expected is not None and expected != outcome.charge_percent:
        raise Conflict(
            "outcome_changed",
            f"Cancelling now keeps {outcome.charge_percent} % of the price. Look at the preview again.",
            charge_percent=outcome.charge_percent,
        )


def _others_stay(tx: Transaction, session: SessionRow, participant_id: UUID, now: datetime) -> bool:
    return bool(moving_queries.ask_other_seats(tx, session.id, participant_id, now).all())


def _cancel_seat(
    tx: Transaction, session: SessionRow, participant_id: UUID, outcome: CancellationPreview, now: datetime
) -> None:
    if moving_queries.ask_cancel_seat(tx, session.id, participant_id, now).one_or_none() is None:
        raise not_allowed("changed meanwhile", "cancelled")
    queue_calendar_sync(tx, session.id, "update", now)
    payload = {"participant_id": str(participant_id), "charge_percent": outcome.charge_percent}
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
        raise not_allowed("changed meanwhile", "cancelled")
    queue_calendar_sync(tx, session.id, "delete", now)
    payload = {"by": cancellation.by, "charge_percent": outcome.charge_percent, "late": outcome.is_late}
    record(tx, "session.cancelled", session.id, payload, now)
