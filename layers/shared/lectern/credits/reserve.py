"""Promising credits to a lesson to come: they are no longer free to spend, and not yet spent."""

from datetime import datetime
from uuid import UUID

from lectern.credits import moving_queries, queries
from lectern.credits.operation import Operation, seat_key
from lectern.database import Transaction


def reserve(
    tx: Transaction,
    student_id: UUID,
    units: int,
    participant_id: UUID,
    now: datetime,
    *,
    only_of: UUID | None = None,
    correction: int = 0,
) -> None:
    """Set units aside for a seat, out of the lots that expire first; `only_of`: only out of that payment's lot.

    What has expired or is frozen is not spent. Nothing is waited for: NotFound `student_not_found` and Conflict
    `insufficient_credits` are raised by the next read of `tx`, or as it commits. A seat reserves once; after a
    `reopen`, once more for each number of correction.
    """
    if units:
        key = seat_key(participant_id, "reserve", correction)
        queries.lock_account(tx, student_id)
        moving_queries.take(tx, Operation("reserve", key, student_id, units, now, participant_id), only_of)
