"""What Stripe's objects say, in any of the shapes that they have had since API version 2020-08-27.

Reading is pure: tolerant of what we do not need, strict on what we do. The objects are Stripe's JSON as it comes with
an event, in an answer or in a list; https://docs.stripe.com/api describes each. Amounts are in minor units.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

type Json = Mapping[str, Any]

# What the columns of our amounts hold.
_LARGEST_AMOUNT = 2**31 - 1


class Malformed(ValueError):
    """Something of Stripe's lacks what it must have."""


@dataclass(frozen=True, slots=True)
class Event:
    """`account` is the connected account that it happened to, None for the platform's own; `raw` is all of it."""

    id: str
    type: str
    api_version: str | None
    created: datetime
    livemode: bool
    account: str | None
    object_id: str | None
    object: Json
    raw: Json


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """`payment_id` is what the metadata says: the client reference is the buyer's to choose, on a page of another kind.

    https://docs.stripe.com/payment-links/url-parameters
    """

    id: str
    payment_id: UUID | None
    payment_intent_id: str | None
    status: str | None
    is_paid: bool
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentIntent:
    """`amount` is what came of a succeeded one, and what is asked for of any other."""

    id: str
    payment_id: UUID | None
    status: str
    amount: int
    currency: str
    charge_id: str | None
    failure_code: str | None


