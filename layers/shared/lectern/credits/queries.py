"""The statements that lock accounts, and those that write about one lot or a set of them, one function each.

What holds for lectern.credits.moving_queries holds here: lock the account, or all that are concerned, before.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.credits.operation import Operation
from lectern.database import Answer, Transaction, columns
from lectern.identifiers import new_id


def lock_account(tx: Transaction, student_id: UUID) -> None:
    tx.send("select lock_credit_account(%(student_id)s)", {"student_id": student_id})


def lock_account_of(tx: Transaction, payment_id: UUID) -> None:
    tx.send(
        """
        select lock_credit_account(student_id) from credit_lots
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
        """,
        {"payment_id": payment_id},
    )


def lock_accounts_to_expire(tx: Transaction, now: datetime) -> None:
    """In the order of their students, as whoever locks several must."""
    tx.send(
        """
        select lock_credit_account(student_id) from (
          select distinct student_id from credit_lots
          where teacher_id = %(teacher_id)s and remaining > 0 and expires_at <= %(now)s and frozen_at is null
          order by student_id) expired
        """,
        {"now": now},
    )


@dataclass(frozen=True, slots=True)
class NewLot:
    source: Literal["purchase", "make_up", "adjustment"]
    expires_at: datetime | None
    payment_id: UUID | None = None


def grant(tx: Transaction, operation: Operation, lot: NewLot) -> None:
    """A lot starts with an entry, and shares its id."""
    tx.send(
        """
        with lot as (
          insert into credit_lots (teacher_id, id, student_id, source, payment_id, expires_at, created_at)
          select %(teacher_id)s, %(id)s, %(student_id)s, %(source)s, %(payment_id)s, %(expires_at)s, %(occurred_at)s
          where not exists (
            select from credit_ledger where teacher_id = %(teacher_id)s and idempotency_key = %(key)s)
          returning id)
        insert into credit_ledger
          (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, note, occurred_at)
        select %(teacher_id)s, id, %(student_id)s, id, %(kind)s, %(units)s, %(key)s, %(note)s, %(occurred_at)s
        from lot
        """,
        {**columns(operation), **columns(lot)},
    )


@dataclass(frozen=True, slots=True)
class MakeUps:
    lots: int
    is_repetition: bool


def ask_make_ups(tx: Transaction, student_id: UUID, key: str, now: datetime) -> Answer[MakeUps]:
    """How many lots of make-ups have credits to spend, and whether the ledger has the key already."""
    return tx.ask(
        """
        select
          (select count(*) from credit_lots
            where teacher_id = %(teacher_id)s and student_id = %(student_id)s and source = 'make_up'
              and remaining > 0 and expires_at > %(now)s),
          exists (select from credit_ledger where teacher_id = %(teacher_id)s and idempotency_key = %(key)s)
        """,
        MakeUps,
        {"student_id": student_id, "key": key, "now": now},
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    is_done: bool
    left: int


def refund(tx: Transaction, payment_id: UUID, units: int, key: str, now: datetime) -> Answer[TakenBack]:
    """Done now or before under this key, or not, for fewer were left."""
    return tx.ask(
        """
        with lot as (
          select id, student_id, remaining from credit_lots
          where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s),
        known as (
          select id from credit_ledger where teacher_id = %(teacher_id)s and idempotency_key = %(key)s),
        entry as (
          insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
          select %(teacher_id)s, %(id)s, student_id, id, 'refund', -%(units)s::integer, %(key)s, %(now)s
          from lot
          where remaining >= %(units)s and not exists (select from known)
          returning id)
        select exists (select from known) or exists (select from entry), coalesce((select remaining from lot), 0)
        """,
        TakenBack,
        {"payment_id": payment_id, "units": units, "key": key, "now": now, "id": new_id()},
    )


def owe(tx: Transaction, payment_id: UUID, units: int) -> None:
    tx.send(
        """
        update credit_lots set units_owed = units_owed + %(units)s
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
        """,
        {"payment_id": payment_id, "units": units},
    )


@dataclass(frozen=True, slots=True)
class MovedUnits:
    """What a lot has lost or got, as a positive number."""

    lot_id: UUID
    student_id: UUID
    units: int


_TAKE_OWED = """
    with owing as (
      select id, student_id, least(remaining, units_owed) as units from credit_lots
      where teacher_id = %(teacher_id)s and remaining > 0 and units_owed > 0"""
_AS_REFUNDED = """),
    paid as (
      update credit_lots set units_owed = units_owed - owing.units from owing
      where credit_lots.teacher_id = %(teacher_id)s and credit_lots.id = owing.id)
    insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
    select %(teacher_id)s, new_id(), student_id, id, 'refund', -units, 'lot:' || id || ':refund:' || new_id(), %(now)s
    from owing
    returning lot_id, student_id, -units"""


def take_owed_by_lot_of(tx: Transaction, payment_id: UUID, now: datetime) -> Answer[MovedUnits]:
    statement = _TAKE_OWED + " and payment_id = %(payment_id)s" + _AS_REFUNDED
    return tx.ask(statement, MovedUnits, {"payment_id": payment_id, "now": now})


def lock_accounts_that_owe(tx: Transaction) -> None:
    """As `lock_accounts_to_expire`."""
    tx.send(
        """
        select lock_credit_account(student_id) from (
          select distinct student_id from credit_lots
          where teacher_id = %(teacher_id)s and remaining > 0 and units_owed > 0
          order by student_id) owing
        """
    )


def take_owed(tx: Transaction, now: datetime) -> Answer[MovedUnits]:
    return tx.ask(_TAKE_OWED + _AS_REFUNDED, MovedUnits, {"now": now})


def take_owed_by(tx: Transaction, student_id: UUID, now: datetime) -> Answer[MovedUnits]:
    statement = _TAKE_OWED + " and student_id = %(student_id)s" + _AS_REFUNDED
    return tx.ask(statement, MovedUnits, {"student_id": student_id, "now": now})


REFUND_FAILED = "A refund failed."


def give_again(
    tx: Transaction, payment_id: UUID, units: int, now: datetime, good_until: datetime
) -> Answer[MovedUnits]:
    """Beyond what it owes, into the payment's own lot, frozen or not; if it has expired, it is good until then."""
    return tx.ask(
        """
        with lot as (
          select id, student_id, greatest(0, %(units)s - units_owed) as units from credit_lots
          where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s),
        given as (
          update credit_lots
          set units_owed = greatest(0, units_owed - %(units)s), expires_at = case
            when expires_at <= %(now)s and lot.units > 0 then %(good_until)s else expires_at end
          from lot where credit_lots.teacher_id = %(teacher_id)s and credit_lots.id = lot.id)
        insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, note, occurred_at)
        select %(teacher_id)s, new_id(), student_id, id, 'adjust', units, 'lot:' || id || ':given:' || new_id(),
          %(note)s, %(now)s
        from lot where units > 0
        returning lot_id, student_id, units
        """,
        MovedUnits,
        {"payment_id": payment_id, "units": units, "now": now, "good_until": good_until, "note": REFUND_FAILED},
    )


