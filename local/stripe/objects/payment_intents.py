"""Payment intents: the money that a checkout session or an invoice is to bring, over as many attempts as it takes."""

from local.stripe.identifiers import new_id
from local.stripe.paging import PAGING
from local.stripe.parameters import group
from local.stripe.platform import Books, Resource

LIST = group(**PAGING)

NOT_USED_HERE = (
    *("application", "canceled_at", "cancellation_reason", "customer", "customer_account"),
    *("excluded_payment_method_types", "next_action", "on_behalf_of", "review", "setup_future_usage", "shipping"),
    *("source", "statement_descriptor", "transfer_data"),
)


def create(books: Books, session: Resource) -> Resource:
    """For a session whose buyer pays for the first time; before that it has none, since version 2022-08-01."""
    carried = books.orders[session["id"]]["payment_intent_data"]
    methods = session["payment_method_types"]
    intent = _add(books, session["amount_total"], session["currency"], methods, carried)
    session["payment_intent"] = intent["id"]
    return intent


def create_for_invoice(books: Books, amount: int, currency: str) -> Resource:
    return _add(books, amount, currency, ["card"], {"description": "Subscription update"})


def _add(books: Books, amount: int, currency: str, methods: list[str], carried: Resource) -> Resource:
    identifier = new_id("pi")
    intent = {
        "id": identifier,
        "object": "payment_intent",
        **dict.fromkeys(NOT_USED_HERE),
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application_fee_amount": carried.get("application_fee_amount"),
        "automatic_payment_methods": None,
        "capture_method": "automatic",
        "client_secret": new_id(f"{identifier}_secret"),
        "confirmation_method": "automatic",
        "created": books.platform.now(),
        "currency": currency,
        "description": carried.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": carried.get("metadata", {}),
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": carried.get("receipt_email"),
        "statement_descriptor_suffix": carried.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_group": carried.get("transfer_group"),
    }
    return books.add(intent)


def process(intent: Resource, charge: Resource) -> None:
    """The bank has been asked, and its answer takes days."""
    intent |= {"latest_charge": charge["id"], "payment_method": charge["payment_method"], "status": "processing"}


def succeed(intent: Resource, charge: Resource) -> None:
    intent |= {
        "amount_received": charge["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }


def fail(intent: Resource, charge: Resource) -> None:
    """Back to the start: it can be tried again."""
    error = {
        "charge": charge["id"],
        "code": charge["failure_code"],
        "message": charge["failure_message"],
        "type": "card_error",
    }
    intent |= {
        "last_payment_error": error,
        "latest_charge": charge["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
