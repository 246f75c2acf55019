"""The way through the booking page: how many visitors came how far, by where they came from."""

from dataclasses import dataclass
from datetime import date

from lectern.analytics.local_day import require_range
from lectern.database import Answer, Transaction

MOST_SOURCES = 100


@dataclass(frozen=True, slots=True)
class Funnel:
    """Visitors, each once a day; who has come to a step has come through those before.

    `saw_no_slots` are those to whom nothing but empty lists was shown; `slots` the most that each of the others saw, in
    sum. `held`, `booked` and `completed` are of the date of the visit, whenever the lesson was.
    """

    source: str
    visitors: int
    viewed_service: int
    saw_slots: int
    saw_no_slots: int
    slots: int
    held: int
    booked: int
    completed: int


@dataclass(frozen=True, slots=True)
class PageConversion:
    """Visitors of the booking page, each once a day, and those of them who booked."""

    visitors: int
    booked: int


def funnel(tx: Transaction, first: date, until: date) -> tuple[Funnel, list[Funnel]]:
    """All visitors of the dates [first, until), up to yesterday, and those of each of the MOST_SOURCES busiest sources.

    The source of all is empty. Raises Invalid `invalid_range`.
    """
    require_range(first, until)
    everybody, *by_source = _ask_funnel(tx, first, until).all()
    return everybody, by_source


def page_conversion(tx: Transaction, first: date, until: date) -> PageConversion:
    """Of the teacher's dates [first, until), as added up by the daily run; without visitors nothing is known."""
    return tx.ask(
        """
        select coalesce(sum(visitors), 0)::integer, coalesce(sum(booked), 0)::integer
        from funnel_daily
        where teacher_id = %(teacher_id)s and local_date >= %(first)s and local_date < %(until)s
        """,
        PageConversion,
        {"first": first, "until": until},
    ).one()


def _ask_funnel(tx: Transaction, first: date, until: date) -> Answer[Funnel]:
    """The sum of all comes first, also of none."""
    return tx.ask(
        """
        select coalesce(source, ''), coalesce(sum(visitors), 0)::integer, coalesce(sum(viewed_service), 0)::integer,
          coalesce(sum(saw_slots), 0)::integer, coalesce(sum(saw_no_slots), 0)::integer,
          coalesce(sum(slots), 0)::bigint, coalesce(sum(held), 0)::integer, coalesce(sum(booked), 0)::integer,
          coalesce(sum(completed), 0)::integer
        from funnel_daily
        where teacher_id = %(teacher_id)s and local_date >= %(first)s and local_date < %(until)s
        group by grouping sets ((), (source))
        order by source is not null, sum(visitors) desc, source
        limit %(limit)s
        """,
        Funnel,
        {"first": first, "until": until, "limit": 1 + MOST_SOURCES},
    )
