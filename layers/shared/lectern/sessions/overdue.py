"""What time makes of sessions about which nobody has said anything: requests expire, and lessons complete.

One to a transaction: each ends with the slots version, and whoever has that must not wait for more.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.database import Answer, Transaction
from lectern.errors import Unavailable
from lectern.sessions import queries, settling_queries
from lectern.sessions.settling_queries import Overdue
from lectern.sessions.transitions import complete_by_itself, expire_request

_log = logging.getLogger(__name__)

type AskNext = Callable[[Transaction, datetime, list[UUID]], Answer[Overdue]]
type Settle = Callable[[Transaction, UUID, datetime], None]


def settle_overdue(teacher_id: UUID, now: datetime) -> None:
    """All of one teacher's. What one of them raises is raised again when all the others are settled.

    Unavailable is raised at once: it is nothing of that one's.
    """
    failures = [
        *_settle_each(teacher_id, now, settling_queries.ask_lock_overdue_request, expire_request),
        *_settle_each(teacher_id, now, settling_queries.ask_lock_overdue_lesson, complete_by_itself),
    ]
    if failures:
        raise failures[0]


def _settle_each(teacher_id: UUID, now: datetime, ask_next: AskNext, settle: Settle) -> list[Exception]:
    failures: dict[UUID, Exception] = {}
    while True:
        due = None
        try:
            with database.tenant(teacher_id) as tx:
                # Before the session, as whoever settles one takes both in this order.
                queries.lock_teacher(tx)
                due = ask_next(tx, now, list(failures)).one_or_none()
                if due is None:
                    return list(failures.values())
                settle(tx, due.id, now)
        except Exception as error:
            if due is None or isinstance(error, Unavailable):
                raise
            _log.error("a session cannot be settled", extra={"session_id": str(due.id)})
            failures[due.id] = error
