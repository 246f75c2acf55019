"""Teachers of whom something waits to be sent."""

from datetime import datetime, timedelta

from lectern.database import Transaction
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, a_service, a_teacher, book, in_days, run


def a_calendar_that_waits(since: timedelta, status: str = "connected") -> Teacher:
    """One session was booked so long ago, and the calendar does not know of it."""
    teacher = a_teacher()
    run(teacher, connect_calendar, status)
    book(teacher, a_service(teacher), in_days(1), now=NOW - since)
    return teacher


def connect_calendar(tx: Transaction, status: str) -> None:
    tx.send(
        "insert into calendar_connections"
        " (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at)"
        " values (%(teacher_id)s, %(id)s, 'google', %(status)s, 'primary', '', %(now)s)",
        {"id": new_id(), "status": status, "now": NOW},
    )


def a_refund(requested_at: datetime, status: str, teacher: Teacher | None = None) -> None:
    run(teacher or a_teacher(), _refund, requested_at, status)


def _refund(tx: Transaction, requested_at: datetime, status: str) -> None:
    of = {"id": new_id(), "account": f"acct_{new_id().hex}", "status": status, "now": requested_at}
    tx.send(
        "insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)"
        " values (%(teacher_id)s, %(id)s, %(account)s, false, %(now)s, %(now)s)",
        of,
    )
    tx.send(
        "insert into payments (teacher_id, id, kind, description, amount, currency, status, invoice_id,"
        " stripe_account_id, livemode, created_at, updated_at, paid_at)"
        " values (%(teacher_id)s, %(id)s, 'invoice', 'Lessons', 500, 'EUR', 'paid', 'in_1', %(account)s, false,"
        " %(now)s, %(now)s, %(now)s)",
        of,
    )
    tx.send(
        "insert into refunds (teacher_id, id, payment_id, amount, status, origin, requested_at, updated_at)"
        " values (%(teacher_id)s, %(id)s, %(id)s, 500, %(status)s, 'teacher', %(now)s, %(now)s)",
        of,
    )
