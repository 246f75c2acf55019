"""calendar-sync's part for calendars as files: fetches those of a teacher that are due, and reads when they are busy.

The network is between two transactions: the first claims an import, the second takes over what came of it. A worker
that dies in between leaves the import to the next quarter of an hour.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.availability.version import bump_slots_version
from lectern.calendar.sealed import Unreadable, unseal
from lectern.errors import Conflict, LecternError, TooMany
from lectern.events import record
from lectern.ics import import_queries
from lectern.ics.fetch import fetch
from lectern.ics.import_queries import DueImport
from lectern.ics.internet import INTERNET, Internet
from lectern.ics.read import BusyTimes, read
from lectern.ics.url import CalendarUrl
from lectern.outbound import LeftAlone
from lectern.settings import token_key

EVERY = timedelta(minutes=15)
# What was not asked for at all is due at the job's next run.
SOON = timedelta(minutes=1)
# After failures, twice as long each time, up to this.
SELDOM = timedelta(hours=6)
# A file that has not changed is read anew all the same, as the time that is looked at moves on.
READ_ANEW_AFTER = timedelta(days=1)
# As far as a service can be booked ahead (constraint services_horizon), and a month.
PAST, FUTURE = timedelta(days=1), timedelta(days=396)
# No import begins later in a run, which has two minutes: each may take twenty seconds (internet.LONGEST_SECONDS, then
# read.LONGEST_SECONDS), and the job does more than this.
BEGIN_WITHIN_SECONDS = 45


@dataclass(frozen=True, slots=True)
class _News:
    busy: BusyTimes
    etag: str | None


def import_due(teacher_id: UUID, now: datetime, internet: Internet = INTERNET) -> Mapping[str, int]:
    """How many were read, skipped and failed, by their metrics' names. What fails is noted, and does not raise."""
    counts: Counter[str] = Counter()
    latest = time.monotonic() + BEGIN_WITHIN_SECONDS
    while time.monotonic() < latest and (due := _claimed(teacher_id, now)):
        try:
            news = _news(teacher_id, due, now, internet)
        except (LeftAlone, TooMany) as pause:
            _put_off(teacher_id, due, pause, now)
            counts["CalendarImportsSkipped"] += 1
        except LecternError as failure:
            _note_failure(teacher_id, due, failure.code, now)
            counts["CalendarImportsFailed"] += 1
        else:
            _take_over(teacher_id, due, news, now)
            counts["CalendarImportsRead"] += 1
    return counts


def _claimed(teacher_id: UUID, now: datetime) -> DueImport | None:
    with database.tenant(teacher_id) as tx:
        return import_queries.ask_claim(tx, now, now + EVERY, now - READ_ANEW_AFTER).one_or_none()


def _news(teacher_id: UUID, due: DueImport, now: datetime, internet: Internet) -> _News | None:
    """None when the file has not changed."""
    file = fetch(teacher_id, _url(teacher_id, due), due.etag, internet)
    if file is None:
        return None
    return _News(read(file.body, due.time_zone, now - PAST, now + FUTURE), file.etag)


def _url(teacher_id: UUID, due: DueImport) -> CalendarUrl:
    try:
        return CalendarUrl.parsed(unseal(token_key(), teacher_id, due.url))
    except Unreadable as error:
        raise Conflict("ics_url_lost", "The address was sealed with another key. Add the calendar again.") from error


def _take_over(teacher_id: UUID, due: DueImport, news: _News | None, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        if news is None:
            import_queries.note_unchanged(tx, due, now)
            return
        noted = import_queries.ask_note_read(tx, due, news.etag, len(news.busy.unread), now)
        if noted.one_or_none() is None:
            return
        if import_queries.ask_replace_busy(tx, due, news.busy, now - PAST, now).one().rows:
            bump_slots_version(tx)


def _put_off(teacher_id: UUID, due: DueImport, pause: LeftAlone | TooMany, now: datetime) -> None:
    """A limit of ours, an open circuit, or the host's own wish: that it fails can be said of none of them."""
    seconds = timedelta(seconds=float(str(pause.facts["retry_after"])))
    with database.tenant(teacher_id) as tx:
        import_queries.put_off(tx, due, now + min(SELDOM, max(SOON, seconds)))


def _note_failure(teacher_id: UUID, due: DueImport, code: str, now: datetime) -> None:
    """The first of several is told as an event; when the calendar was last seen, each look at it shows."""
    pause = min(SELDOM, EVERY * 2 ** min(due.failures, 10))
    with database.tenant(teacher_id) as tx:
        noted = import_queries.ask_note_failure(tx, due, code, now + pause)
        if noted.one_or_none() and due.failures == 0:
            record(tx, "calendar_import.failed", due.id, {"code": code}, now)