type RefundStatus = Literal["pending", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """`refund_id` is our own, when we asked for it."""

    id: str
    refund_id: UUID | None
    payment_intent_id: str | None
    charge_id: str | None
    amount: int
    currency: str
    status: RefundStatus
    failure_code: str | None


@dataclass(frozen=True, slots=True)
class Charge:
    """`refunds` is empty where the version does not list them; `amount_refunded` is their sum, less the failed."""

    id: str
    payment_id: UUID | None
    payment_intent_id: str | None
    amount_refunded: int
    currency: str
    refunds: tuple[StripeRefund, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    id: str
    payment_intent_id: str | None
    charge_id: str | None
    status: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """`payment_intent_id` and `charge_id` are told by versions before 2025-03-31, and since by an `InvoicePayment`."""

    id: str
    number: str | None
    amount_paid: int
    currency: str
    paid_at: datetime | None
    customer_email: str | None
    subscription_id: str | None
    payment_intent_id: str | None
    charge_id: str | None


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """What has paid an invoice; neither is there for money that came past Stripe."""

    invoice_id: str
    payment_intent_id: str | None
    charge_id: str | None


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    charges_enabled: bool
    details_submitted: bool


def read_event(told: object) -> Event:
    """Raises Malformed, as every reader here."""
    if not isinstance(told, dict) or told.get("object") != "event":
        raise Malformed("not an event")
    if not isinstance(inner := _inner(told, "data").get("object"), dict):
        raise Malformed("the event has no object")
    return Event(
        id=_text(told, "id"),
        type=_text(told, "type"),
        api_version=_optional_text(told, "api_version"),
        created=_instant(told, "created"),
        livemode=_flag(told, "livemode"),
        account=_optional_text(told, "account"),
        object_id=_optional_text(inner, "id"),
        object=inner,
        raw=told,
    )


def read_checkout_session(told: Json) -> CheckoutSession:
    return CheckoutSession(
        id=_text(told, "id"),
        payment_id=_our_id(told, "lectern_payment_id"),
        payment_intent_id=_optional_id(told, "payment_intent"),
        status=_optional_text(told, "status"),
        is_paid=_text(told, "payment_status") != "unpaid",
        # Both are null in a session that only saves a card, which is none of ours.
        amount=_amount(told, "amount_total") if told.get("amount_total") is not None else 0,
        currency=_currency(told) if told.get("currency") is not None else "",
    )


def read_payment_intent(told: Json) -> PaymentIntent:
    status = _text(told, "status")
    return PaymentIntent(
        id=_text(told, "id"),
        payment_id=_our_id(told, "lectern_payment_id"),
        status=status,
        amount=_amount(told, "amount_received" if status == "succeeded" else "amount"),
        currency=_currency(told),
        charge_id=_optional_id(told, "latest_charge") or _charge_of_old(told),
        failure_code=_failure_code(_inner(told, "last_payment_error")),
    )


def read_charge(told: Json) -> Charge:
    return Charge(
        id=_text(told, "id"),
        payment_id=_our_id(told, "lectern_payment_id"),
        payment_intent_id=_optional_id(told, "payment_intent"),
        amount_refunded=_amount(told, "amount_refunded"),
        currency=_currency(told),
        refunds=tuple(read_refund(refund) for refund in _listed(told, "refunds")),
    )


# https://docs.stripe.com/api/refunds/object#refund_object-status; ours has no word for waiting on the buyer.
_REFUND_STATUSES: dict[str, RefundStatus] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}


def read_refund(told: Json) -> StripeRefund:
    status = _text(told, "status")
    if status not in _REFUND_STATUSES:
        raise Malformed(f"a refund cannot be {status}")
    return StripeRefund(
        id=_text(told, "id"),
        refund_id=_our_id(told, "lectern_refund_id"),
        payment_intent_id=_optional_id(told, "payment_intent"),
        charge_id=_optional_id(told, "charge"),
        amount=_amount(told, "amount"),
        currency=_currency(told),
        status=_REFUND_STATUSES[status],
        failure_code=_optional_text(told, "failure_reason"),
    )


def read_dispute(told: Json) -> Dispute:
    return Dispute(
        id=_text(told, "id"),
        payment_intent_id=_optional_id(told, "payment_intent"),
        charge_id=_optional_id(told, "charge"),
        status=_text(told, "status"),
        opened_at=_instant(told, "created"),
    )


def read_invoice(told: Json) -> Invoice:
    moments = _inner(told, "status_transitions")
    return Invoice(
        id=_text(told, "id"),
        number=_optional_text(told, "number"),
        amount_paid=_amount(told, "amount_paid"),
        currency=_currency(told),
        paid_at=_instant(moments, "paid_at") if moments.get("paid_at") is not None else None,
        customer_email=_optional_text(told, "customer_email"),
        subscription_id=_optional_id(told, "subscription") or _subscription_of_new(told),
        payment_intent_id=_optional_id(told, "payment_intent"),
        charge_id=_optional_id(told, "charge"),
    )


def read_invoice_payment(told: Json) -> InvoicePayment:
    """https://docs.stripe.com/api/invoice-payment/object."""
    paid_by = _inner(told, "payment")
    invoice_id = _optional_id(told, "invoice")
    if invoice_id is None:
        raise Malformed("it pays no invoice")
    return InvoicePayment(invoice_id, _optional_id(paid_by, "payment_intent"), _optional_id(paid_by, "charge"))


def read_account(told: Json) -> Account:
    return Account(
        id=_text(told, "id"),
        charges_enabled=_flag(told, "charges_enabled"),
        details_submitted=_flag(told, "details_submitted"),
    )


def _charge_of_old(intent: Json) -> str | None:
    """Before 2022-11-15 an intent listed its charges, the newest first."""
    charges = _listed(intent, "charges")
    return _text(charges[0], "id") if charges else None


def _subscription_of_new(invoice: Json) -> str | None:
    """Since 2025-03-31 an invoice says what made it in its `parent`."""
    return _optional_id(_inner(_inner(invoice, "parent"), "subscription_details"), "subscription")


def _failure_code(error: Json) -> str | None:
    return _optional_text(error, "decline_code") or _optional_text(error, "code")


def _our_id(told: Json, name: str) -> UUID | None:
    value = _inner(told, "metadata").get(name)
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _inner(told: Json, name: str) -> Json:
    """The object of that name; an empty one where there is none."""
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _listed(told: Json, name: str) -> list[Json]:
    """The objects of a list, where there is one (https://docs.stripe.com/api/pagination)."""
    data = _inner(told, name).get("data")
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _text(told: Json, name: str) -> str:
    if not isinstance(value := told.get(name), str) or not 1 <= len(value) <= 255:  # noqa: PLR2004 - Stripe's longest id
        raise Malformed(f"`{name}` is no text")
    return value


def _optional_text(told: Json, name: str) -> str | None:
    return None if told.get(name) is None else _text(told, name)


def _optional_id(told: Json, name: str) -> str | None:
    """A reference is an id or, expanded, the object itself (https://docs.stripe.com/api/expanding_objects)."""
    value = told.get(name)
    return _text(value, "id") if isinstance(value, dict) else _optional_text(told, name)


def _amount(told: Json, name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_AMOUNT:
        raise Malformed(f"`{name}` is no amount")
    return value


def _currency(told: Json) -> str:
    if not re.fullmatch("[a-z]{3}", currency := _text(told, "currency")):
        raise Malformed("`currency` is none")
    return currency.upper()


def _instant(told: Json, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(told[name], UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Malformed(f"`{name}` is no instant") from error


def _flag(told: Json, name: str) -> bool:
    if not isinstance(value := told.get(name), bool):
        raise Malformed(f"`{name}` is neither true nor false")
    return value
