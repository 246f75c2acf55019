"""The Calendar API: which request does what, and what every request must have before it does anything.

https://developers.google.com/workspace/calendar/api/v3/reference
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.google.calendar import Calendar
from local.google.errors import ApiError, as_json, not_found
from local.google.event import Resource
from local.google.listing import listed
from local.google.oauth import require_scope
from local.google.partial import selected
from local.google.platform import Platform
from local.http_server import Refusal, Reply, Request

PREFIX = "/calendar/v3/"

READS_EVENTS = ("calendar", "calendar.events", "calendar.readonly", "calendar.events.readonly", "calendar.events.owned")
WRITES_EVENTS = ("calendar", "calendar.events", "calendar.events.owned")
READS_CALENDARS = ("calendar", "calendar.readonly", "calendar.calendars", "calendar.calendars.readonly")
# Any will do that may watch.
WATCHES = (*READS_EVENTS, *READS_CALENDARS)


@dataclass(frozen=True, slots=True)
class Call:
    """An authorised request: the calendar that its path names, the event's id there or "", and what it carries."""

    platform: Platform
    calendar: Calendar
    event: str
    parameters: dict[str, str]
    body: dict[str, Any]
    if_match: str | None


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    scopes: tuple[str, ...]
    # None is answered with no content.
    endpoint: Callable[[Call], Resource | None]


def answer(platform: Platform, request: Request) -> Reply:
    time.sleep(platform.latency_seconds)
    try:
        with platform.turn():
            found = _answer(platform, request)
    except Refusal as refusal:
        return refusal.reply()
    return Reply(204, "") if found is None else as_json(200, found)


def _answer(platform: Platform, request: Request) -> Resource | None:
    parameters = dict(parse_qsl(request.query, keep_blank_values=True))
    found = _done(platform, request, parameters)
    return selected(found, parameters["fields"]) if found and "fields" in parameters else found


def _done(platform: Platform, request: Request, parameters: dict[str, str]) -> Resource | None:
    consent = platform.tokens.consent_of(request.headers.get("authorization", ""))
    route, place = _route(request)
    require_scope(consent, *route.scopes)
    call = Call(
        platform=platform,
        calendar=platform.calendar(consent.account, unquote(place.get("calendar") or "primary")),
        event=unquote(place.get("event") or ""),
        parameters=parameters,
        body=_body(request),
        if_match=request.headers.get("if-match"),
    )
    return route.endpoint(call)


def _route(request: Request) -> tuple[Route, dict[str, str]]:
    for route in ROUTES:
        found = route.path.fullmatch(request.path.removeprefix(PREFIX))
        if found and route.method == request.method:
            return route, found.groupdict()
    raise not_found()


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body or "{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return body


def _get_calendar(call: Call) -> Resource:
    owner = call.calendar.owner
    return {
        "kind": "calendar#calendar",
        "etag": f'"{owner}"',
        "id": owner,
        "summary": owner,
        "timeZone": call.calendar.time_zone,
    }


def _watch(call: Call) -> Resource:
    return call.platform.channels.watch(call.calendar.owner, call.platform.url, call.body)


def _at(method: str, path: str, scopes: tuple[str, ...], endpoint: Callable[[Call], Resource | None]) -> Route:
    return Route(method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), scopes, endpoint)


EVENTS = "calendars/{calendar}/events"
EVENT = f"{EVENTS}/{{event}}"

ROUTES = (
    _at("GET", "calendars/{calendar}", READS_CALENDARS, _get_calendar),
    _at("GET", EVENTS, READS_EVENTS, lambda call: listed(call.calendar, call.parameters)),
    _at("POST", EVENTS, WRITES_EVENTS, lambda call: call.calendar.insert(call.body)),
    _at("POST", f"{EVENTS}/watch", READS_EVENTS, _watch),
    _at("GET", EVENT, READS_EVENTS, lambda call: call.calendar.get(call.event)),
    _at("PUT", EVENT, WRITES_EVENTS, lambda call: call.calendar.update(call.event, call.body, call.if_match)),
    _at("PATCH", EVENT, WRITES_EVENTS, lambda call: call.calendar.patch(call.event, call.body, call.if_match)),
    _at("DELETE", EVENT, WRITES_EVENTS, lambda call: call.calendar.delete(call.event, call.if_match)),
    _at("POST", "channels/stop", WATCHES, lambda call: call.platform.channels.stop(call.calendar.owner, call.body)),
)
