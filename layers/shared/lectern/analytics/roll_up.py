"""content-analytics, the daily run: adds up the days that are over, and destroys what was kept only for that.

Each run adds up several days anew: a lesson is marked, corrected and written about for days after it. What is written
depends on the rows alone, so another run on the same day, or a late one for an earlier day, changes nothing.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lectern.analytics import lesson_queries, roll_up_queries
from lectern.analytics.local_day import LocalDay, local_days
from lectern.availability.bookable import bookable_minutes
from lectern.database import Transaction

# The last word on a lesson comes up to 7 days after its start (sessions.lookup, policy's auto_complete_hours), that on
# a note 7 days after it was shared; and these may begin and end late on their dates.
DAYS_ADDED_UP = 10
DAYS_KEPT_RAW = 90


def roll_up(tx: Transaction, local_date: date, now: datetime) -> None:  # noqa: ARG001 - what every daily job takes
    """Add up the teacher's dates before `local_date`, and forget salts of past dates and what is raw for too long."""
    teacher = roll_up_queries.ask_teacher(tx).one()
    first = max(local_date - timedelta(days=DAYS_ADDED_UP), teacher.known_since)
    zone = ZoneInfo(teacher.time_zone)
    days = local_days(zone, first, local_date)
    if days:
        _add_up(tx, days, bookable_minutes(tx, [(day.starts_at, day.ends_at) for day in days], zone))
    roll_up_queries.add_up_funnel(tx, local_date)
    _forget(tx, zone, local_date)


def _add_up(tx: Transaction, days: list[LocalDay], bookable: list[int]) -> None:
    roll_up_queries.add_up_content(tx, days)
    lesson_queries.add_up_operations(tx, days, bookable)
    lesson_queries.add_up_notes(tx, days)


def _forget(tx: Transaction, zone: ZoneInfo, local_date: date) -> None:
    first_kept = local_date - timedelta(days=DAYS_KEPT_RAW)
    [first_day] = local_days(zone, first_kept, first_kept + timedelta(days=1))
    roll_up_queries.delete_views(tx, first_day.starts_at)
    roll_up_queries.delete_visitors(tx, first_kept)
    roll_up_queries.delete_salts(tx, local_date)
