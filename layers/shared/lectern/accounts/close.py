"""Closing an account: from then on nobody finds the teacher, and no job runs for them. What was recorded stays."""

from datetime import datetime
from uuid import UUID

from lectern import database, events
from lectern.accounts import queries
from lectern.accounts.passwords import is_password
from lectern.accounts.queries import Unfinished
from lectern.errors import Conflict, NotFound, Unauthenticated


def close_account(teacher_id: UUID, password: str, now: datetime) -> None:
    """Nobody is signed in any more, but for the 30 s that another device's token may be cached.

    The slug and the address are free for somebody else. Raises Unauthenticated `wrong_credentials`, and Conflict while
    something is left that nobody would do any more: `lessons_ahead`, also those that are held, `refunds_ahead` that
    Stripe has not taken, and `calendars_connected` to which we have the key.
    """
    with database.tenant(teacher_id) as tx:
        kept = queries.password_hash(tx).one_or_none()
    if kept is None:
        raise NotFound("teacher_not_found", "This account is closed already.")
    if not is_password(password, kept.password_hash):
        raise Unauthenticated("wrong_credentials", "The password is wrong.")
    with database.tenant(teacher_id) as tx:
        _refuse_while_unfinished(queries.unfinished(tx, now).one())
        queries.mark_deleted(tx, now)
        queries.delete_auth_sessions(tx)
        events.record(tx, "teacher.closed", teacher_id, {}, now)


def _refuse_while_unfinished(left: Unfinished) -> None:
    if left.lessons:
        raise Conflict("lessons_ahead", "Cancel the lessons to come first: who booked them is told so.")
    if left.refunds:
        raise Conflict("refunds_ahead", "A refund is on its way to Stripe. Close your account once it has been sent.")
    if left.calendars:
        raise Conflict("calendars_connected", "Disconnect your calendar and remove those that you import first.")
