"""session-upkeep: what time has made true, every hour. Nothing depends on it being on time, or on it running once."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.credits import take_back
from lectern.jobs import upkeep_queries
from lectern.sessions.transitions import complete_by_itself

# An event of Stripe's that waits for another names people; after so long the other does not come any more.
WAITS_FOR = timedelta(days=30)
# Longer than any message lives: four days in its queue, and after that fourteen among the dead letters.
RUNS_KEPT_FOR = timedelta(days=90)


def keep_up(teacher_id: UUID, now: datetime) -> None:
    """Complete one teacher's past sessions, end what has run out, and forget what nobody may use any more."""
    with database.tenant(teacher_id) as tx:
        upkeep_queries.expire_holds(tx, now)
    with database.tenant(teacher_id) as tx:
        take_back.expire(tx, now)
    with database.tenant(teacher_id) as tx:
        upkeep_queries.delete_idempotency_records(tx, now)
        upkeep_queries.delete_auth_sessions(tx, now)
        upkeep_queries.forget_waiting_events(tx, now - WAITS_FOR)
        upkeep_queries.delete_runs(tx, now - RUNS_KEPT_FOR)
    while _complete_next(teacher_id, now):
        pass


def _complete_next(teacher_id: UUID, now: datetime) -> bool:
    """One to a transaction: completing ends with the slots version, and whoever has that must not wait for more."""
    with database.tenant(teacher_id) as tx:
        due = upkeep_queries.ask_lock_session_to_complete(tx, now).one_or_none()
        if due is None:
            return False
        complete_by_itself(tx, due.id, now)
    return True
