"""Telling the calendar what has become of our sessions: batch by batch, each event in a call of its own.

No call is inside a transaction. A worker claims rows for longer than it can live, so that nobody else tells Google
about them meanwhile, and what it leaves behind is taken up again; telling Google twice does no harm.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from lectern import database
from lectern.calendar import google_api, push_queries
from lectern.calendar.access import Access
from lectern.calendar.connection import leave_alone
from lectern.calendar.event import Lesson, changed, event_of
from lectern.calendar.fate import Fate, fate_after, wait_our_turn
from lectern.calendar.google_http import Json, RefusedByGoogle
from lectern.calendar.grant import GrantGone
from lectern.calendar.outbox import wake_calendar_sync
from lectern.calendar.push_queries import Wish
from lectern.errors import TooMany

BATCH = 20
# Beyond what a job's function may live, which is 120 seconds (template.yaml).
CLAIMED_FOR = timedelta(minutes=3)
# Of one run, at a tenth of a second each, so that one teacher's do not keep the function from the others.
AT_MOST = 200

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_METRICS = {
    "refused": "CalendarEventsRefused",
    "put_off": "CalendarEventsPutOff",
    "left_alone": "CalendarSyncSkipped",
}

_log = logging.getLogger(__name__)


def push(access: Access, counts: Counter[str], now: datetime) -> None:
    """Whatever is due, until there is no more, or Google had better be left alone; after AT_MOST another run goes on.

    Adds to `counts` by the names of metrics: CalendarSyncSkipped is of what was left alone. Raises GrantGone.
    """
    for _ in range(AT_MOST // BATCH):
        wishes = _claimed(access.connection.teacher_id, now)
        if not wishes or not _batch(access, wishes, counts, now):
            return
    wake_calendar_sync(access.connection.teacher_id, now)


def _claimed(teacher_id: UUID, now: datetime) -> list[Wish]:
    with database.tenant(teacher_id) as tx:
        return push_queries.ask_claim(tx, now, now + CLAIMED_FOR, BATCH).all()


def _batch(access: Access, wishes: list[Wish], counts: Counter[str], now: datetime) -> bool:
    """Whether Google may be asked about more."""
    for index, wish in enumerate(wishes):
        try:
            told = _tell(access, wish)
        except GrantGone:
            _give_back(access, wishes[index:], now)
            raise
        except TooMany as limit:
            _give_back(access, wishes[index:], now)
            wait_our_turn(limit)
            return True
        except Exception as failure:  # noqa: BLE001 - an event that breaks must not keep the others from being told
            fate = fate_after(failure, wish.attempts, access.connection.refusals)
            left = wishes[index + 1 :] if fate.ends_run else []
            counts[_METRICS[fate.kind]] += 1
            counts["CalendarSyncSkipped"] += len(left)
            _meet(access, wish, fate, left, now)
            if fate.ends_run:
                return False
        else:
            counts["CalendarEventsPushed"] += 1
            _note_told(access, wish, told, now)
    return True


def _note_told(access: Access, wish: Wish, told: Json | None, now: datetime) -> None:
    updated_at = datetime.fromisoformat(told["updated"]) if told else None
    with database.tenant(access.connection.teacher_id) as tx:
        push_queries.done(tx, wish, updated_at, now)


def _meet(access: Access, wish: Wish, fate: Fate, left: list[Wish], now: datetime) -> None:
    """What was `left`, as the run ends with this one, is due as before."""
    _log.warning("The event of session %s is not told to Google, but %s: %s", wish.session_id, fate.kind, fate.code)
    with database.tenant(access.connection.teacher_id) as tx:
        match fate.kind:
            case "refused":
                push_queries.fail(tx, wish, fate.code, now)
            case "put_off":
                push_queries.put_off(tx, wish, fate.code, now + fate.wait)
                push_queries.give_back(tx, _sessions_of(left), now)
            case "left_alone":
                push_queries.give_back(tx, _sessions_of([wish, *left]), now)
                leave_alone(tx, access.connection, now + fate.wait)


def _give_back(access: Access, wishes: list[Wish], now: datetime) -> None:
    with database.tenant(access.connection.teacher_id) as tx:
        push_queries.give_back(tx, _sessions_of(wishes), now)


def _sessions_of(wishes: list[Wish]) -> list[UUID]:
    return [wish.session_id for wish in wishes]


def _tell(access: Access, wish: Wish) -> Json | None:
    """The event as Google has it then, None for one that is gone."""
    match wish.action:
        case "create":
            return _create(access, wish)
        case "update":
            return _update(access, wish)
        case "delete":
            _delete(access, wish)
            return None


def _create(access: Access, wish: Wish) -> Json:
    event = event_of(_lesson(wish))
    try:
        return access.ask(google_api.insert_event, {"id": wish.event_id, **event})
    except RefusedByGoogle as refusal:
        if refusal.status != HTTPStatus.CONFLICT:
            raise
    # It was told before, perhaps as the lesson was then, and perhaps the teacher has deleted it since.
    return access.ask(google_api.patch_event, wish.event_id, changed(event))


def _update(access: Access, wish: Wish) -> Json:
    event = event_of(_lesson(wish))
    try:
        return access.ask(google_api.patch_event, wish.event_id, changed(event))
    except RefusedByGoogle as refusal:
        if refusal.status not in _GONE:
            raise
    return access.ask(google_api.insert_event, {"id": wish.event_id, **event})


def _delete(access: Access, wish: Wish) -> None:
    try:
        access.ask(google_api.delete_event, wish.event_id)
    except RefusedByGoogle as refusal:
        if refusal.status not in _GONE:
            raise


def _lesson(wish: Wish) -> Lesson:
    return Lesson(
        wish.session_id,
        wish.status,
        wish.starts_at,
        wish.ends_at,
        wish.time_zone,
        wish.service_name,
        tuple(wish.student_names),
    )
