"""The statements about payments and accounts that Stripe's word moves, one function each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.payments.facts import Account


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, locked; `valid_days` is how long the credits that it buys are good, 0 or None for ever."""

    id: UUID
    kind: Literal["package", "session", "invoice"]
    student_id: UUID | None
    participant_id: UUID | None
    units: int | None
    amount: int
    currency: str
    status: Literal["created", "open", "processing", "paid", "failed", "expired"]
    paid_at: datetime | None
    payment_intent_id: str | None
    valid_days: int | None

    def credits_expire_at(self, paid_at: datetime) -> datetime | None:
        return paid_at + timedelta(days=self.valid_days) if self.valid_days else None


@dataclass(frozen=True, slots=True)
class StripeIds:
    """What an object of Stripe's says of a payment's own objects there."""

    checkout_session_id: str | None = None
    payment_intent_id: str | None = None
    charge_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    id: UUID


_PAYMENT = """
    select y.id, y.kind, y.student_id, y.participant_id, y.units, y.amount, y.currency, y.status, y.paid_at,
      y.payment_intent_id, coalesce(y.valid_days, k.valid_days)
    from payments y
    left join credit_packages k on k.teacher_id = y.teacher_id and k.id = y.package_id"""


def ask_payment(tx: Transaction, payment_id: UUID) -> Answer[PaymentRow]:
    return tx.ask(
        _PAYMENT
        + """
        where y.teacher_id = %(teacher_id)s and y.id = %(payment_id)s
        for no key update of y
        """,
        PaymentRow,
        {"payment_id": payment_id},
    )


def ask_payment_at_stripe(tx: Transaction, ids: StripeIds) -> Answer[PaymentRow]:
    """The payment that has the checkout session, else the intent, else the charge."""
    return tx.ask(
        _PAYMENT
        + """
        where y.teacher_id = %(teacher_id)s and (y.checkout_session_id = %(checkout_session_id)s
          or y.payment_intent_id = %(payment_intent_id)s or y.charge_id = %(charge_id)s)
        order by y.checkout_session_id = %(checkout_session_id)s desc nulls last,
          y.payment_intent_id = %(payment_intent_id)s desc nulls last
        limit 1
        for no key update of y
        """,
        PaymentRow,
        columns(ids),
    )


def ask_payment_of_invoice(tx: Transaction, invoice_id: str) -> Answer[PaymentRow]:
    return tx.ask(
        _PAYMENT
        + """
        where y.teacher_id = %(teacher_id)s and y.invoice_id = %(invoice_id)s
        for no key update of y
        """,
        PaymentRow,
        {"invoice_id": invoice_id},
    )


def ask_rival(tx: Transaction, payment_id: UUID, participant_id: UUID) -> Answer[Found]:
    """Another payment that has paid for the same seat and has not been given back."""
    return tx.ask(
        """
        select id from payments
        where teacher_id = %(teacher_id)s and participant_id = %(participant_id)s and id <> %(payment_id)s
          and status = 'paid' and refunded_amount < amount
        """,
        Found,
        {"payment_id": payment_id, "participant_id": participant_id},
    )


def mark_paid(tx: Transaction, payment_id: UUID, ids: StripeIds, paid_at: datetime, now: datetime) -> None:
    """The intent is that which has the money, whichever was known before."""
    tx.send(
        """
        update payments
        set status = 'paid', paid_at = %(paid_at)s, customer_email = null, updated_at = %(now)s,
          checkout_session_id = coalesce(checkout_session_id, %(checkout_session_id)s),
          payment_intent_id = coalesce(%(payment_intent_id)s, payment_intent_id),
          charge_id = coalesce(%(charge_id)s, charge_id)
        where teacher_id = %(teacher_id)s and id = %(payment_id)s and status <> 'paid'
        """,
        {"payment_id": payment_id, **columns(ids), "paid_at": paid_at, "now": now},
    )


