"""Reading what has changed in a calendar since it was last read, or the whole of it: page by page, by sync token.

https://developers.google.com/workspace/calendar/api/guides/sync. Nothing is written here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from lectern.calendar import google_api
from lectern.calendar.access import Access
from lectern.calendar.google_http import Json, RefusedByGoogle
from lectern.calendar.told_event import ToldEvent, read_event

READ_BEHIND = timedelta(days=1)
# Beyond the longest horizon of a service (constraint services_horizon), so that nothing bookable is unseen.
READ_AHEAD = timedelta(days=366 + 30)
# A sync token tells changes within the window that it was got for. When no more than this is left of it, the window is
# moved on by reading the whole of it: every 29 days.
LEAST_AHEAD = timedelta(days=366 + 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """The last that was told of each event, and what to ask by next time. `whole`: whatever is not there, is not.

    `unread` are the ids of events of which nobody can say when they are; all-day events are where `time_zone` is.
    """

    events: dict[str, ToldEvent]
    unread: list[str]
    sync_token: str
    read_until: datetime
    time_zone: str
    whole: bool


def read_changes(access: Access, now: datetime) -> Changes:
    """Raises what `access.ask` raises."""
    connection = access.connection
    if connection.sync_token and connection.read_until and connection.read_until - LEAST_AHEAD > now:
        try:
            changes = _read(access, {"syncToken": connection.sync_token}, connection.read_until, whole=False)
        except RefusedByGoogle as refusal:
            if refusal.status != HTTPStatus.GONE:
                raise
        else:
            # All-day events are elsewhere in another zone, and none of them has changed.
            if changes.time_zone == connection.time_zone:
                return changes
    until = now + READ_AHEAD
    window = {"timeMin": (now - READ_BEHIND).isoformat(), "timeMax": until.isoformat()}
    return _read(access, window, until, whole=True)


def _read(access: Access, by: Mapping[str, str], until: datetime, *, whole: bool) -> Changes:
    told: dict[str, ToldEvent | None] = {}
    for page in _pages(access, {**by, "singleEvents": "true", "showDeleted": "true"}):
        told.update((item["id"], read_event(item, page["timeZone"])) for item in page.get("items", []))
    events = {event_id: event for event_id, event in told.items() if event}
    return Changes(events, sorted(told.keys() - events), page["nextSyncToken"], until, page["timeZone"], whole)


def _pages(access: Access, query: Mapping[str, str]) -> Iterator[Json]:
    page = access.ask(google_api.list_events, query)
    yield page
    while "nextPageToken" in page:
        page = access.ask(google_api.list_events, {**query, "pageToken": page["nextPageToken"]})
        yield page
