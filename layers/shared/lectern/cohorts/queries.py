"""The statements about cohorts of students, one function each.

The cohorts come from a view that shows the tenant's rows alone: behind it is a materialized one of all teachers, which
row security does not reach.
"""

from dataclasses import dataclass
from datetime import date, datetime

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class AsOf:
    """When all cohorts were last added up, and the teacher's local date then."""

    instant: datetime
    local_date: date


@dataclass(frozen=True, slots=True)
class CohortMonth:
    """Of a cohort, and of a month in which somebody in it had a lesson; both months by their first date.

    `paid_soon` is None of a paid cohort. `units` are the credit units that the lessons of the month consumed.
    """

    cohort: date
    students: int
    paid_soon: int | None
    month: date
    retained: int
    retained_or_later: int
    units: int


def ask_as_of(tx: Transaction) -> Answer[AsOf]:
    """No row before the first refresh."""
    return tx.ask(
        """
        select r.refreshed_at, (r.refreshed_at at time zone t.time_zone)::date
        from cohort_refreshes r join teachers t on t.id = %(teacher_id)s
        """,
        AsOf,
    )


def ask_cohorts(tx: Transaction, kind: str, before: date | None, limit: int) -> Answer[CohortMonth]:
    """The months of so many cohorts: the newest cohort first, the earliest month first."""
    return tx.ask(
        """
        with page as (
          select distinct cohort from own_retention_cohorts
          where kind = %(kind)s and (%(before)s::date is null or cohort < %(before)s)
          order by cohort desc
          limit %(limit)s)
        select cohort, students, paid_soon, month, retained, retained_or_later, units
        from own_retention_cohorts join page using (cohort)
        where kind = %(kind)s
        order by cohort desc, month
        """,
        CohortMonth,
        {"kind": kind, "before": before, "limit": limit},
    )
