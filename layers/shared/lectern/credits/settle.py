"""What becomes of the credits that a seat has reserved: given back, spent on the lesson, or lost.

Several settlements may share a reservation (half is lost, half comes back). What they ask for beyond it is refused by
the database under the name `credit_lots_reserved`: the caller has counted wrong.
"""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.credits import moving_queries, queries
from lectern.credits.operation import ForfeitKind, Operation, SettlementKind, seat_key
from lectern.database import Transaction
from lectern.decisions import tell_each, tell_when_committed

# How long credits are good that come back, or are free again, after their lot has expired.
EXPIRED_LOT_GRACE = timedelta(days=14)


def release(
    tx: Transaction, student_id: UUID, participant_id: UUID, units: int, now: datetime, correction: int = 0
) -> None:
    """Give back what a seat has reserved, to those of its lots first that expire last.

    A lot that has expired meanwhile is good for EXPIRED_LOT_GRACE from now. Of one whose money has gone back, what it
    owes for that is taken at once.
    """
    operation = _settlement("release", student_id, participant_id, units, now, correction)
    if units:
        queries.lock_account(tx, student_id)
        # Else what is left in an expired lot and nobody has taken yet would come back to life with what is released.
        tell_each(tx, "credits_expired", queries.expire_lots_of(tx, student_id, now))
        moving_queries.release(tx, operation, now + EXPIRED_LOT_GRACE)
        tell_each(tx, "credits_reclaimed", queries.take_owed_by(tx, student_id, now))


def consume(
    tx: Transaction, student_id: UUID, participant_id: UUID, units: int, now: datetime, correction: int = 0
) -> None:
    """The lesson took place: spend what its seat has reserved, out of those of its lots first that expire first."""
    _spend(tx, _settlement("consume", student_id, participant_id, units, now, correction))


def forfeit(
    tx: Transaction,
    student_id: UUID,
    participant_id: UUID,
    units: int,
    now: datetime,
    correction: int = 0,
    *,
    kind: ForfeitKind,
) -> None:
    """The lesson was cancelled late, or missed: its student loses what the seat has reserved, as in `consume`."""
    _spend(tx, _settlement(kind, student_id, participant_id, units, now, correction))
    # A correction settles all of it anew, and tells itself what that comes to.
    if units and not correction:
        tell_when_committed(tx, "credits_forfeited", participant_id=participant_id, units=units, kind=kind)


def reopen(tx: Transaction, student_id: UUID, participant_id: UUID, now: datetime, correction: int = 0) -> None:
    """Take back what a seat has consumed and forfeited: all of it is reserved again, to be settled as it should be.

    `correction` is that of the settlement which was wrong; the next one has the number after it, else it would pass
    for a repetition. What the wrong one has released stays free, until `lectern.credits.take_again` takes it.
    """
    queries.lock_account(tx, student_id)
    key = seat_key(participant_id, "reopen", correction)
    moving_queries.reopen(tx, Operation("adjust", key, student_id, 0, now, participant_id))


def latest_correction(tx: Transaction, participant_id: UUID) -> int:
    """That of the settlement which stands, if the seat has one. Whoever corrects it has made others wait."""
    return moving_queries.ask_latest_correction(tx, participant_id).one().correction


def _settlement(
    kind: SettlementKind, student_id: UUID, participant_id: UUID, units: int, now: datetime, correction: int
) -> Operation:
    key = seat_key(participant_id, kind, correction)
    return Operation(kind, key, student_id, units, now, participant_id)


def _spend(tx: Transaction, operation: Operation) -> None:
    if operation.units:
        queries.lock_account(tx, operation.student_id)
        moving_queries.spend(tx, operation)
