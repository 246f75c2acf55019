"""Who of one range of dates was there in another: new, retained, returned and churned students, as numbers."""

from dataclasses import dataclass
from datetime import date, timedelta

from lectern.cohorts.share import share_of_students
from lectern.database import Answer, Transaction
from lectern.errors import Invalid

LONGEST_RANGE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Dates:
    """[first, until), in the teacher's zone."""

    first: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def before(self, first: date | None, until: date | None) -> "Dates":
        """The range to compare with: what is not given is as long as this one, and ends where it begins."""
        until = until or self.first
        return Dates(first or until - timedelta(days=self.days), until)


@dataclass(frozen=True, slots=True)
class Counts:
    previous: int
    retained: int
    new: int
    returned: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of students who had a lesson, a trial being none; everybody in the later range is in one of its three groups.

    `previous` had one in the earlier range: `retained` of them in the later one as well, `churned` of them not. `new`
    had their first ever in the later range, and `returned` one before it, but none in the earlier range.
    """

    previous: int
    retained: int
    churned: int
    new: int
    returned: int
    retained_percent: float | None


def compare(tx: Transaction, earlier: Dates, later: Dates) -> Comparison:
    """Raises Invalid `invalid_range` for a range of no day or of more than a year, or ranges that overlap."""
    _require_in_order(earlier, later)
    found = _ask_counts(tx, earlier, later).one()
    return Comparison(
        previous=found.previous,
        retained=found.retained,
        churned=found.previous - found.retained,
        new=found.new,
        returned=found.returned,
        retained_percent=share_of_students(found.retained, found.previous),
    )


def _require_in_order(earlier: Dates, later: Dates) -> None:
    if not all(0 < each.days <= LONGEST_RANGE_DAYS for each in (earlier, later)):
        raise Invalid(
            "invalid_range",
            f"Ask for 1 to {LONGEST_RANGE_DAYS} days: the end of a range is the first date that does not count.",
            fields=["from", "to", "previous_from", "previous_to"],
        )
    if earlier.until > later.first:
        raise Invalid("invalid_range", "The earlier range must end before the later one.", fields=["previous_to"])


def _ask_counts(tx: Transaction, earlier: Dates, later: Dates) -> Answer[Counts]:
    return tx.ask(
        """
        with lessons as (
          select p.student_id, (c.starts_at at time zone t.time_zone)::date as on_date
          from session_participants p
          join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
          join teachers t on t.id = p.teacher_id
          where p.teacher_id = %(teacher_id)s and p.status = 'completed' and not p.uses_trial
            and p.student_id is not null),
        students as (
          select min(on_date) as first_on,
            bool_or(on_date >= %(earlier)s and on_date < %(earlier_until)s) as was_there,
            bool_or(on_date >= %(later)s and on_date < %(later_until)s) as is_there
          from lessons
          group by student_id)
        select count(*) filter (where was_there), count(*) filter (where was_there and is_there),
          count(*) filter (where is_there and first_on >= %(later)s),
          count(*) filter (where is_there and not was_there and first_on < %(later)s)
        from students
        """,
        Counts,
        {
            "earlier": earlier.first,
            "earlier_until": earlier.until,
            "later": later.first,
            "later_until": later.until,
        },
    )
