"""The credits of a seat, when it is clear what becomes of its lesson: one part is lost, the other comes back."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from lectern.credits.operation import ForfeitKind
from lectern.credits.settle import forfeit, release
from lectern.database import Transaction
from lectern.sessions.stake import kept


class SeatOnCredit(Protocol):
    """A seat and the units that it has reserved of its student's."""

    @property
    def id(self) -> UUID: ...
    @property
    def student_id(self) -> UUID | None: ...
    @property
    def credit_units(self) -> int: ...


def settle_credits(tx: Transaction, seat: SeatOnCredit, kind: ForfeitKind, percent: int, now: datetime) -> None:
    """What is kept is lost out of the lots that expire first, so that what comes back is good for longest."""
    if seat.student_id is None:
        return
    units_kept = kept(seat.credit_units, percent)
    forfeit(tx, seat.student_id, seat.id, units_kept, now, kind=kind)
    release(tx, seat.student_id, seat.id, seat.credit_units - units_kept, now)
