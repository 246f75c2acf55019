"""Charges: one attempt to take a payment intent's money, by card or by bank debit."""

from typing import Literal

from local.stripe.identifiers import new_id
from local.stripe.platform import Books, Resource

type Method = Literal["card", "sepa_debit"]

NOT_USED_HERE = (
    *("application", "application_fee", "calculated_statement_descriptor", "customer", "failure_balance_transaction"),
    *("on_behalf_of", "receipt_number", "refunds", "review", "shipping", "source", "source_transfer"),
    *("statement_descriptor", "transfer_data"),
)
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
DECLINED = {"failure_code": "card_declined", "failure_message": "Your card was declined."}
RETURNED = {"failure_code": "insufficient_funds", "failure_message": "The customer's account has too little money."}

CARD = {
    "amount_authorized": None,
    "brand": "visa",
    "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
    "country": "DE",
    "exp_month": 12,
    "exp_year": 2034,
    "fingerprint": "kQ8yJ2mVb6Xw1LtE",
    "funding": "credit",
    "installments": None,
    "last4": "4242",
    "mandate": None,
    "network": "visa",
    "three_d_secure": None,
    "wallet": None,
}
DEBIT = {"bank_code": "37040044", "country": "DE", "fingerprint": "hZ4nR7cPq0Ys5BdU", "last4": "3000", "mandate": None}


def attempt(books: Books, intent: Resource, method: Method) -> Resource:
    """A charge of the intent's amount that is neither through nor refused yet."""
    charge = {
        "id": new_id("ch"),
        "object": "charge",
        **dict.fromkeys(NOT_USED_HERE),
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": {"address": dict.fromkeys(ADDRESS), "email": None, "name": "Test Person", "phone": None},
        "captured": False,
        "created": books.platform.now(),
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        # Stripe copies the intent's metadata, once.
        "metadata": dict(intent["metadata"]),
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {method: CARD if method == "card" else DEBIT, "type": method},
        "receipt_email": intent["receipt_email"],
        "receipt_url": None,
        "refunded": False,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_group": intent["transfer_group"],
    }
    return books.add(charge)


def succeed(charge: Resource) -> None:
    charge |= {
        "amount_captured": charge["amount"],
        "balance_transaction": new_id("txn"),
        "captured": True,
        "outcome": _outcome("approved_by_network", None, "authorized"),
        "paid": True,
        "receipt_url": f"https://pay.stripe.com/receipts/{charge['id']}",
        "status": "succeeded",
    }


def fail(charge: Resource) -> None:
    reason = DECLINED if charge["payment_method_details"]["type"] == "card" else RETURNED
    outcome = _outcome("declined_by_network", reason["failure_code"], "issuer_declined")
    charge |= {**reason, "outcome": outcome, "status": "failed"}


def _outcome(network_status: str, reason: str | None, kind: str) -> Resource:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": reason,
        "risk_level": "normal",
        "seller_message": None,
        "type": kind,
    }
