"""Events: what happened to an object, with the object as it was then, in the API version of the time."""

from fnmatch import fnmatchcase

from local.stripe.errors import InvalidParameter, no_such
from local.stripe.identifiers import new_id
from local.stripe.objects.versions import shaped
from local.stripe.paging import PAGING, Page, page
from local.stripe.parameters import each, flag, group, text
from local.stripe.platform import Books, Resource

# Stripe lists events going back so far.
LISTED_SECONDS = 30 * 24 * 3600

LIST = group(**PAGING, type=text, types=each(text), delivery_success=flag)


def record(books: Books, kind: str, resource: Resource, **previous: object) -> None:
    """Tell that the object has changed; `previous` are the values that changed."""
    version = books.platform.event_version
    data = {"object": shaped(books, resource, version), **({"previous_attributes": previous} if previous else {})}
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": version,
        "created": books.platform.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        **({"account": books.account} if books.account else {}),
    }
    books.platform.happened.append(event)


def retrieve(books: Books, identifier: str) -> Resource:
    for event in _own(books):
        if event["id"] == identifier:
            return event
    raise no_such("event", identifier)


def listed(books: Books, given: Resource) -> Page:
    if "type" in given and "types" in given:
        raise InvalidParameter("You may only specify one of these parameters: type, types.", "types")
    since = books.platform.now() - LISTED_SECONDS
    patterns = given.get("types", [given.get("type", "*")])
    return page(
        [
            event
            for event in _own(books)
            if event["created"] >= since
            and any(fnmatchcase(event["type"], pattern) for pattern in patterns)
            and given.get("delivery_success") in (None, event["pending_webhooks"] == 0)
        ],
        given,
        "/v1/events",
    )


def _own(books: Books) -> list[Resource]:
    return [event for event in reversed(books.platform.happened) if event.get("account") == books.account]
