"""The credits of a seat that has had an outcome, when it turns out to have been another one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from lectern.credits.at_stake import Stakes, Taking, spendable_again, taking, units_of
from lectern.credits.settle import consume, forfeit, latest_correction, release, reopen
from lectern.credits.take_again import take_again
from lectern.database import Transaction
from lectern.sessions.settle import SeatOnCredit
from lectern.sessions.stake import kept
from lectern.sessions.statuses import Settled


@dataclass(frozen=True, slots=True)
class Resettlement:
    """Of a seat for which `before` was kept, by the ledger: what is kept now, and where more of it comes from.

    The rest comes back, of which `spendable_again` can be spent.
    """

    before: int
    kept: int
    spendable_again: int
    taking: Taking

    @classmethod
    def planned(cls, seat: SeatOnCredit, percent: int, stakes: Stakes) -> Self:
        """A student who has not enough keeps nobody from saying what the lesson was: what they have is taken."""
        lots = stakes.get(seat.id, [])
        before, wanted = units_of(lots), kept(seat.credit_units, percent)
        more = taking(lots, max(0, wanted - before))
        return cls(before, wanted - more.missing, spendable_again(lots, max(0, before - wanted)), more)


def settle_credits_again(
    tx: Transaction, seat: SeatOnCredit, to: Settled, planned: Resettlement, now: datetime
) -> None:
    """As planned while nobody else could spend: the ledger gets entries of the next correction."""
    if seat.student_id is None or seat.credit_units == 0:
        return
    standing = latest_correction(tx, seat.id)
    correction = standing + 1
    reopen(tx, seat.student_id, seat.id, now, standing)
    take_again(tx, seat.student_id, seat.id, planned.taking, now, correction)
    if to == "completed":
        consume(tx, seat.student_id, seat.id, planned.kept, now, correction)
    else:
        forfeit(tx, seat.student_id, seat.id, planned.kept, now, correction, kind="forfeit_no_show")
    release(tx, seat.student_id, seat.id, max(0, planned.before - planned.kept), now, correction)
