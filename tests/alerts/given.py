"""What numbers are made of, and what is made of them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern.alerts.evaluate import evaluate
from lectern.alerts.metrics import METRICS
from lectern.alerts.rule import Rule, WindowDays
from lectern.alerts.settings import set_rule
from lectern.alerts.verdict import Measured
from lectern.alerts.window import windows_before
from lectern.database import Transaction
from lectern.students.contact_log import ContactDetails, Direction, add_contact
from tests.builders import NOW, Teacher, rows_of, run
from tests.credits.given import a_payment
from tests.lifecycle.given import a_seat

TODAY = NOW.date()


def measured(
    teacher: Teacher, metric: str, windows: int = 1, *, days: WindowDays = 28, end: date = TODAY, zone: str = "UTC"
) -> list[Measured]:
    """Over the windows that end before `end`, the latest first."""
    spans = windows_before(end, days, windows, ZoneInfo(zone))
    return run(teacher, lambda tx: METRICS[metric].ask(tx, spans, NOW)())


def seats(teacher: Teacher, student: UUID, number: int, day: date, **more: Any) -> None:  # noqa: ANN401 - any column
    """As many lessons on a date, one after the other."""
    for hour in range(number):
        start = datetime(day.year, day.month, day.day, hour, tzinfo=NOW.tzinfo)
        a_seat(teacher, student, start, **more)


def payment(teacher: Teacher, student: UUID, status: str, at: datetime, **more: object) -> UUID:
    """In its status since then; for a package of its own, or for that of the payment `like`."""
    payment_id = a_payment(teacher, student)
    columns = {"status": status, "updated_at": at, "paid_at": at if status == "paid" else None, **more}
    run(teacher, lambda tx: _change(tx, payment_id, columns))
    return payment_id


def contact(teacher: Teacher, student: UUID, direction: Direction, at: datetime) -> None:
    run(teacher, add_contact, student, ContactDetails(direction, "email", at), max(at, NOW))


def visits(teacher: Teacher, days_ago: int, visitors: int, booked: int) -> None:
    """A date of the booking page, as content-analytics has added it up."""
    row = {"day": TODAY - timedelta(days=days_ago), "visitors": visitors, "booked": booked}
    run(teacher, lambda tx: tx.send(_FUNNEL, row))


def time_booked(teacher: Teacher, days_ago: int, booked: int, bookable: int) -> None:
    """In minutes, as above."""
    row = {"day": TODAY - timedelta(days=days_ago), "booked": booked, "bookable": bookable}
    run(teacher, lambda tx: tx.send(_OPERATIONS, row))


def a_calendar(teacher: Teacher, read_at: datetime) -> None:
    run(teacher, lambda tx: tx.send(_CALENDAR, {"read_at": read_at}))


def ruled(teacher: Teacher, *rules: Rule) -> None:
    for rule in rules:
        run(teacher, set_rule, rule, NOW)


def run_job(teacher: Teacher, days: int = 0) -> dict[str, int]:
    """That of so many days from now."""
    return run(teacher, evaluate, TODAY + timedelta(days=days), NOW + timedelta(days=days))


def alerts(teacher: Teacher) -> list[dict[str, Any]]:
    return sorted(rows_of(teacher, "metric_alerts"), key=lambda row: row["fired_at"])


def told(teacher: Teacher) -> list[tuple[str, str]]:
    """What the teacher was told and on which date, in order."""
    events = [row for row in rows_of(teacher, "domain_events") if row["type"] in ("alert.fired", "alert.resolved")]
    return sorted((row["payload"]["window_end"], row["type"]) for row in events)


def _change(tx: Transaction, payment_id: UUID, columns: dict[str, object]) -> None:
    tx.send(
        """
        update payments set status = %(status)s, updated_at = %(updated_at)s, paid_at = %(paid_at)s,
          amount = coalesce(%(amount)s, amount), currency = coalesce(%(currency)s, currency),
          failed_attempts = coalesce(%(failed_attempts)s, 0), failed_at = %(failed_at)s,
          created_at = coalesce(%(created_at)s, created_at),
          package_id = coalesce((select package_id from payments where id = %(like)s), package_id)
        where teacher_id = %(teacher_id)s and id = %(id)s
        """,
        {**dict.fromkeys(("amount", "currency", "failed_attempts", "failed_at", "created_at", "like")), **columns}
        | {"id": payment_id},
    )


_FUNNEL = """
    insert into funnel_daily (teacher_id, local_date, source, visitors, viewed_service, saw_slots, saw_no_slots, slots,
      held, booked, completed)
    values (%(teacher_id)s, %(day)s, 'direct', %(visitors)s, 0, 0, 0, 0, 0, %(booked)s, 0)
"""
_OPERATIONS = """
    insert into operations_daily (teacher_id, local_date, lessons, completed, no_shows, cancelled, rescheduled, repeats,
      self_booked, lead_minutes, booked_minutes, bookable_minutes)
    values (%(teacher_id)s, %(day)s, 0, 0, 0, 0, 0, 0, 0, 0, %(booked)s, %(bookable)s)
"""
_CALENDAR = """
    insert into calendar_connections (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at,
      last_synced_at)
    values (%(teacher_id)s, %(teacher_id)s, 'google', 'connected', 'primary', '', %(read_at)s, %(read_at)s)
"""
