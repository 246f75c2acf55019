"""events.list: which events, a page at a time, and what has changed since the last time.

https://developers.google.com/workspace/calendar/api/v3/reference/events/list
https://developers.google.com/workspace/calendar/api/guides/sync
"""

from collections.abc import Mapping
from datetime import timedelta

from local.google import moments, query, view
from local.google.calendar import Calendar
from local.google.event import Resource, cancelled_stub
from local.google.query import Query

# How far a recurring event without an end is told where the request names no end either.
HORIZON = timedelta(days=730)


def listed(calendar: Calendar, given: Mapping[str, str]) -> Resource:
    """The answer to a request with these parameters; raises `ApiError`."""
    asked = query.read(calendar, given)
    found = _all(calendar, asked) if asked.since is None else _changes(calendar, asked, asked.since)
    end = asked.offset + asked.size
    answer = {
        "kind": "calendar#events",
        "etag": f'"p{calendar.revision}"',
        "summary": calendar.owner,
        "timeZone": calendar.time_zone,
        "accessRole": "owner",
        "defaultReminders": [],
        "items": found[asked.offset : end],
    }
    if end < len(found):
        return answer | {"nextPageToken": query.page_token(given, asked.revision, end)}
    return answer | ({} if asked.order else {"nextSyncToken": query.sync_token(calendar, asked)})


def _all(calendar: Calendar, asked: Query) -> list[Resource]:
    shown = [
        each
        for each in _view(calendar, asked, asked.revision).values()
        if (asked.deleted or each["status"] != "cancelled")
        # A recurring event as such is in the span with any of its instances.
        and (each.get("recurrence") or asked.span.overlaps(each, calendar.time_zone))
    ]
    if asked.order == "startTime":
        shown.sort(key=lambda each: moments.instant(each["start"], calendar.time_zone))
    if asked.order == "updated":
        shown.sort(key=lambda each: str(each["updated"]))
    return shown


def _changes(calendar: Calendar, asked: Query, since: int) -> list[Resource]:
    """What tells the client of that revision how the calendar is now, what is gone included.

    An event that was moved out of the span is told with its new times.
    """
    before, after = _view(calendar, asked, since), _view(calendar, asked, asked.revision)
    changed = [each for name, each in after.items() if name not in before or before[name]["etag"] != each["etag"]]
    gone = [before[name] | {"status": "cancelled"} for name in before.keys() - after.keys()]
    return [cancelled_stub(each) if each["status"] == "cancelled" else each for each in (*changed, *gone)]


def _view(calendar: Calendar, asked: Query, revision: int) -> dict[str, Resource]:
    if asked.single:
        return view.instances(calendar, revision, asked.span, calendar.now() + HORIZON)
    return view.events(calendar, revision)
