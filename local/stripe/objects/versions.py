"""What today's objects looked like under an older API version, which an account keeps until it is moved.

https://docs.stripe.com/upgrades: 2022-08-01, 2022-11-15 and 2025-03-31 are between the two that are known here.
"""

from copy import deepcopy

from local.stripe.platform import Books, EventVersion, Resource


def shaped(books: Books, resource: Resource, version: EventVersion) -> Resource:
    """A copy of the object, as the version has it."""
    copy = deepcopy(resource)
    if version == "2020-08-27" and copy["object"] in OLD:
        OLD[copy["object"]](books, copy)
    return copy


def _old_session(_: Books, session: Resource) -> None:
    del session["ui_mode"]


def _old_intent(books: Books, intent: Resource) -> None:
    del intent["latest_charge"]
    url = f"/v1/charges?payment_intent={intent['id']}"
    intent["charges"] = _list_of_old(books, "charge", "payment_intent", intent["id"], url)


def _old_charge(books: Books, charge: Resource) -> None:
    url = f"/v1/charges/{charge['id']}/refunds"
    charge["refunds"] = _list_of_old(books, "refund", "charge", charge["id"], url)


def _old_invoice(_: Books, invoice: Resource) -> None:
    details = invoice.pop("parent")["subscription_details"]
    invoice["subscription"] = details["subscription"]


def _list_of_old(books: Books, kind: str, field: str, identifier: str, url: str) -> Resource:
    data = [shaped(books, each, "2020-08-27") for each in books.all(kind) if each[field] == identifier]
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}


OLD = {"checkout.session": _old_session, "payment_intent": _old_intent, "charge": _old_charge, "invoice": _old_invoice}
