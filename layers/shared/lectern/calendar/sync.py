"""calendar-sync: one teacher's calendar and our sessions brought together. It bears being run twice, and at once.

What fails at Google stays for the next run, at most five minutes later, and is no failure of the job: staleness and
the age of what waits tell of it.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.calendar.access import Access
from lectern.calendar.connection import ask_connection, forget_refusals, leave_alone
from lectern.calendar.fate import wait_after, wait_our_turn
from lectern.calendar.google_http import RefusedByGoogle
from lectern.calendar.grant import GrantGone
from lectern.calendar.outbox import wake_calendar_sync
from lectern.calendar.pull import Overtaken, is_pull_due, pull
from lectern.calendar.push import push
from lectern.calendar.watch import keep_watch
from lectern.errors import LecternError, TooMany, Unavailable
from lectern.outbound import LeftAlone

_log = logging.getLogger(__name__)


def sync(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """Tell Google what waits, then read what has changed there. Answers what it did, by the names of metrics.

    CalendarSyncSkipped counts the events, and the reading, that were left alone: a circuit is open, or Google said that
    it is too much. What may not be written may still be read, so that is tried in the same run; after that Google is
    left alone, and a run that comes too early counts as one. A reading that our own limit or a change of ours is in the
    way of is made again at once.
    """
    with database.tenant(teacher_id) as tx:
        connection = ask_connection(tx).one_or_none()
    if connection is None or connection.status != "connected":
        return {}
    if connection.is_left_alone(now):
        return {"CalendarSyncSkipped": 1}
    access, counts = Access(connection, now), Counter[str]()
    try:
        push(access, counts, now)
        if is_pull_due(connection, now):
            _read(access, counts, now)
    except GrantGone:
        counts["CalendarsToReconnect"] += 1
    return +counts


def _read(access: Access, counts: Counter[str], now: datetime) -> None:
    connection = access.connection
    try:
        pulled = pull(access, now)
    except LeftAlone as refusal:
        counts["CalendarSyncSkipped"] += 1
        with database.tenant(connection.teacher_id) as tx:
            leave_alone(tx, connection, now + wait_after(refusal, connection.refusals))
        return
    except TooMany as limit:
        counts["CalendarSyncSkipped"] += 1
        wait_our_turn(limit)
        wake_calendar_sync(connection.teacher_id, now)
        return
    except Overtaken:
        counts["CalendarReadsFailed"] += 1
        wake_calendar_sync(connection.teacher_id, now)
        return
    except (Unavailable, RefusedByGoogle) as failure:
        _log.warning("The calendar of %s could not be read: %s %s", connection.teacher_id, failure, failure.facts)
        counts["CalendarReadsFailed"] += 1
        return
    counts += Counter(CalendarBusyChanged=pulled.changed, CalendarEventsUnread=pulled.unread)
    if connection.refusals and not counts["CalendarSyncSkipped"]:
        with database.tenant(connection.teacher_id) as tx:
            forget_refusals(tx, connection)
    _watch(access, now)


def _watch(access: Access, now: datetime) -> None:
    """A calendar that is not watched is read every quarter of an hour."""
    try:
        keep_watch(access, now)
    except (Unavailable, TooMany, RefusedByGoogle) as failure:
        _log.warning("The calendar of %s is not watched: %s", access.connection.teacher_id, _why(failure))


def _why(failure: LecternError) -> object:
    return failure.facts.get("reason", failure.code)
