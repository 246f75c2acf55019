"""Finding the session that somebody wants to change, and refusing when it is past changing."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from lectern.database import Transaction
from lectern.errors import Conflict, NotFound
from lectern.sessions import queries
from lectern.sessions.session_row import SessionRow

type Actor = Literal["student", "teacher"]

TEACHER_MAY_CHANGE_FOR = timedelta(days=7)


def find_session(tx: Transaction, session_id: UUID) -> SessionRow:
    """Raises NotFound "session_not_found"."""
    session = queries.ask_session(tx, session_id).one_or_none()
    if session is None:
        raise NotFound("session_not_found", "There is no such session. List the sessions.")
    return session


def require_reached(since: datetime, now: datetime) -> None:
    """Raises Conflict "not_started"."""
    if now < since:
        raise Conflict("not_started", f"That can be said from {since:%Y-%m-%d %H:%M} UTC on.")


def require_changeable(session: SessionRow, by: Actor, now: datetime, disputed_at: datetime | None = None) -> None:
    """Raises Conflict: after its start a session is the teacher's alone to change, and after 7 days nobody's.

    A request that was never answered can be turned down at any time, or what it has reserved would stay so. What a
    student disputes is decided within 7 days of that.
    """
    if by == "student" and now >= session.starts_at:
        raise Conflict("already_started", "The lesson has started. Ask your teacher to change it.")
    if session.status != "pending" and now > (disputed_at or session.starts_at) + TEACHER_MAY_CHANGE_FOR:
        raise Conflict("too_old", "A lesson can be changed for 7 days after its start, and no longer.")
