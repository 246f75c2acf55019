"""Putting right what became of a lesson, or of one student's seat: the teacher's alone to do, and not for long.

Whoever was there is charged in full, whoever was missing by the policy of their seat, and nobody for what the teacher
calls off. The credits follow at once. Money that has to go back is on its way; money that has gone back stays there.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.availability.version import bump_slots_version
from lectern.calendar.outbox import queue_calendar_sync
from lectern.credits.at_stake import at_stake
from lectern.credits.take_again import lock_accounts_of
from lectern.database import Transaction, columns
from lectern.decisions import tell_when_committed
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.refunds.outbox import request_refunds
from lectern.sessions import correcting_queries
from lectern.sessions.correcting_queries import SettledSeat
from lectern.sessions.lookup import TEACHER_MAY_CHANGE_FOR, find_session, require_changeable, require_reached
from lectern.sessions.policy import Policy
from lectern.sessions.queries import lock_teacher
from lectern.sessions.resettle import Resettlement, settle_credits_again
from lectern.sessions.session_row import SessionRow
from lectern.sessions.stake import charged
from lectern.sessions.statuses import Settled, changed_meanwhile, may_be_corrected, not_allowed


@dataclass(frozen=True, slots=True)
class Moves:
    """What a correction moves: units that students can spend again, or that leave them, and money that goes back.

    `units_missing` should be taken, too, and the students do not have them any more: they are let off.
    `refund_amount` in minor units of `currency`, None where none was paid. A session's is the sum over its seats.
    """

    units_returned: int
    units_taken: int
    units_missing: int
    refund_amount: int
    currency: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What it was in truth; `participant_id` for the seat of one student, None for the session.

    `expected` is what the teacher was shown, None if they did not look.
    """

    to: Settled
    participant_id: UUID | None = None
    expected: Moves | None = None


type Planned = list[tuple[SettledSeat, Resettlement]]


def preview_correction(tx: Transaction, session_id: UUID, correction: Correction, now: datetime) -> Moves:
    """What it would move now. Raises NotFound, Conflict "not_allowed_now", "not_started" or "too_old"."""
    session = find_session(tx, session_id)
    settled = correcting_queries.ask_settled_seats(tx, session_id).all()
    return _moves(_planned(tx, _seats_to_correct(session, settled, correction, now), correction.to, now), correction.to)


def correct_session(tx: Transaction, session_id: UUID, correction: Correction, now: datetime) -> Moves:
    """Make of a lesson that is over, or of one seat, what it was; a student's dispute of that is decided with it.

    Raises as the preview does, Conflict "outcome_changed" when it would not move what the caller expects, and
    "session_changed" when somebody else was faster.
    """
    # A payment's dispute that is decided at this moment asks for what it finds that the seat is charged.
    lock_teacher(tx)
    # Its version before its seats: what changes them afterwards changes that, too.
    session = find_session(tx, session_id)
    settled = correcting_queries.ask_settled_seats(tx, session_id).all()
    seats = _seats_to_correct(session, settled, correction, now)
    status = _status_after(session, settled, seats, correction.to)
    if correcting_queries.ask_correct_session(tx, session, status, now).one_or_none() is None:
        raise changed_meanwhile()
    lock_accounts_of(tx, [seat.id for seat in seats])
    planned = _planned(tx, seats, correction.to, now)
    moves = _moves(planned, correction.to)
    _require_expected(moves, correction.expected)
    for seat, credits_of_seat in planned:
        _correct_seat(tx, seat, correction.to, credits_of_seat, now)
    request_refunds(tx, [seat.id for seat in seats], "no_show" if correction.to == "no_show" else "cancellation", now)
    queue_calendar_sync(tx, session.id, "delete" if status == "cancelled" else "update", now)
    told = {"from": session.status, "to": correction.to, "participant_ids": [str(seat.id) for seat in seats]}
    record(tx, "session.corrected", session.id, told, now)
    bump_slots_version(tx)
    return moves


