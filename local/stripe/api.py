"""The API: which request does what, and what every request must have before it does anything.

https://docs.stripe.com/api: the API key, the account it is made for, an idempotency key, known parameters.
"""

import base64
import binascii
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from local.http_server import Reply, Request
from local.stripe import form
from local.stripe.errors import ApiError
from local.stripe.faults import BROKEN
from local.stripe.idempotency import MAX_KEY, Attempt
from local.stripe.identifiers import new_id
from local.stripe.message import account_of, as_json, idempotency_key_of
from local.stripe.objects import accounts, checkout_sessions, disputes, events, payment_intents, refunds
from local.stripe.paging import page
from local.stripe.parameters import NOTHING, Check
from local.stripe.platform import Books, Platform, Resource
from local.stripe.turn import turn

# The books of the account that is asked, the id in the path or "", and the checked parameters.
type Endpoint = Callable[[Books, str, Resource], Resource]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    endpoint: Endpoint
    parameters: Check = NOTHING


def answer(platform: Platform, request: Request, *, fails: bool = False) -> Reply:
    """`fails`: on its way, as far as a request gets whose parameters are right."""
    try:
        reply = _answer(platform, request, fails=fails)
    except ApiError as error:
        reply = error.reply()
    return replace(reply, headers={"Request-Id": new_id("req", 14), **reply.headers})


def _answer(platform: Platform, request: Request, *, fails: bool) -> Reply:
    _require_key(request, platform.api_key)
    books = platform.books_of(account_of(request))
    route, identifier = _route(request)
    given = form.decode(request.body if request.method == "POST" else request.query)

    def execute() -> Reply:
        parameters = route.parameters(given, "")
        time.sleep(platform.latency_seconds)
        if fails:
            raise BROKEN
        with turn(platform):
            return as_json(200, route.endpoint(books, identifier, parameters))

    key = idempotency_key_of(request)
    if request.method != "POST" or not key:
        return execute()
    if len(key) > MAX_KEY:
        raise ApiError(f"Idempotency-Key is too long: at most {MAX_KEY} characters.")
    reply = platform.idempotency.once(books.account, key, Attempt(request.path, given), execute)
    return replace(reply, headers={"Idempotency-Key": key, **reply.headers})


def _require_key(request: Request, key: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        given = _user(given)
    if not given:
        raise ApiError("You did not provide an API key.", status=401)
    if given != key:
        raise ApiError(f"Invalid API Key provided: {given[:8]}{'*' * 8}", status=401)


def _user(credentials: str) -> str:
    """The user name of basic authentication, which is the API key."""
    try:
        return base64.b64decode(credentials).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _route(request: Request) -> tuple[Route, str]:
    for route in ROUTES:
        found = route.path.fullmatch(request.path)
        if found and route.method == request.method:
            return route, found.groupdict().get("id", "")
    raise ApiError(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)


def _at(method: str, path: str, endpoint: Endpoint, parameters: Check = NOTHING) -> Route:
    return Route(method, re.compile(path.replace("{id}", r"(?P<id>\w+)")), endpoint, parameters)


def _reading(kind: str, param: str = "id") -> Endpoint:
    return lambda books, identifier, _: books.get(kind, identifier, param)


def _listing(kind: str, url: str, *filters: str) -> Endpoint:
    def endpoint(books: Books, _: str, given: Resource) -> Resource:
        asked = {name: given[name] for name in filters if name in given}
        found = [each for each in books.all(kind) if all(each[name] == value for name, value in asked.items())]
        return page(found, given, url)

    return endpoint


def _expire(books: Books, identifier: str, _: Resource) -> Resource:
    return checkout_sessions.expire(books, books.get("checkout.session", identifier, "session"))


SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
REFUNDS = "/v1/refunds"
DISPUTES = "/v1/disputes"

ROUTES = (
    _at("POST", "/v1/accounts", lambda books, _, given: accounts.create(books.platform, given), accounts.CREATE),
    _at("GET", "/v1/accounts", lambda books, _, given: accounts.listed(books, given), accounts.LIST),
    _at("GET", "/v1/accounts/{id}", lambda books, account, _: accounts.retrieve(books, account)),
    _at("POST", "/v1/account_links", lambda books, _, given: accounts.create_link(books, given), accounts.CREATE_LINK),
    _at("POST", SESSIONS, lambda books, _, given: checkout_sessions.create(books, given), checkout_sessions.CREATE),
    _at("GET", SESSIONS, _listing("checkout.session", SESSIONS, "payment_intent", "status"), checkout_sessions.LIST),
    _at("GET", f"{SESSIONS}/{{id}}", _reading("checkout.session", "session")),
    _at("POST", f"{SESSIONS}/{{id}}/expire", _expire),
    _at("GET", INTENTS, _listing("payment_intent", INTENTS), payment_intents.LIST),
    _at("GET", f"{INTENTS}/{{id}}", _reading("payment_intent", "intent")),
    _at("GET", "/v1/charges/{id}", _reading("charge")),
    _at("POST", REFUNDS, lambda books, _, given: refunds.create(books, given), refunds.CREATE),
    _at("GET", REFUNDS, _listing("refund", REFUNDS, "charge", "payment_intent"), refunds.LIST),
    _at("GET", f"{REFUNDS}/{{id}}", _reading("refund")),
    _at("GET", DISPUTES, _listing("dispute", DISPUTES, "charge", "payment_intent"), disputes.LIST),
    _at("GET", f"{DISPUTES}/{{id}}", _reading("dispute")),
    _at("GET", "/v1/events", lambda books, _, given: events.listed(books, given), events.LIST),
    _at("GET", "/v1/events/{id}", lambda books, event, _: events.retrieve(books, event)),
)
