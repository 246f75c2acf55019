"""The statements about what seats have had of their lots, and those that take it again; as `moving_queries` has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.credits.moving_queries import move
from lectern.credits.operation import Operation
from lectern.credits.queries import REFUND_FAILED
from lectern.database import Answer, Transaction, columns

# By these the entries are told from others that adjust a lot.
HAD_EXPIRED = "Had expired, and is charged after all."
WAS_REFUNDED = "Was refunded, and is charged after all."


@dataclass(frozen=True, slots=True)
class LotOfSeat:
    """`booked` were reserved in it for the seat, `of_seat` are so still, or spent; the rest the seat has given back.

    Since then the lot has lost `expired_since` and `refunded_since`. `remaining` are free in it.
    """

    participant_id: UUID
    lot_id: UUID
    booked: int
    of_seat: int
    remaining: int
    units_owed: int
    is_frozen: bool
    can_be_spent: bool
    expired_since: int
    refunded_since: int
    spendable_of_student: int


def lock_accounts_of_seats(tx: Transaction, seats: list[UUID]) -> None:
    """In the order of their students, as whoever locks several must."""
    tx.send(
        """
        select lock_credit_account(student_id) from (
          select distinct student_id from credit_ledger
          where teacher_id = %(teacher_id)s and participant_id = any(%(seats)s)
          order by student_id) concerned
        """,
        {"seats": seats},
    )


def ask_lots_of_seats(tx: Transaction, seats: list[UUID], now: datetime) -> Answer[LotOfSeat]:
    """By seat, and the lot first that expires first. What expired as the seat gave back had done so before."""
    return tx.ask(
        """
        with had as (
          select participant_id, lot_id, -sum(units) as of_seat,
            coalesce(-sum(units) filter (where idempotency_key ~ '^seat:[^:]+:reserve'), 0) as booked,
            max(occurred_at) filter (where kind = 'release') as given_back_at
          from credit_ledger
          where teacher_id = %(teacher_id)s and participant_id = any(%(seats)s)
          group by participant_id, lot_id)
        select had.participant_id, l.id, had.booked::integer, had.of_seat::integer, l.remaining, l.units_owed,
          l.frozen_at is not null,
          l.frozen_at is null and (l.expires_at is null or l.expires_at > %(now)s),
          greatest(0, gone.expired)::integer, greatest(0, gone.refunded)::integer,
          (select coalesce(sum(f.remaining), 0)::integer from credit_lots f
            where f.teacher_id = %(teacher_id)s and f.student_id = l.student_id and f.frozen_at is null
              and (f.expires_at is null or f.expires_at > %(now)s))
        from had
        join credit_lots l on l.teacher_id = %(teacher_id)s and l.id = had.lot_id
        cross join lateral (
          select
            -sum(e.units) filter (where e.kind = 'expire' and e.occurred_at > had.given_back_at
              or e.note = %(had_expired)s) as expired,
            -sum(e.units) filter (where e.kind = 'refund' or e.note in (%(was_refunded)s, %(failed)s)) as refunded
          from credit_ledger e
          where e.teacher_id = %(teacher_id)s and e.lot_id = l.id and e.occurred_at >= had.given_back_at) gone
        order by had.participant_id, l.expires_at nulls last, l.id
        """,
        LotOfSeat,
        {
            "seats": seats,
            "now": now,
            "had_expired": HAD_EXPIRED,
            "was_refunded": WAS_REFUNDED,
            "failed": REFUND_FAILED,
        },
    )


def reserve_in(tx: Transaction, operation: Operation, lots: Sequence[tuple[UUID, int]]) -> None:
    """So many of each, whether or not the lot can be spent."""
    move(
        tx,
        """
        with moved as (
          select lot_id, n, -units as units, units as reserved_units
          from unnest(%(lots)s::uuid[], %(units_of_lots)s::integer[]) with ordinality as lots (lot_id, units, n))
        """,
        {**columns(operation), **_columns(lots), "refused_as": "credit_accounts_balance"},
    )


def put_back(tx: Transaction, operation: Operation, lots: Sequence[tuple[UUID, int]]) -> None:
    """What is gone from them, so that it can be reserved."""
    move(
        tx,
        """
        with moved as (
          select lot_id, n, units, 0 as reserved_units
          from unnest(%(lots)s::uuid[], %(units_of_lots)s::integer[]) with ordinality as lots (lot_id, units, n))
        """,
        {**columns(operation), **_columns(lots), "refused_as": "credit_accounts_balance"},
    )


def owe_again(tx: Transaction, lots: Sequence[tuple[UUID, int]]) -> None:
    tx.send(
        """
        update credit_lots set units_owed = units_owed + lots.units
        from unnest(%(lots)s::uuid[], %(units_of_lots)s::integer[]) as lots (lot_id, units)
        where teacher_id = %(teacher_id)s and id = lots.lot_id
        """,
        _columns(lots),
    )


def _columns(lots: Sequence[tuple[UUID, int]]) -> dict[str, object]:
    return {"lots": [lot for lot, _ in lots], "units_of_lots": [units for _, units in lots]}