def _seats_to_correct(
    session: SessionRow, settled: list[SettledSeat], correction: Correction, now: datetime
) -> list[SettledSeat]:
    named = [seat for seat in settled if correction.participant_id in (None, seat.id)]
    if correction.participant_id and not named:
        raise NotFound("participant_not_found", "No seat of that id in the session has had an outcome.")
    seats = [seat for seat in named if _is_to_be_corrected(seat, correction.to)]
    status = named[0].status if correction.participant_id else session.status
    # A session may have had no seat left, or be one in which only some have to be put right.
    if not (seats if status == correction.to else may_be_corrected(status, correction.to)):
        raise not_allowed(status, correction.to)
    seats = _still_changeable(session, seats, now)
    _require_time(session, seats, correction.to, now)
    return seats


def _still_changeable(session: SessionRow, seats: list[SettledSeat], now: datetime) -> list[SettledSeat]:
    """All within a week of the lesson, and then those whose students have spoken, within a week of that."""
    disputed = max((seat.disputed_at for seat in seats if seat.disputed_at), default=None)
    require_changeable(session, "teacher", now, disputed)
    if now <= session.starts_at + TEACHER_MAY_CHANGE_FOR:
        return seats
    return [seat for seat in seats if seat.disputed_at and now <= seat.disputed_at + TEACHER_MAY_CHANGE_FOR]


def _is_to_be_corrected(seat: SettledSeat, to: Settled) -> bool:
    """What is so already needs nothing, but for what a student disputes, and for what can still be forgiven."""
    if seat.status != to:
        return may_be_corrected(seat.status, to)
    return seat.disputed_at is not None or (to == "cancelled" and (seat.charge_percent > 0 or seat.uses_free_pass))


def _require_time(session: SessionRow, seats: list[SettledSeat], to: Settled, now: datetime) -> None:
    if to == "completed":
        require_reached(session.ends_at, now)
    elif to == "no_show":
        for seat in seats:
            require_reached(Policy.from_json(seat.policy).no_show_from(session.starts_at), now)


def _percent(seat: SettledSeat, to: Settled) -> int:
    if to == "no_show":
        return Policy.from_json(seat.policy).no_show_percent
    return 100 if to == "completed" else 0


def _planned(tx: Transaction, seats: list[SettledSeat], to: Settled, now: datetime) -> Planned:
    stakes = at_stake(tx, [seat.id for seat in seats], now)
    return [(seat, Resettlement.planned(seat, _percent(seat, to), stakes)) for seat in seats]


def _moves(planned: Planned, to: Settled) -> Moves:
    return Moves(
        units_returned=sum(credits_of_seat.spendable_again for _, credits_of_seat in planned),
        units_taken=sum(credits_of_seat.taking.off_balance for _, credits_of_seat in planned),
        units_missing=sum(credits_of_seat.taking.missing for _, credits_of_seat in planned),
        refund_amount=sum(charged(seat, _percent(seat, to)).refund_amount for seat, _ in planned),
        currency=next((seat.currency for seat, _ in planned if seat.currency), None),
    )


def _require_expected(moves: Moves, expected: Moves | None) -> None:
    if expected not in (None, moves):
        raise Conflict(
            "outcome_changed", "It would not move that any more. Look at the preview again.", **columns(moves)
        )


def _status_after(session: SessionRow, settled: list[SettledSeat], seats: list[SettledSeat], to: Settled) -> str:
    """A lesson took place if anybody was there; one that is not over is none of this."""
    if session.status not in ("completed", "no_show"):
        return session.status
    statuses = {to, *(seat.status for seat in settled if seat not in seats)}
    return next(status for status in ("completed", "no_show", "cancelled") if status in statuses)


def _correct_seat(tx: Transaction, seat: SettledSeat, to: Settled, planned: Resettlement, now: datetime) -> None:
    percent = _percent(seat, to)
    correcting_queries.correct_seat(tx, seat.id, to, percent, now)
    if (seat.status, planned.before) != (to, planned.kept):
        settle_credits_again(tx, seat, to, planned, now)
    tell_when_committed(
        tx,
        "outcome_corrected",
        participant_id=seat.id,
        was=seat.status,
        became=to,
        percent_before=seat.charge_percent,
        percent=percent,
        units_before=planned.before,
        units=planned.kept,
    )
