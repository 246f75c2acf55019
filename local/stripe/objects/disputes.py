"""Disputes: a buyer has their bank take a charge back, until the bank decides who is right."""

from local.stripe.errors import ApiError
from local.stripe.identifiers import new_id
from local.stripe.objects import events
from local.stripe.paging import PAGING
from local.stripe.parameters import group, text
from local.stripe.platform import Books, Resource

LIST = group(**PAGING, charge=text, payment_intent=text)

ANSWER_SECONDS = 7 * 24 * 3600


def create(books: Books, intent: Resource) -> Resource:
    """Of the whole charge; raises `ApiError` for a payment that did not succeed or is disputed already."""
    if intent["status"] != "succeeded":
        raise ApiError(f"Payment {intent['id']} has brought no money that could be disputed.")
    charge = books.get("charge", intent["latest_charge"])
    if charge["disputed"]:
        raise ApiError(f"Charge {charge['id']} has been disputed before.")
    charge["disputed"] = True
    now = books.platform.now()
    dispute = {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": now + ANSWER_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent["id"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": "fraudulent",
        "status": "needs_response",
    }
    events.record(books, "charge.dispute.created", books.add(dispute))
    return dispute


def close(books: Books, dispute: Resource, *, won: bool) -> Resource:
    """The bank's decision; raises `ApiError` when it was made before."""
    was = dispute["status"]
    if was in {"won", "lost"}:
        raise ApiError(f"Dispute {dispute['id']} is {was} already.")
    dispute["status"] = "won" if won else "lost"
    events.record(books, "charge.dispute.closed", dispute, status=was)
    return dispute


def withholds(books: Books, charge: Resource) -> bool:
    """Whether the charge's money is with the bank: in dispute, or lost."""
    return any(each["charge"] == charge["id"] and each["status"] != "won" for each in books.all("dispute"))
