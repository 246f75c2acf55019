"""The statements of the reconciliation, one function each: what of ours is to be held against Stripe's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class UnfinishedPayment:
    id: UUID
    status: str
    checkout_session_id: str | None
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaidPayment:
    id: UUID
    payment_intent_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class KnownRefund:
    stripe_refund_id: str
    status: str


@dataclass(frozen=True, slots=True)
class UnsettledRefund:
    id: UUID
    failure_code: str | None


def ask_unfinished(tx: Transaction, stripe_account_id: str, created_before: datetime) -> Answer[UnfinishedPayment]:
    return tx.ask(
        """
        select id, status, checkout_session_id, created_at, expires_at
        from payments
        where teacher_id = %(teacher_id)s and stripe_account_id = %(stripe_account_id)s
          and status in ('created', 'open', 'processing') and created_at < %(before)s
        order by created_at, id
        """,
        UnfinishedPayment,
        {"stripe_account_id": stripe_account_id, "before": created_before},
    )


def ask_paid(tx: Transaction, stripe_account_id: str, paid_since: datetime) -> Answer[PaidPayment]:
    return tx.ask(
        """
        select id, payment_intent_id, amount, currency
        from payments
        where teacher_id = %(teacher_id)s and stripe_account_id = %(stripe_account_id)s
          and status = 'paid' and kind <> 'invoice' and payment_intent_id is not null and paid_at >= %(since)s
        order by paid_at, id
        """,
        PaidPayment,
        {"stripe_account_id": stripe_account_id, "since": paid_since},
    )


def ask_refunds_at_stripe(tx: Transaction, stripe_account_id: str, updated_since: datetime) -> Answer[KnownRefund]:
    """Those since then, and those that are still under way."""
    return tx.ask(
        """
        select r.stripe_refund_id, r.status
        from refunds r
        join payments p on p.teacher_id = r.teacher_id and p.id = r.payment_id
        where r.teacher_id = %(teacher_id)s and p.stripe_account_id = %(stripe_account_id)s
          and r.stripe_refund_id is not null and (r.status = 'pending' or r.updated_at >= %(since)s)
        """,
        KnownRefund,
        {"stripe_account_id": stripe_account_id, "since": updated_since},
    )


def ask_unsettled(tx: Transaction, stripe_account_id: str) -> Answer[UnsettledRefund]:
    """Those that failed though a policy or a lost seat makes them due, unless as much has been asked for since."""
    return tx.ask(
        """
        select r.id, r.failure_code
        from refunds r
        join payments p on p.teacher_id = r.teacher_id and p.id = r.payment_id
        where r.teacher_id = %(teacher_id)s and p.stripe_account_id = %(stripe_account_id)s
          and r.origin in ('cancellation', 'no_show', 'unbookable') and r.status in ('failed', 'cancelled')
          and not p.is_contested
          and r.amount > (
            select coalesce(sum(later.amount), 0) from refunds later
            where later.teacher_id = r.teacher_id and later.payment_id = r.payment_id
              and later.status not in ('failed', 'cancelled') and later.requested_at >= r.requested_at)
        order by r.requested_at, r.id
        """,
        UnsettledRefund,
        {"stripe_account_id": stripe_account_id},
    )
