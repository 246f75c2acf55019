"""One request to Google, through the guarded client, and what each of Google's refusals means.

https://developers.google.com/workspace/calendar/api/guides/errors
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import urllib3

from lectern.errors import Conflict, NotFound, Unavailable
from lectern.limits import Limit
from lectern.outbound import CONNECT_SECONDS, READ_SECONDS, Down, Provider, Throttled, Unreachable, call
from lectern.settings import GoogleSettings, google_settings

type Json = dict[str, Any]

# Under Google's own 10,000 a minute of all, and 600 of one user, of whom another program may ask as well:
# https://developers.google.com/workspace/calendar/api/guides/quota
GOOGLE = Provider(
    "google-calendar",
    Limit("google-calendar", rate_per_minute=9000, burst=300),
    Limit("google-calendar-teacher", rate_per_minute=500, burst=200),
)

# 403 as well as 429 is how Google says that it is too much.
_TOO_MUCH = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})


# What Google says of the one thing that was asked for, where it speaks of whoever asks as well: a grant, a code, an
# event that is another's, and an address for its notifications.
_ABOUT_THE_QUESTION = frozenset(
    {"invalid_grant", "invalid_token", "forbiddenForNonOrganizer", "push.webhookUrlUnauthorized"}
)
_ABOUT_WHO_ASKS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

# Nobody has to be left alone for longer.
_LONGEST_WAIT_SECONDS = 86_400.0


class RefusedByGoogle(Conflict):
    """Google understood and said no to just this: `status` is HTTP's, `reason` its own word."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            "calendar_refused_by_google", "Google refuses this. `reason` is its own word for why.", reason=reason
        )
        self.status = status
        self.reason = reason


class NotServed(Unavailable):
    """Google does nothing at all for our client, its project, or this grant's scope, as `reason` says.

    No event is to blame, and no retry helps, but what was asked for may succeed once it is put right.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            "calendar_not_served_by_google",
            "Google lets Lectern do nothing here. Tell who runs it what `reason` says, Google's own word.",
            reason=reason,
        )


class AccessExpired(Exception):
    """Google does not know the access token any more; the grant behind it may still be good."""


@dataclass(frozen=True, slots=True)
class Request:
    """`url` is whole; a `form` or `told` (as JSON) is its body. `is_answer` tells a good one.

    `is_token_new`: Google has only just given the access token, and has no reason not to know it.
    """

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    told: Json | None = None
    access_token: str | None = field(default=None, repr=False)
    is_token_new: bool = False
    is_answer: Callable[[Json], bool] = lambda _told: True


def ask(teacher_id: UUID, request: Request, *, repeatable: bool = True) -> Json:
    """Google's answer, empty where it has none. The circuit is this teacher's account's.

    Raises what `outbound.call` raises, RefusedByGoogle, NotServed and AccessExpired.
    """
    attempt = partial(_attempt, request)
    return call(GOOGLE, str(teacher_id), attempt, repeatable=repeatable, circuit=str(teacher_id))


def required_settings() -> GoogleSettings:
    """Raises NotFound `google_not_set_up`."""
    settings = google_settings()
    if settings is None:
        raise NotFound("google_not_set_up", "This deployment connects no calendars at Google.")
    return settings


def _attempt(request: Request) -> Json:
    try:
        answer = _send(request)
    except urllib3.exceptions.HTTPError as error:
        raise Down(type(error).__name__) from error
    told = _read(answer.data)
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise _meaning(request, answer.status, _reason(told or {}), answer.headers.get("Retry-After", ""))
    # A proxy's page, or one cut short: taken for a list of no events it would make its teacher free.
    if told is None or not request.is_answer(told):
        raise Unreachable(f"HTTP {answer.status} with no answer")
    return told


def _send(request: Request) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": f"Bearer {request.access_token}"} if request.access_token else {}
    if request.method in ("GET", "DELETE"):
        return _connections().request(request.method, request.url, fields=dict(request.query), headers=headers)
    if request.form is not None:
        form = dict(request.form)
        return _connections().request_encode_body(
            request.method, request.url, fields=form, headers=headers, encode_multipart=False
        )
    return _connections().request(request.method, request.url, json=request.told, headers=headers)


def _read(body: bytes) -> Json | None:
    """None for what is no object of JSON's."""
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _reason(told: Json) -> str | None:
    """Of an API's error, or of OAuth's (RFC 6749, section 5.2); None when these are not Google's own words."""
    error = told.get("error")
    if isinstance(error, dict):
        details = error.get("errors") or [{}]
        return str(details[0].get("reason") or error.get("status") or error.get("code"))
    return error if isinstance(error, str) else None


def _meaning(request: Request, status: int, reason: str | None, retry_after: str) -> Exception:
    seconds = min(float(retry_after), _LONGEST_WAIT_SECONDS) if retry_after.isdecimal() else None
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and reason in _TOO_MUCH):
        return Throttled(reason or "429", retry_after=seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or reason is None:
        return Unreachable(f"HTTP {status}", retry_after=seconds)
    is_about_who_asks = request.access_token is None or status in _ABOUT_WHO_ASKS
    if reason in _ABOUT_THE_QUESTION or not is_about_who_asks:
        return RefusedByGoogle(status, reason)
    if request.access_token is None or status == HTTPStatus.FORBIDDEN:
        return NotServed(reason)
    return Unreachable("the new token is refused") if request.is_token_new else AccessExpired(reason)


@cache
def _connections() -> urllib3.PoolManager:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return urllib3.PoolManager(timeout=timeout, retries=False, maxsize=4)
