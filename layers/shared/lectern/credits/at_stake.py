"""What a seat has of each lot that it was booked with, and what becomes of those units when its outcome changes.

Pure, but for the reading. What it comes to is said before it is done, so that nobody is promised credits that a lot
gives to its refund, or charged what they have not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from lectern.credits import stake_queries
from lectern.credits.stake_queries import LotOfSeat
from lectern.database import Transaction

type Stakes = dict[UUID, list[LotOfSeat]]


@dataclass(frozen=True, slots=True)
class FromLot:
    """Units to take again out of a lot: those that are in it, and those that it has lost since the seat gave them."""

    lot_id: UUID
    remaining: int
    expired: int
    refunded: int

    @property
    def units(self) -> int:
        return self.remaining + self.expired + self.refunded


@dataclass(frozen=True, slots=True)
class Taking:
    """`own` of the seat's lots, `others` of whatever else the student can spend; `missing` is what they have not."""

    own: tuple[FromLot, ...]
    others: int
    missing: int

    @property
    def off_balance(self) -> int:
        """What had expired, or gone with its money, is in no balance any more."""
        return sum(each.remaining for each in self.own) + self.others


def at_stake(tx: Transaction, seats: Sequence[UUID], now: datetime) -> Stakes:
    """By seat, the lot first that expires first; a seat that was never on credit has none."""
    rows = stake_queries.ask_lots_of_seats(tx, list(seats), now).all()
    return {seat: list(lots) for seat, lots in groupby(rows, key=lambda row: row.participant_id)}


def units_of(lots: Sequence[LotOfSeat]) -> int:
    """What the seat has reserved or spent, by the ledger."""
    return sum(lot.of_seat for lot in lots)


def spendable_again(lots: Sequence[LotOfSeat], units: int) -> int:
    """Of so many that the seat gives back: not what a lot owes for its refund, nor what a frozen one keeps."""
    spendable = 0
    for lot in reversed(lots):
        back = min(lot.of_seat, units)
        units -= back
        spendable += 0 if lot.is_frozen else max(0, back - lot.units_owed)
    return spendable


def taking(lots: Sequence[LotOfSeat], units: int) -> Taking:
    """Where so many more come from: first out of what the seat has given back, whatever its lots came to since.

    A lesson that is charged after all is charged as it would have been at first, with what has gone since.
    """
    own, spendable, left = list[FromLot](), lots[0].spendable_of_student if lots else 0, units
    for lot in lots:
        given = min(left, max(0, lot.booked - lot.of_seat))
        remaining = min(given, lot.remaining)
        expired = min(given - remaining, lot.expired_since)
        refunded = min(given - remaining - expired, lot.refunded_since)
        own.append(FromLot(lot.lot_id, remaining, expired, refunded))
        spendable -= remaining if lot.can_be_spent else 0
        left -= own[-1].units
    others = min(left, spendable)
    return Taking(tuple(each for each in own if each.units), others, left - others)
