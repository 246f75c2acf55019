"""Money that has gone back, as Stripe tells it: refund by refund, or as the sum of a charge, in any order.

What each makes of the payment's refunds is `lectern.payments.refunds.book`'s to say; here the book is kept, and a
package's units go back with the money, or come again if it stays. As in `confirm`, each function takes the teacher's
lock.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from lectern.credits import take_back
from lectern.database import Transaction
from lectern.decisions import tell_when_committed
from lectern.events import record
from lectern.payments import queries
from lectern.payments.facts import Charge, StripeRefund
from lectern.payments.outcome import APPLIED, Outcome, attention, ignored
from lectern.payments.queries import PaymentRow, StripeIds
from lectern.payments.refunds import rows as refund_rows
from lectern.payments.refunds.book import RefundBook
from lectern.payments.whose import find_paid_payment
from lectern.sessions.queries import lock_teacher


def apply_refund(tx: Transaction, refund: StripeRefund, now: datetime) -> Outcome:
    """As an event, the answer to a call or a list tells of it. One of a payment that is not there yet waits."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=refund.payment_intent_id, charge_id=refund.charge_id)
    payment = find_paid_payment(tx, None, ids)
    if isinstance(payment, Outcome):
        return payment
    book = _book_of(tx, payment)
    if not book.has_room_for(refund):
        return attention("refund_differs")
    told = book.with_refund(refund)
    _keep(tx, payment.id, book, told, now)
    return ignored("known") if told == book else APPLIED


def apply_refunded_charge(tx: Transaction, charge: Charge, now: datetime) -> Outcome:
    """The refunds that a charge lists, where its version does so, and what its sum tells beyond them."""
    lock_teacher(tx)
    ids = StripeIds(payment_intent_id=charge.payment_intent_id, charge_id=charge.id)
    payment = find_paid_payment(tx, charge.payment_id, ids)
    if isinstance(payment, Outcome):
        return payment
    book = told = _book_of(tx, payment)
    for refund in charge.refunds:
        told = told.with_refund(refund) if told.has_room_for(refund) else told
    fits = charge.currency == payment.currency and charge.amount_refunded <= payment.amount
    told = told.with_sum(charge.amount_refunded) if fits else told
    _keep(tx, payment.id, book, told, now)
    return APPLIED if fits and all(map(told.has_room_for, charge.refunds)) else attention("refund_differs")


def fail_refund(tx: Transaction, refund_id: UUID, failure_code: str, now: datetime) -> None:
    """Stripe refuses a refund that we asked for: the money stays, and what was taken for it is given again."""
    lock_teacher(tx)
    payment = queries.ask_payment(tx, refund_rows.ask_payment_of(tx, refund_id).one().payment_id).one()
    book = _book_of(tx, payment)
    _keep(tx, payment.id, book, book.with_refusal(refund_id, failure_code), now)


def _book_of(tx: Transaction, payment: PaymentRow) -> RefundBook:
    rows = refund_rows.ask_of_payment(tx, payment.id).all()
    return RefundBook(payment.amount, payment.currency, payment.units, tuple(rows))


def _keep(tx: Transaction, payment_id: UUID, before: RefundBook, after: RefundBook, now: datetime) -> None:
    for row in after.changed_since(before):
        refund_rows.put(tx, payment_id, row, now)
    refund_rows.sum_up(tx, payment_id, now)
    units = after.units_back - before.units_back
    if units > 0:
        take_back.reclaim(tx, payment_id, units, now)
    elif units < 0:
        take_back.give_again(tx, payment_id, -units, now)
    _tell(tx, payment_id, before, after, now)
    _tell_decisions(tx, payment_id, before, after)


def _tell(tx: Transaction, payment_id: UUID, before: RefundBook, after: RefundBook, now: datetime) -> None:
    """What is only told apart, having been told as a sum, is no news."""
    more = _amounts(after)
    more.subtract(_amounts(before))
    known = [(row.id, row.status, row.amount) for row in before.rows]
    for row in after.rows:
        if (row.id, row.status, row.amount) not in known and (amount := more.pop(row.status, 0)) > 0:
            record(tx, f"refund.{row.status}", payment_id, {"refund_id": str(row.id), "amount": amount}, now)


def _tell_decisions(tx: Transaction, payment_id: UUID, before: RefundBook, after: RefundBook) -> None:
    """With the row, so that each is told once, whoever learns of it first: the one who sent it, or an event."""
    known = {row.id: row for row in before.rows}
    for row in after.changed_since(before):
        was = known.get(row.id)
        if was and not was.is_lost and (row.is_lost or (was.status == "requested" != row.status)):
            decision = "refund_refused" if row.is_lost else "refund_sent"
            tell_when_committed(tx, decision, payment_id=payment_id, refund_id=row.id, amount=row.amount)


def _amounts(book: RefundBook) -> Counter[str]:
    amounts = Counter[str]()
    for row in book.rows:
        amounts[row.status] += row.amount
    return amounts
