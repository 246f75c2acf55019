"""Cancelling, and what it will cost, said before it is done: the preview and the outcome are the same number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.credits.at_stake import at_stake, spendable_again
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.errors import Conflict
from lectern.events import record
from lectern.refunds.outbox import request_refunds
from lectern.sessions import moving_queries, queries, seat_queries
from lectern.sessions.lookup import Actor, find_session, require_changeable
from lectern.sessions.make_up import give_make_up
from lectern.sessions.policy import Policy
from lectern.sessions.reschedule_series import sessions_in_scope
from lectern.sessions.seat_queries import LiveSeat
from lectern.sessions.session_row import SessionRow
from lectern.sessions.settle import settle_credits
from lectern.sessions.stake import NOTHING, Outcome, when_cancelled
from lectern.sessions.statuses import changed_meanwhile, require_may_become

type CancelScope = Literal["this", "this_and_following", "all"]


@dataclass(frozen=True, slots=True)
class CancellationPreview:
    """Free until `free_until` (UTC); afterwards `charge_percent` of the price is kept. A teacher cancels for free.

    Of the credits, `units_kept` are lost and `units_returned` can be spent again; of the money,
    `refund_amount` goes back, in minor units of `currency`, which is None where none was paid. A session's is the sum
    over its seats.
    """

    free_until: datetime
    is_late: bool
    charge_percent: int
    uses_free_pass: bool = False
    units_kept: int = 0
    units_returned: int = 0
    refund_amount: int = 0
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who cancels and what they were shown; `participant_id` for the seat of one student, None for the session.

    `expected_uses_free_pass` is compared with the percent, and not without it: a pass must not be spent unseen.
    With `make_up`, a teacher gives each student a credit for it on top.
    """

    by: Actor
    expected_charge_percent: int | None
    reason: str = ""
    participant_id: UUID | None = None
    make_up: bool = False
    expected_uses_free_pass: bool = False


def preview_cancellation(
    tx: Transaction, session_id: UUID, by: Actor, now: datetime, participant_id: UUID | None = None
) -> CancellationPreview:
    """What cancelling now comes to, of the session or of one seat: letting go of one that is only held costs nothing.

    Raises NotFound, Conflict "not_allowed_now", "already_started" or "too_old".
    """
    session = find_session(tx, session_id)
    _require_cancellable(session, by, now)
    seats = seat_queries.ask_live_seats(tx, session_id, now).all()
    return _preview(tx, session, _given_up(seats, participant_id), by, now)


def cancel_session(tx: Transaction, session_id: UUID, cancellation: Cancellation, now: datetime) -> CancellationPreview:
    """Cancel a session, or one student's seat; a session whose last booked seat goes is cancelled with it.

    What is still held of it goes, too: such a hold books its slot like one that ran out, while it is free. Credits come
    back or are lost at once; money is on its way back.

    Raises as the preview does, Conflict "outcome_changed" when it would not come to what the caller expects,
    and "session_changed" when somebody else was faster.
    """
    # Whether a seat is the last one is a count, and so are free passes.
    queries.lock_teacher(tx)
    # Its version before its seats: what changes them afterwards changes that, too.
    session = find_session(tx, session_id)
    _require_cancellable(session, cancellation.by, now)
    seats = seat_queries.ask_live_seats(tx, session_id, now).all()
    leaving = _given_up(seats, cancellation.participant_id)
    preview = _preview(tx, session, leaving, cancellation.by, now)
    _require_expected(preview, cancellation)
    if cancellation.participant_id and _goes_on_without(session, leaving[0], seats):
        _cancel_seat(tx, session, leaving[0], cancellation, now)
    else:
        _cancel_whole(tx, session, seats, cancellation, now)
    bump_slots_version(tx)
    return preview


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
        _cancel_whole(tx, session, seat_queries.ask_live_seats(tx, session.id, now).all(), cancellation, now)
    bump_slots_version(tx)
    return [session.id for session in sessions]


def _require_cancellable(session: SessionRow, by: Actor, now: datetime) -> None:
    require_may_become(session.status, "cancelled")
    require_changeable(session, by, now)


def _given_up(seats: list[LiveSeat], participant_id: UUID | None) -> list[LiveSeat]:
    """The seats that go: one, or all. Raises Conflict when that one is not, or no longer, in the session."""
    if participant_id is None:
        return seats
    for seat in seats:
        if seat.id == participant_id:
            return [seat]
    raise Conflict("not_allowed_now", "That seat is not booked any more.")


def _goes_on_without(session: SessionRow, leaving: LiveSeat, seats: list[LiveSeat]) -> bool:
    return any(seat.status == "booked" or session.status == "held" for seat in seats if seat.id != leaving.id)


