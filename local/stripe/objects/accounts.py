"""Connected accounts, and the links by which their owners tell Stripe what it must know of them."""

from local.stripe.errors import ApiError, no_access, no_such
from local.stripe.identifiers import new_id
from local.stripe.objects import events
from local.stripe.paging import PAGING, Page, page
from local.stripe.parameters import currency, flag, group, metadata, one_of, short, text, url
from local.stripe.platform import Books, Platform, Resource

# An account link works once, and for five minutes.
LINK_SECONDS = 300

DUE = ("business_profile.url", "external_account", "tos_acceptance.date")

_capability = group(requested=flag)

CREATE = group(
    type=one_of("custom", "express", "standard"),
    country=short(2),
    email=text,
    business_type=text,
    business_profile=group(name=text, url=url, mcc=text, product_description=text),
    capabilities=group(card_payments=_capability, transfers=_capability, sepa_debit_payments=_capability),
    controller=group(
        fees=group(payer=text),
        losses=group(payments=text),
        requirement_collection=text,
        stripe_dashboard=group(type=text),
    ),
    default_currency=currency,
    metadata=metadata,
)
LIST = group(**PAGING)
CREATE_LINK = group(
    {"account": text, "type": one_of("account_onboarding", "account_update"), "refresh_url": url, "return_url": url}
)


def create(platform: Platform, given: Resource) -> Resource:
    identifier = new_id("acct", 16)
    books = platform.connected[identifier] = Books(platform, identifier)
    account = {
        "id": identifier,
        "object": "account",
        "business_profile": given.get("business_profile", {}),
        "business_type": given.get("business_type"),
        "capabilities": dict.fromkeys(given.get("capabilities", ()), "inactive"),
        "charges_enabled": False,
        "controller": {"type": "application", "is_controller": True, **given.get("controller", {})},
        "country": given.get("country", "DE"),
        "created": platform.now(),
        "default_currency": given.get("default_currency", "eur"),
        "details_submitted": False,
        "email": given.get("email"),
        "metadata": given.get("metadata", {}),
        "payouts_enabled": False,
        "requirements": {"currently_due": list(DUE), "disabled_reason": "requirements.past_due"},
        "type": given.get("type", "none"),
    }
    return books.add(account)


def retrieve(books: Books, identifier: str) -> Resource:
    """The platform reads every account, an account itself; raises `ApiError` (403) otherwise."""
    if books.account not in {None, identifier}:
        raise no_access(identifier)
    return books.platform.books_of(identifier).get("account", identifier)


def listed(books: Books, given: Resource) -> Page:
    """The platform's accounts, the newest first; one of those has none."""
    connected = {} if books.account else books.platform.connected
    return page([each.get("account", name) for name, each in reversed(connected.items())], given, "/v1/accounts")


def create_link(books: Books, given: Resource) -> Resource:
    platform = books.platform
    if given["account"] not in platform.connected:
        raise no_such("account", given["account"], "account")
    token = new_id("link")
    expires_at = platform.now() + LINK_SECONDS
    platform.links[token] = {**given, "expires_at": expires_at, "used": False}
    address = f"{platform.url}/setup/{token}"
    return {"object": "account_link", "created": platform.now(), "expires_at": expires_at, "url": address}


def use_link(platform: Platform, token: str) -> str:
    """The account's owner completes what the link is for; the address where they go from there.

    A link that was used before, or whose time is over, does nothing and leads to its `refresh_url`.
    """
    if token not in platform.links:
        raise no_such("link", token)
    link = platform.links[token]
    if link["used"] or link["expires_at"] <= platform.now():
        return str(link["refresh_url"])
    link["used"] = True
    complete_onboarding(platform, link["account"])
    return str(link["return_url"])


def complete_onboarding(platform: Platform, identifier: str) -> Resource:
    """Its owner has told all: from now on the account can be paid."""
    books = platform.books_of(identifier)
    account = books.get("account", identifier)
    was = {"charges_enabled": account["charges_enabled"], "details_submitted": account["details_submitted"]}
    account |= {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True}
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active")
    account["requirements"] = {"currently_due": [], "disabled_reason": None}
    events.record(books, "account.updated", account, **was)
    return account


def require_chargeable(books: Books) -> None:
    """Raise `ApiError` for a connected account whose owner has not told Stripe enough."""
    if books.account and not books.get("account", books.account)["charges_enabled"]:
        raise ApiError("Your account cannot currently make charges.")
