"""How many of a teacher's students come back: by the month in which they began, and between two ranges of dates."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Day, InUtc, Shown
from booking.edge.paging import Cursor, Limit, Place
from lectern import database
from lectern.cohorts.comparison import Dates, compare
from lectern.cohorts.retention import CohortKind, retention

router = Router()

_place = Place(Day)


class RetainedMonthView(Shown, from_attributes=True):
    """`number` months after that of the cohort, which has 0; `month` is its first date.

    `retained` students had a lesson in it, `retained_or_later` in it or after it. `credits_percent` compares the
    credits that its lessons consumed with month 0, null where that consumed none. A month that is not over is partial.
    """

    number: int
    month: date
    is_partial: bool
    retained: int
    retained_percent: float | None
    retained_or_later: int
    retained_or_later_percent: float | None
    credits_percent: float | None


class CohortView(Shown, from_attributes=True):
    """Percentages are of the `students`, and null of fewer than 5.

    `paid_soon` of a trial cohort had a paid lesson within 30 days of the trial, partial while these may not be over;
    it is null of a paid one.
    """

    month: date
    students: int
    paid_soon: int | None
    paid_soon_percent: float | None
    is_paid_soon_partial: bool
    months: list[RetainedMonthView]


class CohortPage(Shown):
    """`as_of` is when the numbers were added up, null before the first time; `next` is null at the end."""

    as_of: InUtc | None
    cohorts: list[CohortView]
    next: str | None


class ComparisonView(Shown):
    """Students who had a lesson in a range, a trial being none. [from, to) has `retained`, `new` and `returned` ones.

    `previous` had one in the range before: `retained` of them in both, `churned` only in that. `new` had their first
    ever in [from, to); `returned` had one before, but none in the range before.
    """

    previous_from: date
    previous_to: date
    previous: int
    retained: int
    churned: int
    new: int
    returned: int
    retained_percent: float | None


@router.get(
    "/v1/cohorts",
    summary="How many students come back in the months after they began, the newest cohort first",
    tags=["cohorts"],
    **teacher(for_caller(minutes=5)),
)
def my_cohorts(
    request: Request,
    kind: Annotated[CohortKind, Query(description="By the first paid lesson, or by the trial.")] = "paid",
    limit: Limit = 24,
    cursor: Cursor = None,
) -> CohortPage:
    with database.tenant(teacher_id(request)) as tx:
        found = retention(tx, kind, _place.after(cursor), limit)
    cohorts = [CohortView.model_validate(cohort) for cohort in found.cohorts.items]
    return CohortPage(as_of=found.as_of, cohorts=cohorts, next=_place.cursor(found.cohorts.next))


@router.get(
    "/v1/cohorts/report",
    summary="Which students of one range of your dates were there in the range before",
    tags=["cohorts"],
    **teacher(for_caller(minutes=5)),
)
def compare_ranges(
    request: Request,
    first: Annotated[Day, Query(alias="from")],
    end: Annotated[Day, Query(alias="to", description="Not included.")],
    previous_first: Annotated[
        Day | None, Query(alias="previous_from", description="As many days before, if left out.")
    ] = None,
    previous_end: Annotated[
        Day | None, Query(alias="previous_to", description="Not included; `from` if left out.")
    ] = None,
) -> ComparisonView:
    later = Dates(first, end)
    earlier = later.before(previous_first, previous_end)
    with database.tenant(teacher_id(request)) as tx:
        found = compare(tx, earlier, later)
    return ComparisonView(previous_from=earlier.first, previous_to=earlier.until, **asdict(found))
