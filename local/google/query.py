"""What a request of events.list asks for, and the tokens that carry it from one request to the next.

https://developers.google.com/workspace/calendar/api/v3/reference/events/list
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.google.calendar import Calendar
from local.google.errors import ApiError, full_sync_required, invalid
from local.google.view import Span

DEFAULT_PAGE, MAX_PAGE = 250, 2500
KNOWN = frozenset(
    {"alt", "fields", "prettyPrint", "maxResults", "pageToken", "singleEvents", "showDeleted", "orderBy", "timeMin"}
    | {"timeMax", "timeZone", "syncToken", "maxAttendees"}
)
# https://developers.google.com/workspace/calendar/api/v3/reference/events/list#syncToken
NOT_WITH_SYNC_TOKEN = ("timeMin", "timeMax", "orderBy")
ORDERS = ("startTime", "updated")


@dataclass(frozen=True, slots=True)
class Query:
    """`since` is the revision that the client knows, None on a first list; its span is that of the first list.

    `revision` is that of the answer: the pages of one list all show the calendar as it was at the first.
    """

    span: Span
    single: bool
    deleted: bool
    order: str | None
    since: int | None
    revision: int
    offset: int
    size: int


def read(calendar: Calendar, given: Mapping[str, str]) -> Query:
    """Raises `ApiError` for what Google refuses, and for parameters that this one does not know."""
    if unknown := given.keys() - KNOWN:
        raise invalid(min(unknown), "The local Google does not know this parameter.")
    single, order = _flag(given, "singleEvents"), given.get("orderBy")
    if order not in (None, *ORDERS) or (order == "startTime" and not single):
        raise invalid("orderBy", "The requested ordering is not available for the particular query.")
    since, span = _synced(calendar, given, single=single) if "syncToken" in given else (None, _span(given))
    revision, offset = _page(given) if "pageToken" in given else (calendar.revision, 0)
    return Query(span, single, _flag(given, "showDeleted"), order, since, revision, offset, _size(given))


def page_token(given: Mapping[str, str], revision: int, offset: int) -> str:
    return _encode({"asked": _asked(given), "revision": revision, "offset": offset})


def sync_token(calendar: Calendar, query: Query) -> str:
    ends = [at.isoformat() if at else None for at in (query.span.since, query.span.until)]
    return _encode({"owner": calendar.owner, "single": query.single, "revision": query.revision, "span": ends})


def _page(given: Mapping[str, str]) -> tuple[int, int]:
    page = _decode(given["pageToken"])
    if page.get("asked") != _asked(given):
        raise invalid("pageToken")
    return page["revision"], page["offset"]


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name != "pageToken"}


def _synced(calendar: Calendar, given: Mapping[str, str], *, single: bool) -> tuple[int, Span]:
    for name in NOT_WITH_SYNC_TOKEN:
        if name in given:
            message = f"Sync token cannot be used with query restrictions: {name}."
            raise ApiError(400, "invalid", message, location="syncToken")
    remembered = _decode(given["syncToken"])
    if remembered.get("owner") != calendar.owner or remembered["revision"] < calendar.oldest_synced:
        raise full_sync_required()
    if remembered["single"] != single:
        # Google only warns of "undefined behavior".
        raise invalid("singleEvents", "It must be what it was on the list that the sync token is from.")
    return remembered["revision"], Span(*(datetime.fromisoformat(at) if at else None for at in remembered["span"]))


def _span(given: Mapping[str, str]) -> Span:
    span = Span(_time(given, "timeMin"), _time(given, "timeMax"))
    if span.since and span.until and span.since >= span.until:
        message = "The specified time range is empty."
        raise ApiError(400, "timeRangeEmpty", message, domain="calendar", location="timeMax")
    return span


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    """RFC 3339 with its offset, which is mandatory."""
    if name not in given:
        return None
    try:
        at = datetime.fromisoformat(given[name])
    except ValueError:
        raise invalid(name, "Bad Request") from None
    if at.tzinfo is None:
        raise invalid(name, "Bad Request")
    return at


def _flag(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "false")
    if text not in ("true", "false"):
        raise invalid(name, f"Invalid boolean value: '{text}'.")
    return text == "true"


def _size(given: Mapping[str, str]) -> int:
    text = given.get("maxResults", str(DEFAULT_PAGE))
    if not text.isdecimal() or int(text) < 1:
        raise invalid("maxResults")
    return min(int(text), MAX_PAGE)


def _encode(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


def _decode(token: str) -> dict[str, Any]:
    """Empty for what is no token of ours."""
    try:
        document = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
