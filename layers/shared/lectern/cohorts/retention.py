"""The cohorts of a teacher, each with every month since it began, also those in which nobody came."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Literal

from lectern.cohorts import queries
from lectern.cohorts.queries import CohortMonth
from lectern.cohorts.share import SMALLEST_COHORT, percentage, share_of_students
from lectern.database import Transaction
from lectern.page import Page, page_of

# By the month of the first paid lesson that a student had, or of the trial.
type CohortKind = Literal["paid", "trial"]

TO_PAY_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RetainedMonth:
    """The month `number` after that of the cohort, which has 0. Percentages are of the cohort's students.

    `retained` had a lesson in it, `retained_or_later` in it or after it. `credits_percent` are the credits that its
    lessons consumed, of those of month 0; None where month 0 consumed none. A month that is not over is partial.
    """

    number: int
    month: date
    is_partial: bool
    retained: int
    retained_percent: float | None
    retained_or_later: int
    retained_or_later_percent: float | None
    credits_percent: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """`paid_soon` of a trial cohort had a paid lesson within 30 days of the trial; None of a paid one.

    That is partial as long as the 30 days of somebody in it may not be over.
    """

    month: date
    students: int
    paid_soon: int | None
    paid_soon_percent: float | None
    is_paid_soon_partial: bool
    months: tuple[RetainedMonth, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """`as_of` is the moment that the numbers are of; None when there are none yet."""

    as_of: datetime | None
    cohorts: Page[Cohort, date]


def retention(tx: Transaction, kind: CohortKind, before: date | None, limit: int) -> Retention:
    """The newest cohorts first; `before` is the `next` of the page before, None for the first."""
    asked, months = queries.ask_as_of(tx), queries.ask_cohorts(tx, kind, before, limit + 1)
    as_of = asked.one_or_none()
    if as_of is None:
        return Retention(None, Page([], None))
    cohorts = [cohort_of(list(group), as_of.local_date) for _, group in groupby(months.all(), key=attrgetter("cohort"))]
    return Retention(as_of.instant, page_of(cohorts, limit, lambda cohort: cohort.month))


def cohort_of(counted: list[CohortMonth], today: date) -> Cohort:
    """A cohort by its months in which somebody came, in order, filled up to the month of `today`."""
    first, *_ = months = list(_every_month(counted, today))
    paid_soon_percent = None if first.paid_soon is None else share_of_students(first.paid_soon, first.students)
    last_day = _next_month(first.cohort) - timedelta(days=1)
    return Cohort(
        month=first.cohort,
        students=first.students,
        paid_soon=first.paid_soon,
        paid_soon_percent=paid_soon_percent,
        is_paid_soon_partial=first.paid_soon is not None and today <= last_day + TO_PAY_SOON,
        months=tuple(_retained_month(number, month, first.units, today) for number, month in enumerate(months)),
    )


def _every_month(counted: list[CohortMonth], today: date) -> Iterator[CohortMonth]:
    """Who comes after a month in which nobody came does so in the next one that was counted, or later."""
    by_month = {each.month: each for each in counted}
    # A refresh counts what has come to be true since its hour struck, and that may have been last month.
    for month in _months(counted[0].cohort, max(today, counted[-1].month)):
        later = next((each.retained_or_later for each in counted if each.month >= month), 0)
        nobody = replace(counted[0], month=month, retained=0, retained_or_later=later, units=0)
        yield by_month.get(month, nobody)


def _retained_month(number: int, counted: CohortMonth, first_units: int, today: date) -> RetainedMonth:
    return RetainedMonth(
        number=number,
        month=counted.month,
        is_partial=_next_month(counted.month) > today,
        retained=counted.retained,
        retained_percent=share_of_students(counted.retained, counted.students),
        retained_or_later=counted.retained_or_later,
        retained_or_later_percent=share_of_students(counted.retained_or_later, counted.students),
        credits_percent=percentage(counted.units, first_units) if counted.students >= SMALLEST_COHORT else None,
    )


def _months(first: date, latest: date) -> Iterator[date]:
    while first <= latest:
        yield first
        first = _next_month(first)


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)