def freeze(tx: Transaction, payment_id: UUID, now: datetime) -> None:
    tx.send(
        """
        update credit_lots set frozen_at = %(now)s
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s and frozen_at is null
        """,
        {"payment_id": payment_id, "now": now},
    )


def unfreeze(tx: Transaction, payment_id: UUID, now: datetime, good_until: datetime) -> None:
    """If it has expired meanwhile, and not before, it is good until then."""
    tx.send(
        """
        update credit_lots
        set frozen_at = null, expires_at = case
          when expires_at <= %(now)s and expires_at > frozen_at then %(good_until)s else expires_at end
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s and frozen_at is not null
        """,
        {"payment_id": payment_id, "now": now, "good_until": good_until},
    )


# Never the same key twice: a lot may be given another date and expire again, and what is left in it expires once.
_EXPIRE = """
    insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
    select %(teacher_id)s, new_id(), student_id, id, 'expire', -remaining,
      'lot:' || id || ':expire:' || new_id(), %(now)s
    from credit_lots
    where teacher_id = %(teacher_id)s and remaining > 0 and expires_at <= %(now)s and frozen_at is null"""
_EXPIRED = " returning lot_id, student_id, -units"


def expire(tx: Transaction, now: datetime) -> Answer[MovedUnits]:
    return tx.ask(_EXPIRE + _EXPIRED, MovedUnits, {"now": now})


def expire_lots_of(tx: Transaction, student_id: UUID, now: datetime) -> Answer[MovedUnits]:
    statement = _EXPIRE + " and student_id = %(student_id)s" + _EXPIRED
    return tx.ask(statement, MovedUnits, {"student_id": student_id, "now": now})


def expire_lot_of(tx: Transaction, payment_id: UUID, now: datetime) -> Answer[MovedUnits]:
    statement = _EXPIRE + " and payment_id = %(payment_id)s" + _EXPIRED
    return tx.ask(statement, MovedUnits, {"payment_id": payment_id, "now": now})
