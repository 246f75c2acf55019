"""Every error as problem details (RFC 9457): one table from the kinds of errors to HTTP, and one way to write them.

`code` is stable and what programs read; `detail` is for people; `errors` names the fields that are wrong.
"""

import traceback
from collections.abc import Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import NotRequired, TypedDict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from pydantic_core import to_json

from lectern.errors import (
    Conflict,
    Invalid,
    LecternError,
    NotFound,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)

CONTENT_TYPE = "application/problem+json"

_STATUSES: dict[type[LecternError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

# A form of 64 KB can be wrong in thousands of ways; nobody reads more than these.
_ERRORS_TOLD = 20
_LONGEST_NAME = 200

_logger = Logger()


class Unacceptable(LecternError):
    """The message is wrong before anybody looks at what it says; `status` is HTTP's own word for it."""

    def __init__(self, status: HTTPStatus, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code, message)
        self.status = status
        self.headers = headers or {}


class FieldError(TypedDict):
    """`place` is body, query, path or header; `field` the path to the value, with dots."""

    field: str
    message: str
    place: NotRequired[str]
    code: NotRequired[str]


def answer_errors(app: APIGatewayHttpResolver) -> None:
    """Make the app answer everything that is raised; nothing leaves the function as a failure."""
    app.exception_handler(LecternError)(_known)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(RequestUnsupportedContentType)(_not_json)
    app.exception_handler(Exception)(partial(_unexpected, app))


def _unexpected(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    request_id = app.lambda_context.aws_request_id
    # The error's own words may quote a person's data; its kind and its place in the code do not.
    _logger.error(
        "unexpected error",
        error=type(error).__qualname__,
        request_id=request_id,
        stack=traceback.format_tb(error.__traceback__),
    )
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Something broke on our side. Try again; if it stays broken, tell us the request_id.",
        facts={"request_id": request_id},
    )


def _known(error: LecternError) -> Response[str]:
    facts = dict(error.facts)
    if isinstance(error, Unacceptable):
        return _problem(error.status, error.code, error.message, error.headers)
    if fields := _named_fields(facts):
        facts["errors"] = [FieldError(field=field, message=error.message) for field in fields]
    headers = {}
    if "retry_after" in facts:
        headers["Retry-After"] = str(facts["retry_after"])
    if isinstance(error, Unauthenticated):
        # RFC 9110, section 15.5.2: a 401 names the scheme to use.
        headers["WWW-Authenticate"] = "Bearer"
    status = next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)
    return _problem(status, error.code, error.message, headers, facts)


def _named_fields(facts: dict[str, object]) -> list[str]:
    one, several = facts.pop("field", None), facts.pop("fields", None)
    named = [one] if one is not None else several
    return [str(field) for field in named] if isinstance(named, list) else []


def _invalid(error: RequestValidationError) -> Response[str]:
    errors = list(_field_errors(error))
    return _problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_request",
        "Some values are missing or wrong; `errors` names them.",
        facts={"errors": errors[:_ERRORS_TOLD]},
    )


def _field_errors(error: RequestValidationError) -> Iterator[FieldError]:
    for found in error.errors():
        place, *path = found["loc"]
        field = ".".join(str(part) for part in path)[:_LONGEST_NAME]
        yield FieldError(field=field, place=str(place), message=str(found["msg"]), code=str(found["type"]))


def _not_json(_: RequestUnsupportedContentType) -> Response[str]:
    return _problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", "Send the body as JSON, with Content-Type: application/json."
    )


def _problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    headers: dict[str, str] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Response[str]:
    standard = {
        # No page of its own: the code says more than the status (RFC 9457, section 4.2.1).
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    # A fact must not pose as one of the standard's own members.
    text = to_json(standard | {**(facts or {}), **standard}).decode()
    return Response(status, CONTENT_TYPE, text, {**(headers or {}), "Cache-Control": "no-store"})
