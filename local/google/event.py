"""An event as the API has it: what a client may write of it, and what Google makes of that.

https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from local.google import moments
from local.google.errors import invalid, required
from local.google.identifiers import BASE32HEX

type Resource = dict[str, Any]

MINE_IS = re.compile(f"[{BASE32HEX}]{{5,1024}}")
STATUSES = ("confirmed", "tentative", "cancelled")
# What a client writes is kept, but for these, which Google writes itself.
OURS = frozenset(
    {"kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID", "sequence"}
    | {"recurringEventId", "originalStartTime", "eventType"}
)


def check_id(identifier: object) -> str:
    """An id that a client chooses is base32hex, which cannot be taken for an instance's."""
    if not isinstance(identifier, str) or not MINE_IS.fullmatch(identifier):
        raise invalid("id", "Invalid resource id value.")
    return identifier


def made(identifier: str, written: Resource, *, owner: str, zone: str, url: str, now: datetime) -> Resource:
    """A new event of the owner's calendar; raises `ApiError` for what it may not be."""
    return {
        "kind": "calendar#event",
        "id": identifier,
        "htmlLink": f"{url}/calendar/{quote(owner)}#{identifier}",
        "created": stamp(now),
        "creator": {"email": owner, "self": True},
        "organizer": {"email": owner, "self": True},
        "iCalUID": f"{identifier}@google.com",
        "sequence": 0,
        "eventType": "default",
        **_writable(written, zone),
    }


def rewritten(before: Resource, written: Resource, zone: str) -> Resource:
    """The event after all that a client may write was written anew."""
    ours = {name: value for name, value in before.items() if name in OURS}
    after = ours | _writable(written, zone)
    timing = ("start", "end", "recurrence", "status")
    moved = any(after.get(name) != before.get(name) for name in timing)
    return after | {"sequence": before["sequence"] + moved}


def patched(before: Resource, patch: Resource) -> Resource:
    """What a client would have to write for it, with the patch applied: objects merge, and null takes away.

    https://developers.google.com/workspace/calendar/api/guides/performance#patch
    """
    after = dict(before)
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        elif isinstance(value, dict) and isinstance(before.get(name), dict):
            after[name] = patched(before[name], value)
        else:
            after[name] = value
    return after


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def cancelled_stub(event: Resource) -> Resource:
    """All that is certain to be told of an event that is gone."""
    kept = ("kind", "etag", "id", "recurringEventId", "originalStartTime")
    return {name: event[name] for name in kept if name in event} | {"status": "cancelled"}


def _writable(written: Resource, zone: str) -> Resource:
    start = moments.checked(written.get("start"), "start", zone)
    end = moments.checked(written.get("end"), "end", zone)
    moments.check_order(start, end)
    status = written.get("status", "confirmed")
    if status not in STATUSES:
        raise invalid("status")
    if written.get("transparency", "opaque") not in ("opaque", "transparent"):
        raise invalid("transparency")
    if written.get("recurrence") and "dateTime" in start and not written["start"].get("timeZone"):
        raise required("Missing time zone definition for start time.")
    theirs = {name: value for name, value in written.items() if name not in OURS and value is not None}
    return {"reminders": {"useDefault": True}, **theirs, "status": status, "start": start, "end": end}
