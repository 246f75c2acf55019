"""Refunds: money of a charge that goes back, in whole or in parts."""

from local.stripe.errors import ApiError
from local.stripe.identifiers import new_id
from local.stripe.money import shown
from local.stripe.objects import disputes, events
from local.stripe.paging import PAGING
from local.stripe.parameters import between, flag, group, metadata, one_of, text
from local.stripe.platform import Books, Resource

CREATE = group(
    amount=between(1, 99_999_999),
    charge=text,
    metadata=metadata,
    payment_intent=text,
    reason=one_of("duplicate", "fraudulent", "requested_by_customer"),
    refund_application_fee=flag,
    reverse_transfer=flag,
)
LIST = group(**PAGING, charge=text, payment_intent=text)

NOT_USED_HERE = ("failure_balance_transaction", "receipt_number", "source_transfer_reversal", "transfer_reversal")


def create(books: Books, given: Resource) -> Resource:
    """Of the amount, or else of all that is left; raises `ApiError` when the charge does not have so much."""
    charge = _charge(books, given)
    amount = given.get("amount", charge["amount"] - charge["amount_refunded"])
    _require_refundable(books, charge, amount)
    by_card = charge["payment_method_details"]["type"] == "card"
    refund = {
        "id": new_id("re"),
        "object": "refund",
        **dict.fromkeys(NOT_USED_HERE),
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": charge["id"],
        "created": books.platform.now(),
        "currency": charge["currency"],
        "destination_details": {"type": charge["payment_method_details"]["type"]},
        "metadata": given.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "status": "succeeded" if by_card else "pending",
    }
    events.record(books, "refund.created", books.add(refund))
    _count(books, charge, amount)
    return refund


def settle(books: Books, refund: Resource, *, succeeded: bool) -> Resource:
    """The bank's word on a refund: on a pending one, or that one which seemed done comes back.

    Raises `ApiError` for a refund that has failed already, or to succeed a second time.
    """
    was = refund["status"]
    if was != "pending" and (succeeded or was == "failed"):
        raise ApiError(f"Refund {refund['id']} has {was} already.")
    refund["status"] = "succeeded" if succeeded else "failed"
    if not succeeded:
        refund["failure_reason"] = "expired_or_canceled_card"
        charge = books.get("charge", refund["charge"])
        charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
        events.record(books, "refund.failed", refund, status=was)
    events.record(books, "refund.updated", refund, status=was)
    return refund


def _charge(books: Books, given: Resource) -> Resource:
    if "charge" in given:
        return books.get("charge", given["charge"], "charge")
    if "payment_intent" not in given:
        raise ApiError("One of the following params should be provided for this request: payment_intent or charge.")
    intent = books.get("payment_intent", given["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise ApiError(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return books.get("charge", intent["latest_charge"])


def _require_refundable(books: Books, charge: Resource, amount: int) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(f"This PaymentIntent ({charge['payment_intent']}) does not have a successful charge to refund.")
    if disputes.withholds(books, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        limit = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        asked, most = shown(amount, charge["currency"]), shown(left, charge["currency"])
        raise ApiError(f"Refund amount ({asked}) is greater than {limit} ({most})", param="amount")


def _count(books: Books, charge: Resource, amount: int) -> None:
    was = charge["amount_refunded"]
    charge["amount_refunded"] = was + amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    previous = {"amount_refunded": was, **({"refunded": False} if charge["refunded"] else {})}
    events.record(books, "charge.refunded", charge, **previous)
