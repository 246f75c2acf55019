"""Who may call a route and how often: each kind of access tells the OpenAPI document and enforces it, in one value.

The order is by price: how often one address calls, who is calling, and only then what they ask for.
"""

from collections.abc import Callable
from http import HTTPMethod
from typing import Any, TypedDict
from uuid import UUID

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from aws_lambda_powertools.event_handler.request import Request

from booking.edge.conditional import Middleware
from lectern import clock, database, directory, limits
from lectern.accounts import auth_sessions
from lectern.directory import Seat
from lectern.errors import NotFound, Unauthenticated
from lectern.limits import Limit
from lectern.settings import token_key
from lectern.students.access import is_token_of_student
from lectern.tokens import Claim, is_purchase_token, read_claim, token_hash

READS = Limit("public-read", rate_per_minute=300, burst=100)
WRITES = Limit("public-write", rate_per_minute=60, burst=30)
SIGN_INS = Limit("sign-in", rate_per_minute=10, burst=10)
# Of their own: what a page tells of its visitors must not use up what they book with.
VISITS = Limit("visit", rate_per_minute=60, burst=30)
# Each makes a call to Stripe, which lets all teachers together make so many.
CHECKOUTS = Limit("checkout", rate_per_minute=10, burst=10)

_logger = Logger()
_validated = OpenAPIRequestValidationMiddleware()


class Access(TypedDict):
    """Arguments of a route."""

    security: list[dict[str, list[str]]]
    middlewares: list[Middleware]


def public(*then: Middleware) -> Access:
    """Anybody, at a public's pace."""
    return Access(security=[], middlewares=[_limit_public, _validated, *then])


def signing_in() -> Access:
    """Anybody, slowly: these are the routes on which passwords are guessed."""
    return Access(security=[], middlewares=[_limit_sign_ins, _validated])


def checking_out() -> Access:
    """Anybody, slowly: each of these makes a call to Stripe."""
    return Access(security=[], middlewares=[_limit_checkouts, _validated])


def visiting() -> Access:
    """Anybody, at the pace of somebody who looks around."""
    return Access(security=[], middlewares=[_limit_visits, _validated])


def seat_holder(*then: Middleware) -> Access:
    """Whoever holds the token of a seat; it travels as a bearer token, never in a URL that is logged."""
    return Access(security=[{"seat": []}], middlewares=[_limit_public, _find_seat, _validated, *then])


def purchase_holder(*then: Middleware) -> Access:
    """Whoever holds the token of a purchase."""
    return Access(security=[{"purchase": []}], middlewares=[_limit_public, _find_purchase, _validated, *then])


def student(*then: Middleware) -> Access:
    """A student, by the token that their teacher gave out."""
    return Access(security=[{"student": []}], middlewares=[_limit_public, _find_student, _validated, *then])


def teacher(*then: Middleware) -> Access:
    return Access(security=[{"teacher": []}], middlewares=[_find_teacher, _validated, *then])


def teacher_with_password() -> Access:
    """A teacher who gives their password once more, as slowly as it could be guessed when signing in."""
    return Access(security=[{"teacher": []}], middlewares=[_limit_sign_ins, _find_teacher, _validated])


def teacher_id(request: Request) -> UUID:
    """The teacher who is signed in, or whose seat, purchase or student it is."""
    found: UUID = request.context["teacher_id"]
    return found


def seat(request: Request) -> Seat:
    found: Seat = request.context["seat"]
    return found


def payment_id(request: Request) -> UUID:
    """The purchase whose token it is."""
    found: UUID = request.context["payment_id"]
    return found


def student_id(request: Request) -> UUID:
    """The student whose token it is."""
    found: UUID = request.context["student_id"]
    return found


def bearer_token(request: Request) -> str | None:
    """The credentials of RFC 6750, section 2.1; None for none, or for another scheme."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def teacher_called(slug: str) -> UUID:
    """Raises NotFound `teacher_not_found`."""
    found = directory.teacher_by_slug(slug)
    if found is None:
        raise NotFound("teacher_not_found", "There is no teacher at this address.")
    _log_tenant(found)
    return found


def unknown_token() -> Unauthenticated:
    return Unauthenticated("unknown_token", "This token is unknown or has expired. Get a new one.")


def _limit_public(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    _limit(app, READS if app.request.method == HTTPMethod.GET else WRITES)
    return next_middleware(app)


def _limit_sign_ins(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    _limit(app, SIGN_INS)
    return next_middleware(app)


def _limit_checkouts(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    _limit(app, CHECKOUTS)
    return next_middleware(app)


def _limit_visits(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    _limit(app, VISITS)
    return next_middleware(app)


def _limit(app: APIGatewayHttpResolver, limit: Limit) -> None:
    limits.check(limit, limits.client_subject(app.current_event.request_context.http.source_ip))


def _find_teacher(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    session = _known_by(_auth_session, bearer_token(app.request))
    _know(app, session.teacher_id)
    return next_middleware(app)


def _auth_session(token: str) -> auth_sessions.AuthSession | None:
    return auth_sessions.get_session(token, clock.now())


def _find_seat(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    found = _known_by(_seat_of, bearer_token(app.request))
    _know(app, found.teacher_id, seat=found)
    return next_middleware(app)


def _seat_of(token: str) -> Seat | None:
    return directory.seat_by_token(token_hash(token))


def _find_purchase(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    claim = _known_by(_purchase_of, bearer_token(app.request))
    _know(app, claim.teacher_id, payment_id=claim.subject_id)
    return next_middleware(app)


def _find_student(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    claim = _known_by(_student_of, bearer_token(app.request))
    _know(app, claim.teacher_id, student_id=claim.subject_id)
    return next_middleware(app)


def _purchase_of(token: str) -> Claim | None:
    claim = read_claim(token)
    return claim if claim and is_purchase_token(token_key(), token, claim) else None


def _student_of(token: str) -> Claim | None:
    claim = read_claim(token)
    if claim is None:
        return None
    with database.tenant(claim.teacher_id) as tx:
        return claim if is_token_of_student(tx, token, claim) else None


def _know(app: APIGatewayHttpResolver, teacher_id: UUID, **more: UUID | Seat) -> None:
    _log_tenant(teacher_id)
    app.append_context(teacher_id=teacher_id, **more)


def _log_tenant(teacher_id: UUID) -> None:
    _logger.append_keys(teacher_id=str(teacher_id))


def _known_by[Known](find: Callable[[str], Known | None], token: str | None) -> Known:
    if token is None:
        raise Unauthenticated("no_token", "Send your token as: Authorization: Bearer <token>.")
    known = find(token)
    if known is None:
        raise unknown_token()
    return known
