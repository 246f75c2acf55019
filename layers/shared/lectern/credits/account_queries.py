"""The statements that read accounts, lots and the ledger, one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Sums:
    balance: int
    reserved: int


def sums(tx: Transaction, student_id: UUID) -> Answer[Sums]:
    """Zero for a student without an account; no row without the student."""
    return tx.ask(
        """
        select coalesce(a.balance, 0), coalesce(a.reserved, 0)
        from students s left join credit_accounts a on a.teacher_id = s.teacher_id and a.student_id = s.id
        where s.teacher_id = %(teacher_id)s and s.id = %(student_id)s and s.deleted_at is null
        """,
        Sums,
        {"student_id": student_id},
    )


@dataclass(frozen=True, slots=True)
class Lot:
    """Credits that came together: `remaining` are free, `reserved` are promised to lessons to come."""

    id: UUID
    source: str
    payment_id: UUID | None
    remaining: int
    reserved: int
    expires_at: datetime | None
    frozen_at: datetime | None

    def can_be_spent(self, now: datetime) -> bool:
        return self.frozen_at is None and (self.expires_at is None or self.expires_at > now)


def lots(tx: Transaction, student_id: UUID) -> Answer[Lot]:
    """Those with anything in them, the first to be spent first."""
    return tx.ask(
        """
        select id, source, payment_id, remaining, reserved, expires_at, frozen_at
        from credit_lots
        where teacher_id = %(teacher_id)s and student_id = %(student_id)s and (remaining > 0 or reserved > 0)
        order by expires_at nulls last, id
        """,
        Lot,
        {"student_id": student_id},
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """`units` is what it did to the balance, `reserved_units` to the reserved sum."""

    id: UUID
    kind: str
    units: int
    reserved_units: int
    lot_id: UUID
    participant_id: UUID | None
    note: str | None
    idempotency_key: str
    occurred_at: datetime


def entries(tx: Transaction, student_id: UUID, after: UUID | None, limit: int) -> Answer[Entry]:
    """In the order of the index credit_ledger_by_student, backwards, from the first entry before that id."""
    return tx.ask(
        """
        select id, kind, units, reserved_units, lot_id, participant_id, note, idempotency_key, occurred_at
        from credit_ledger
        where teacher_id = %(teacher_id)s and student_id = %(student_id)s
          and (%(after)s::uuid is null or id < %(after)s)
        order by id desc
        limit %(limit)s
        """,
        Entry,
        {"student_id": student_id, "after": after, "limit": limit},
    )


@dataclass(frozen=True, slots=True)
class Drift:
    """An account, or one of its lots, whose sums are not those of its entries."""

    student_id: UUID
    lot_id: UUID | None
    balance: int
    reserved: int
    balance_of_entries: int
    reserved_of_entries: int


def drifts(tx: Transaction) -> Answer[Drift]:
    return tx.ask(
        """
        with stored as (
          select student_id, null::uuid as lot_id, balance, reserved from credit_accounts
          where teacher_id = %(teacher_id)s
          union all
          select student_id, id, remaining, reserved from credit_lots where teacher_id = %(teacher_id)s),
        counted as (
          select student_id, lot_id, sum(units) as balance, sum(reserved_units) as reserved from credit_ledger
          where teacher_id = %(teacher_id)s
          group by grouping sets ((student_id), (student_id, lot_id)))
        select s.student_id, s.lot_id, s.balance, s.reserved, coalesce(c.balance, 0), coalesce(c.reserved, 0)
        from stored s left join counted c on c.student_id = s.student_id and c.lot_id is not distinct from s.lot_id
        where (s.balance, s.reserved) is distinct from (coalesce(c.balance, 0), coalesce(c.reserved, 0))
        order by s.student_id, s.lot_id nulls first
        """,
        Drift,
    )