def learn_ids(tx: Transaction, payment_id: UUID, ids: StripeIds, now: datetime) -> None:
    """Note what another object told of the same payment; what is known stays."""
    tx.send(
        """
        update payments
        set checkout_session_id = coalesce(checkout_session_id, %(checkout_session_id)s),
          payment_intent_id = coalesce(payment_intent_id, %(payment_intent_id)s),
          charge_id = coalesce(charge_id, %(charge_id)s), updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
          and (checkout_session_id is null and %(checkout_session_id)s::text is not null
            or payment_intent_id is null and %(payment_intent_id)s::text is not null
            or charge_id is null and %(charge_id)s::text is not null)
        """,
        {"payment_id": payment_id, **columns(ids), "now": now},
    )


def mark_unpaid(
    tx: Transaction, payment_id: UUID, status: Literal["processing", "failed", "expired"], ids: StripeIds, now: datetime
) -> None:
    tx.send(
        """
        update payments
        set status = %(status)s, customer_email = null, updated_at = %(now)s,
          failed_at = case when %(status)s = 'failed' then %(now)s else failed_at end,
          checkout_session_id = coalesce(checkout_session_id, %(checkout_session_id)s),
          payment_intent_id = coalesce(payment_intent_id, %(payment_intent_id)s)
        where teacher_id = %(teacher_id)s and id = %(payment_id)s and status <> 'paid'
        """,
        {"payment_id": payment_id, "status": status, **columns(ids), "now": now},
    )


def count_failed_attempt(tx: Transaction, payment_id: UUID, failure_code: str | None, now: datetime) -> None:
    tx.send(
        """
        update payments
        set failed_attempts = failed_attempts + 1, failure_code = coalesce(%(failure_code)s, failure_code),
          failed_at = %(now)s, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
        """,
        {"payment_id": payment_id, "failure_code": failure_code, "now": now},
    )


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """A payment that the teacher has asked for by an invoice of their own; of a student, if one has that address."""

    id: UUID
    customer_email: str | None
    description: str
    amount: int
    currency: str
    stripe_account_id: str
    livemode: bool
    payment_intent_id: str | None
    charge_id: str | None
    invoice_id: str
    subscription_id: str | None
    paid_at: datetime


def ask_insert_invoice(tx: Transaction, invoice: NewInvoice, now: datetime) -> Answer[Found]:
    """No row when the invoice, or the payment intent that paid it, is known."""
    return tx.ask(
        """
        insert into payments (teacher_id, id, kind, student_id, description, amount, currency, status,
          stripe_account_id, livemode, payment_intent_id, charge_id, invoice_id, subscription_id, paid_at,
          created_at, updated_at)
        values (%(teacher_id)s, %(id)s, 'invoice', (
            select id from students
            where teacher_id = %(teacher_id)s and email = lower(%(customer_email)s) and deleted_at is null),
          %(description)s, %(amount)s, %(currency)s, 'paid', %(stripe_account_id)s, %(livemode)s,
          %(payment_intent_id)s, %(charge_id)s, %(invoice_id)s, %(subscription_id)s, %(paid_at)s, %(now)s, %(now)s)
        on conflict do nothing returning id
        """,
        Found,
        {**columns(invoice), "now": now},
    )


def set_account(tx: Transaction, account: Account, told_at: datetime) -> None:
    """Unless something newer is known: `updated_at` is by Stripe's clock, and in its whole seconds."""
    tx.send(
        """
        update payment_accounts
        set charges_enabled = %(charges_enabled)s, details_submitted = %(details_submitted)s, updated_at = %(told_at)s
        where teacher_id = %(teacher_id)s and stripe_account_id = %(id)s
          and updated_at <= %(told_at)s
        """,
        {**columns(account), "told_at": told_at},
    )


def disconnect_account(tx: Transaction, stripe_account_id: str, told_at: datetime) -> None:
    tx.send(
        """
        update payment_accounts set disconnected_at = %(told_at)s, charges_enabled = false
        where teacher_id = %(teacher_id)s and stripe_account_id = %(stripe_account_id)s and disconnected_at is null
        """,
        {"stripe_account_id": stripe_account_id, "told_at": told_at},
    )
