"""The questions that we ask of Google's Calendar API v3, each one call in the name of a teacher's account.

https://developers.google.com/workspace/calendar/api/v3/reference. All may be repeated but opening a channel. They
raise what `google_http.ask` raises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from lectern.calendar.google_http import Json, Request, ask, required_settings

_API = "https://www.googleapis.com"
# The most that Google gives at once.
PAGE = 2500
# What an event is about is nobody's business here, and most of what a list weighs.
FIELDS = (
    "timeZone,nextPageToken,nextSyncToken,"
    "items(id,status,start,end,transparency,updated,attendees(self,responseStatus))"
)


@dataclass(frozen=True, slots=True)
class Account:
    """In whose name a call is made, and to which of their calendars."""

    teacher_id: UUID
    calendar_id: str
    access_token: str = field(repr=False)
    is_token_new: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """By which Google tells us that a calendar has changed."""

    id: UUID
    resource_id: str
    expires_at: datetime


def insert_event(account: Account, event: Json) -> Json:
    """Refused with 409 when there is, or ever was, an event with its id."""
    return ask(account.teacher_id, _request(account, "POST", _events(account), told=event, is_answer=_tells("updated")))


def patch_event(account: Account, event_id: str, event: Json) -> Json:
    """Changes what the event says and nothing else, so what the teacher added to it stays."""
    url = f"{_events(account)}/{event_id}"
    return ask(account.teacher_id, _request(account, "PATCH", url, told=event, is_answer=_tells("updated")))


def delete_event(account: Account, event_id: str) -> None:
    """Refused with 410, or 404, when there is none any more."""
    ask(account.teacher_id, _request(account, "DELETE", f"{_events(account)}/{event_id}"))


def list_events(account: Account, query: Mapping[str, str]) -> Json:
    """One page. Refused with 410 for a sync token that Google has forgotten."""
    query = {**query, "maxResults": str(PAGE), "fields": FIELDS}
    return ask(account.teacher_id, _request(account, "GET", _events(account), query=query, is_answer=_is_page))


def open_channel(account: Account, channel_id: UUID, token: str, address: str, until: datetime) -> Channel:
    """https://developers.google.com/workspace/calendar/api/guides/push; Google may let it end before `until`."""
    wish = {
        "id": str(channel_id),
        "type": "web_hook",
        "address": address,
        "token": token,
        "expiration": str(int(until.timestamp() * 1000)),
    }
    url, is_answer = f"{_events(account)}/watch", _tells("resourceId", "expiration")
    watch = _request(account, "POST", url, told=wish, is_answer=is_answer)
    opened = ask(account.teacher_id, watch, repeatable=False)
    expires_at = datetime.fromtimestamp(int(opened["expiration"]) / 1000, UTC)
    return Channel(channel_id, str(opened["resourceId"]), expires_at)


def stop_channel(account: Account, channel: Channel) -> None:
    wish = {"id": str(channel.id), "resourceId": channel.resource_id}
    ask(account.teacher_id, _request(account, "POST", f"{_base()}/channels/stop", told=wish))


def _request(
    account: Account,
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    told: Json | None = None,
    is_answer: Callable[[Json], bool] = lambda _told: True,
) -> Request:
    return Request(
        method,
        url,
        query=query or {},
        told=told,
        access_token=account.access_token,
        is_token_new=account.is_token_new,
        is_answer=is_answer,
    )


def _tells(*names: str) -> Callable[[Json], bool]:
    return lambda told: told.keys() >= set(names)


def _is_page(told: Json) -> bool:
    """Of a list, whose last page has a sync token: without one nobody could say that it is whole."""
    return "timeZone" in told and ("nextPageToken" in told or "nextSyncToken" in told)


def _events(account: Account) -> str:
    return f"{_base()}/calendars/{quote(account.calendar_id, safe='')}/events"


def _base() -> str:
    return f"{required_settings().api_base or _API}/calendar/v3"
