"""A payment's refunds as one book: what each thing that Stripe tells makes of it, the same whatever comes first.

Pure: `lectern.payments.refunds.told` reads the book, keeps it, and moves the money and the credits by what has changed.

A refund is told by itself, or as part of a charge's sum. What the refunds that we know do not explain of a sum is a row
of its own, out of which they are taken as they are told. A refund that we asked for keeps the units that it took then;
those that were begun at Stripe share the units that their money paid for, by its sum, so it does not matter in how many
parts it goes back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from lectern.identifiers import new_id
from lectern.payments.facts import StripeRefund
from lectern.payments.refunds.rows import RefundRow, Status

# Stripe may call a refund succeeded that fails days later; never the other way round.
_ORDER: dict[Status, int] = {"requested": 0, "pending": 1, "succeeded": 2, "failed": 3, "cancelled": 3}


@dataclass(frozen=True, slots=True)
class RefundBook:
    """Of a payment of `amount`, in minor units; `units` are those that it bought, None of credits for none."""

    amount: int
    currency: str
    units: int | None
    rows: tuple[RefundRow, ...]

    @property
    def units_back(self) -> int:
        """How many the student has to give up for the money that is back or on its way."""
        return sum(row.units for row in self.rows if not row.is_lost)

    def has_room_for(self, told: StripeRefund) -> bool:
        """False when what is told cannot be of this payment, or not of the refund that it says."""
        known = self._known(told)
        fits = told.amount == known.amount if known else told.amount <= self.amount
        return fits and told.currency == self.currency

    def with_refund(self, told: StripeRefund) -> Self:
        """One that `has_room_for`: its row moves on, or comes out of what no refund has explained yet."""
        known, unexplained = self._known(told), self._unexplained()
        if known:
            row = replace(known, status=max(known.status, told.status, key=_ORDER.__getitem__))
        elif unexplained and unexplained.amount <= told.amount:
            row = replace(unexplained, amount=told.amount, status=told.status)
        else:
            row = RefundRow(new_id(), told.amount, 0, told.status, "stripe", None)
        row = replace(row, stripe_refund_id=told.id, failure_code=told.failure_code or row.failure_code)
        if not known and unexplained and unexplained.id != row.id:
            return self._with(row, replace(unexplained, amount=unexplained.amount - told.amount))
        return self._with(row)

    def with_sum(self, refunded: int) -> Self:
        """Refunds that failed were part of an earlier sum, and those that we ask for may be part of this one."""
        unexplained = self._unexplained() or RefundRow(new_id(), 0, 0, "succeeded", "stripe", None)
        explained = sum(row.amount for row in self.rows if row.stripe_refund_id or row.status == "requested")
        if refunded <= explained + unexplained.amount:
            return self
        return self._with(replace(unexplained, amount=refunded - explained))

    def with_refusal(self, refund_id: UUID, failure_code: str) -> Self:
        """One that Stripe will not make; if it says later that it has, that is another one."""
        row = next(row for row in self.rows if row.id == refund_id)
        return (
            self._with(replace(row, status="failed", failure_code=failure_code)) if row.status == "requested" else self
        )

    def changed_since(self, before: Self) -> list[RefundRow]:
        return [row for row in self.rows if row not in before.rows]

    def _known(self, told: StripeRefund) -> RefundRow | None:
        """By Stripe's id, else by ours of one that has none of Stripe's yet and that we have not given up."""
        by_stripe = next((row for row in self.rows if row.stripe_refund_id == told.id), None)
        by_us = next((row for row in self.rows if row.id == told.refund_id and row.status == "requested"), None)
        return by_stripe or by_us

    def _unexplained(self) -> RefundRow | None:
        return next((row for row in self.rows if row.is_unexplained), None)

    def _with(self, *rows: RefundRow) -> Self:
        book = {row.id: row for row in self.rows} | {row.id: row for row in rows}
        if self.units is None:
            return replace(self, rows=tuple(book.values()))
        begun_at_stripe = [row for row in book.values() if row.origin == "stripe"]
        shared = {row.id: row for row in _shared(begun_at_stripe, self.units, self.amount)}
        return replace(self, rows=tuple((book | shared).values()))


def _shared(rows: Sequence[RefundRow], units: int, amount: int) -> Iterator[RefundRow]:
    """Each with what its money adds to the sum's units, in an order that is not that of their coming."""
    refunded = taken = 0
    for row in sorted(rows, key=lambda row: (row.stripe_refund_id is None, row.stripe_refund_id)):
        refunded += 0 if row.is_lost else row.amount
        owed = units * min(refunded, amount) // amount
        yield replace(row, units=owed - taken)
        taken = owed
