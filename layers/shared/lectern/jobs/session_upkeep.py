"""session-upkeep: what time has made true, every hour. Nothing depends on it being on time, or on it running once."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.credits import take_back
from lectern.errors import Unavailable
from lectern.jobs import upkeep_queries
from lectern.sessions.overdue import settle_overdue

# An event of Stripe's that waits for another names people; after so long the other does not come any more.
WAITS_FOR = timedelta(days=30)
# So does one that a person must see, and it is all there. As unclaimed events: a quarter of a year to look at it.
SHOWN_FOR = timedelta(days=90)
# Longer than any message lives: four days in its queue, and after that fourteen among the dead letters.
RUNS_KEPT_FOR = timedelta(days=90)

_log = logging.getLogger(__name__)


def keep_up(teacher_id: UUID, now: datetime) -> None:
    """Complete one teacher's past sessions, end what has run out, and forget what nobody may use any more.

    A part that fails keeps no other from being done, and raises after them; Unavailable is raised at once.
    """
    failures: list[Exception] = []
    for part in (end_holds, take_back_credits, forget, settle_overdue):
        try:
            part(teacher_id, now)
        except Unavailable:
            raise
        except Exception as failure:  # noqa: BLE001 - of any kind, and raised below
            _log.error("a part of session-upkeep failed", extra={"part": part.__name__})
            failures.append(failure)
    if failures:
        raise failures[0]


def end_holds(teacher_id: UUID, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        upkeep_queries.expire_holds(tx, now)


def take_back_credits(teacher_id: UUID, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        take_back.take_owed(tx, now)
    # Each locks accounts in one order, and both together would not.
    with database.tenant(teacher_id) as tx:
        take_back.expire(tx, now)


def forget(teacher_id: UUID, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        upkeep_queries.delete_idempotency_records(tx, now)
        upkeep_queries.delete_auth_sessions(tx, now)
        upkeep_queries.forget_waiting_events(tx, now - WAITS_FOR)
        upkeep_queries.forget_events_for_a_person(tx, now - SHOWN_FOR)
        upkeep_queries.delete_runs(tx, now - RUNS_KEPT_FOR)
