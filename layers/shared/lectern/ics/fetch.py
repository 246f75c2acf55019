"""Getting a calendar's file from a host that we know nothing about: small, soon, and from the open internet alone."""

import re
import time
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from uuid import UUID

from lectern.errors import Conflict
from lectern.ics.internet import INTERNET, LARGEST_BYTES, Internet, too_large
from lectern.ics.url import CalendarUrl
from lectern.limits import Limit
from lectern.outbound import Provider, Throttled, Unreachable, call

MOST_REDIRECTS = 3
# A host that says so, and not for how long, is not asked sooner than one that says nothing.
LEFT_ALONE_SECONDS = 900

# A teacher's few calendars, each every quarter of an hour, with what a new one and its repetitions take.
ICS = Provider(
    "ics",
    Limit("ics", rate_per_minute=6000, burst=600),
    Limit("ics-teacher", rate_per_minute=10, burst=30),
)

# As RFC 9110, section 8.8.3 has it, and short enough to keep.
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')

_REDIRECTS = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    etag: str | None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    etag: str | None
    location: str
    retry_after: str


def fetch(teacher_id: UUID, url: CalendarUrl, etag: str | None, internet: Internet = INTERNET) -> Fetched | None:
    """The file, None when it is still the one of the `etag`. It is there within `internet.longest_seconds` or so.

    What a host does to one teacher is that teacher's circuit: others may have a better address there.
    Besides what `outbound.call` raises there are Conflict `ics_address_refused`, `ics_untrusted`, `ics_too_large`,
    `ics_too_many_redirects` and `ics_refused`, and Invalid `ics_url_refused` for where a redirection leads to.
    """
    until = time.monotonic() + internet.longest_seconds
    for _ in range(MOST_REDIRECTS + 1):
        ask = partial(_ask, internet, url, etag, until)
        answer = call(ICS, str(teacher_id), ask, repeatable=True, circuit=f"{teacher_id}:{url.host}")
        if answer.status not in _REDIRECTS:
            return _file(answer, etag)
        url = url.joined(answer.location)
    raise Conflict("ics_too_many_redirects", "The calendar's address leads on and on. Use the last one.")


def _file(answer: _Answer, etag: str | None) -> Fetched | None:
    if answer.status == HTTPStatus.NOT_MODIFIED and etag:
        return None
    if answer.status != HTTPStatus.OK:
        raise Conflict("ics_refused", f"The calendar's host answers {answer.status}. Get its address anew.")
    return Fetched(answer.body, answer.etag)


def _ask(internet: Internet, url: CalendarUrl, etag: str | None, until: float) -> _Answer:
    try:
        with internet.connection(url.host, until) as connection:
            connection.request("GET", url.target, headers=_headers(etag))
            with connection.getresponse() as response:
                answer = _read(response)
    except (OSError, HTTPException) as error:
        # Never as Down: a host that is not there is no sign that others are not.
        raise Unreachable(type(error).__name__) from error
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("429", retry_after=_seconds(answer.retry_after))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(str(answer.status))
    return answer


def _seconds(retry_after: str) -> float:
    # The other form of it is a date (RFC 9110, section 10.2.3). Nobody has to be left alone for longer than a day.
    return min(float(retry_after), 86_400) if retry_after.isdecimal() else LEFT_ALONE_SECONDS


def _headers(etag: str | None) -> dict[str, str]:
    wanted = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "Lectern"}
    return wanted | ({"If-None-Match": etag} if etag else {})


def _read(response: HTTPResponse) -> _Answer:
    body = response.read(LARGEST_BYTES + 1)
    if len(body) > LARGEST_BYTES:
        raise too_large()
    # What was announced and has not come: http.client says nothing when it was told how much to read.
    if response.length:
        raise Unreachable("the answer broke off")
    etag = response.headers.get("ETag", "")
    return _Answer(
        response.status,
        body,
        etag if _ETAG.fullmatch(etag) else None,
        response.headers.get("Location", ""),
        response.headers.get("Retry-After", ""),
    )
