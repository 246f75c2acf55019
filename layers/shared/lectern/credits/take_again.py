"""Charging a lesson after all, of which some had been given back: out of the same lots, whatever they came to since."""

from datetime import datetime
from uuid import UUID

from lectern.credits import queries, stake_queries
from lectern.credits.at_stake import Taking
from lectern.credits.operation import Operation, seat_key
from lectern.credits.reserve import reserve
from lectern.credits.stake_queries import HAD_EXPIRED, WAS_REFUNDED
from lectern.database import Transaction


def lock_accounts_of(tx: Transaction, seats: list[UUID]) -> None:
    """Nobody spends of what the seats' students have until the end of `tx`: a `taking` that is planned now is there."""
    stake_queries.lock_accounts_of_seats(tx, seats)


def take_again(
    tx: Transaction, student_id: UUID, participant_id: UUID, planned: Taking, now: datetime, correction: int
) -> None:
    """Reserve for the seat what was planned under `lock_accounts_of`, once for each number of correction.

    What had gone with its money is owed by its lot again.
    """
    key = seat_key(participant_id, "reserve_again", correction)
    expired = [(lot.lot_id, lot.expired) for lot in planned.own if lot.expired]
    refunded = [(lot.lot_id, lot.refunded) for lot in planned.own if lot.refunded]
    own = [(lot.lot_id, lot.units) for lot in planned.own]
    queries.lock_account(tx, student_id)
    _put_back(tx, student_id, f"{key}:had_expired", expired, now, HAD_EXPIRED)
    _put_back(tx, student_id, f"{key}:was_refunded", refunded, now, WAS_REFUNDED)
    stake_queries.owe_again(tx, refunded)
    if own:
        stake_queries.reserve_in(tx, Operation("reserve", key, student_id, _sum(own), now, participant_id), own)
    reserve(tx, student_id, planned.others, participant_id, now, correction=correction)


def _put_back(
    tx: Transaction, student_id: UUID, key: str, lots: list[tuple[UUID, int]], now: datetime, note: str
) -> None:
    if lots:
        stake_queries.put_back(tx, Operation("adjust", key, student_id, _sum(lots), now, note=note), lots)


def _sum(lots: list[tuple[UUID, int]]) -> int:
    return sum(units for _, units in lots)
