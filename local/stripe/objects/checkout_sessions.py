"""Checkout sessions: a page on which somebody pays for what is listed, until it is paid or its time is over."""

from local.stripe.errors import ApiError, InvalidParameter
from local.stripe.identifiers import new_id
from local.stripe.money import ZERO_DECIMAL, shown
from local.stripe.objects import accounts, events
from local.stripe.paging import PAGING
from local.stripe.parameters import (
    between,
    currency,
    each,
    group,
    integer,
    metadata,
    one_of,
    short,
    text,
    url,
)
from local.stripe.platform import Books, Resource

MIN_SECONDS, MAX_SECONDS = 30 * 60, 24 * 3600

# Stripe's minimum in most currencies; the others' are near it. https://docs.stripe.com/currencies#minimum-and-maximum
MIN_AMOUNT, MAX_AMOUNT = 50, 99_999_999

METHODS = ("card", "sepa_debit")

_price = group(
    {
        "currency": currency,
        "product_data": group({"name": text}, description=text, metadata=metadata),
        "unit_amount": between(0, MAX_AMOUNT),
    },
)
CREATE = group(
    {
        "mode": one_of("payment"),
        "success_url": url,
        "line_items": each(group({"price_data": _price, "quantity": between(1, 999_999)})),
    },
    allowed_payment_method_types=each(one_of(*METHODS)),
    cancel_url=url,
    client_reference_id=short(200),
    customer_email=text,
    expires_at=integer,
    locale=text,
    metadata=metadata,
    payment_intent_data=group(
        application_fee_amount=between(0, MAX_AMOUNT),
        description=text,
        metadata=metadata,
        receipt_email=text,
        statement_descriptor_suffix=short(22),
        transfer_group=text,
    ),
    submit_type=one_of("auto", "book", "donate", "pay"),
    ui_mode=one_of("hosted_page"),
)
LIST = group(**PAGING, payment_intent=text, status=one_of("complete", "expired", "open"))

# What every session here has alike.
NOT_USED_HERE = (
    *("after_expiration", "allow_promotion_codes", "client_secret", "collected_information", "consent"),
    *("consent_collection", "currency_conversion", "customer", "customer_account", "invoice", "invoice_creation"),
    *("origin_context", "payment_link", "permissions", "recovered_from", "setup_intent"),
    *("shipping_address_collection", "shipping_cost", "subscription", "wallet_options"),
)

SETTINGS: Resource = {
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": "auto",
    "custom_fields": [],
    "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
    "customer_creation": "if_required",
    "discounts": [],
    "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "phone_number_collection": {"enabled": False},
    "shipping_options": [],
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
}


def create(books: Books, given: Resource) -> Resource:
    accounts.require_chargeable(books)
    now = books.platform.now()
    expires_at = _expiry(given, now)
    items = given["line_items"]
    total = _total(items)
    identifier = new_id("cs_test", 58)
    books.orders[identifier] = {"line_items": items, "payment_intent_data": given.get("payment_intent_data", {})}
    session = {
        "id": identifier,
        "object": "checkout.session",
        **dict.fromkeys(NOT_USED_HERE),
        **SETTINGS,
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": now,
        "currency": items[0]["price_data"]["currency"],
        "customer_details": _customer(given["customer_email"]) if "customer_email" in given else None,
        "customer_email": given.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": given.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": given.get("allowed_payment_method_types", list(METHODS)),
        "payment_status": "unpaid" if total else "no_payment_required",
        "status": "open",
        "submit_type": given.get("submit_type"),
        "success_url": given["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{books.platform.url}/c/pay/{identifier}",
    }
    return books.add(session)


def expire(books: Books, session: Resource) -> Resource:
    """Raises `ApiError` unless the session is open."""
    if session["status"] != "open":
        message = 'Only Checkout Sessions with a status in ["open"] can be expired.'
        raise ApiError(f"{message} This Checkout Session has a status of `{session['status']}`.")
    session |= {"status": "expired", "url": None}
    events.record(books, "checkout.session.expired", session)
    return session


def expire_due(books: Books) -> None:
    """Expire what is open past its time."""
    for session in books.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= books.platform.now():
            expire(books, session)


def complete(session: Resource, payment_status: str) -> None:
    """The buyer has done what the page asks, whether or not the money is there yet."""
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    session["customer_details"] = _customer(session["customer_email"] or "buyer@example.com")


def _total(items: list[Resource]) -> int:
    if not items:
        raise InvalidParameter("Missing required param: line_items.", "line_items", "parameter_missing")
    currencies = {item["price_data"]["currency"] for item in items}
    if len(currencies) > 1:
        message = "All line items must have the same currency"
        raise InvalidParameter(f"{message}: {', '.join(sorted(currencies))}.", "line_items")
    total = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    [code] = currencies
    if 0 < total < MIN_AMOUNT and code not in ZERO_DECIMAL:
        least = f"{shown(MIN_AMOUNT, code)} {code}"
        message = f"The Checkout Session's total amount due must add up to at least {least}"
        raise InvalidParameter(message, "line_items", "amount_too_small")
    return int(total)


def _expiry(given: Resource, now: int) -> int:
    moment = int(given.get("expires_at", now + MAX_SECONDS))
    if moment < now + MIN_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise InvalidParameter(message, "expires_at")
    if moment > now + MAX_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise InvalidParameter(message, "expires_at")
    return moment


def _customer(email: str) -> Resource:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address,
        "email": email,
        "name": "Test Person",
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
