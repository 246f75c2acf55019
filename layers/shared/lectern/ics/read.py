"""Reading the file of a calendar that is not ours, at arm's length: in a process that ends when its time is over."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime

from lectern.errors import Conflict

# 2 MB of events take a second or two on a whole processor, of which Lambda gives a part.
LONGEST_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """In UTC and half-open, each with the name of its event; no two of an event touch.

    `unread` has the name of an event for each of its parts in which something made no sense.
    """

    events: list[str]
    starts: list[datetime]
    ends: list[datetime]
    unread: list[str]


def read(
    body: bytes, time_zone: str, start: datetime, end: datetime, longest_seconds: float = LONGEST_SECONDS
) -> BusyTimes:
    """What reaches into [start, end) by `lectern.ics.busy_times`.

    Raises Conflict `ics_not_a_calendar`, `ics_too_many_events` or, after so many seconds, `ics_too_complex`.
    """
    command = [sys.executable, "-P", "-m", "lectern.ics.busy_times", time_zone, start.isoformat(), end.isoformat()]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and arguments that are a zone and two instants
            command, input=body, capture_output=True, env=_environment(), timeout=longest_seconds, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise Conflict("ics_too_complex", "The calendar's rules take too long to work out.") from error
    except subprocess.CalledProcessError as error:
        raise _no_calendar() from error
    return _told(json.loads(done.stdout))


def _told(told: dict[str, object]) -> BusyTimes:
    match told:
        case {"busy": list(busy), "unread": list(unread)}:
            starts, ends = ([datetime.fromisoformat(time[side]) for time in busy] for side in (1, 2))
            return BusyTimes([time[0] for time in busy], starts, ends, unread)
        case {"refused": "TooManyOccurrences"}:
            raise Conflict("ics_too_many_events", "The calendar has more events than anybody can have.")
        case _:
            raise _no_calendar()


def _no_calendar() -> Conflict:
    return Conflict("ics_not_a_calendar", "What is at this address is no calendar in the iCalendar format.")


def _environment() -> dict[str, str]:
    """Where the modules are, and none of our secrets. The runtime of Lambda finds Python's own library by the path."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)}