def _outcome(session: SessionRow, seat: LiveSeat, by: Actor, now: datetime) -> Outcome:
    return when_cancelled(seat, session.starts_at, by, now, is_promised=session.is_promised)


def _preview(
    tx: Transaction, session: SessionRow, seats: list[LiveSeat], by: Actor, now: datetime
) -> CancellationPreview:
    policy = Policy.from_json(seats[0].policy if len(seats) == 1 else session.policy)
    outcomes = [_outcome(session, seat, by, now) for seat in seats]
    return CancellationPreview(
        free_until=policy.cancellation_deadline(session.starts_at),
        is_late=any(outcome.is_late for outcome in outcomes),
        charge_percent=max((outcome.charge_percent for outcome in outcomes), default=0),
        uses_free_pass=any(outcome.uses_free_pass for outcome in outcomes),
        units_kept=sum(outcome.units_kept for outcome in outcomes),
        units_returned=_spendable_again(tx, seats, outcomes, now),
        refund_amount=sum(outcome.refund_amount for outcome in outcomes),
        currency=next((seat.currency for seat in seats if seat.currency), None),
    )


def _spendable_again(tx: Transaction, seats: list[LiveSeat], outcomes: list[Outcome], now: datetime) -> int:
    """What goes with a refund, or is frozen, comes back to nobody."""
    on_credit = [seat.id for seat in seats if seat.credit_units]
    stakes = at_stake(tx, on_credit, now) if on_credit else {}
    returned = ((seat, outcome.units_returned) for seat, outcome in zip(seats, outcomes, strict=True))
    return sum(spendable_again(stakes.get(seat.id, []), units) for seat, units in returned)


def _require_expected(outcome: CancellationPreview, shown: Cancellation) -> None:
    if shown.expected_charge_percent is None:
        return
    expected = (shown.expected_charge_percent, shown.expected_uses_free_pass)
    if expected != (outcome.charge_percent, outcome.uses_free_pass):
        passing = " and uses a free pass" if outcome.uses_free_pass else ""
        raise Conflict(
            "outcome_changed",
            f"Cancelling now keeps {outcome.charge_percent} % of the price{passing}. Look at the preview again.",
            charge_percent=outcome.charge_percent,
            uses_free_pass=outcome.uses_free_pass,
        )


def _cancel_seat(
    tx: Transaction, session: SessionRow, seat: LiveSeat, cancellation: Cancellation, now: datetime
) -> None:
    outcome = _outcome(session, seat, cancellation.by, now)
    if moving_queries.ask_cancel_seat(tx, session, seat.id, cancellation.by, outcome, now).one_or_none() is None:
        raise changed_meanwhile()
    _settle(tx, seat, outcome, cancellation, now)
    request_refunds(tx, [seat.id], "cancellation", now)
    # Nobody was told of a seat that was only held.
    if seat.status == "booked":
        queue_calendar_sync(tx, session.id, "update", now)
        payload = {"participant_id": str(seat.id), "by": cancellation.by, "charge_percent": outcome.charge_percent}
        record(tx, "session.seat_cancelled", session.id, payload, now)


def _cancel_whole(
    tx: Transaction, session: SessionRow, seats: list[LiveSeat], cancellation: Cancellation, now: datetime
) -> None:
    outcomes = {seat.id: _outcome(session, seat, cancellation.by, now) for seat in seats}
    # Only a teacher cancels several at once, and then each costs the same: nothing.
    worst = max(outcomes.values(), key=lambda outcome: (outcome.is_late, outcome.charge_percent), default=NOTHING)
    cancelled = moving_queries.ask_cancel_session(tx, session, cancellation.by, cancellation.reason, worst, now)
    if cancelled.one_or_none() is None:
        raise changed_meanwhile()
    for seat in seats:
        _settle(tx, seat, outcomes[seat.id], cancellation, now)
    request_refunds(tx, [seat.id for seat in seats], "cancellation", now)
    if session.status != "held":
        queue_calendar_sync(tx, session.id, "delete", now)
    payload = {"by": cancellation.by, "charge_percent": worst.charge_percent, "late": worst.is_late}
    record(tx, "session.cancelled", session.id, payload, now)


def _settle(tx: Transaction, seat: LiveSeat, outcome: Outcome, cancellation: Cancellation, now: datetime) -> None:
    if seat.status != "booked" or seat.student_id is None:
        return
    settle_credits(tx, seat, "forfeit_late", outcome.charge_percent, now)
    if outcome.is_late:
        decision = "free_pass_used" if outcome.uses_free_pass else "late_cancellation_charged"
        tell_when_committed(tx, decision, participant_id=seat.id, percent=outcome.charge_percent)
    if cancellation.make_up and cancellation.by == "teacher":
        give_make_up(tx, seat.student_id, seat.id, seat.credit_units, Policy.from_json(seat.policy), now)
