"""Whether a teacher's notes on lessons are written while they are fresh, and read before the next lesson."""

from dataclasses import dataclass
from datetime import date

from lectern.analytics.local_day import require_range
from lectern.analytics.percent import percent
from lectern.database import Transaction


@dataclass(frozen=True, slots=True)
class NoteDiscipline:
    """Of `lessons_to_note`, completed, `noted_in_time` had a note shared within 24 hours of their end.

    By the date of sharing, `notes_read_in_time` of `notes_to_read` were opened within 7 days, each student's apart.
    What could still be done in time as yesterday ended is in none of the numbers.
    """

    lessons_to_note: int
    noted_in_time: int
    notes_to_read: int
    notes_read_in_time: int

    @property
    def noted_percent(self) -> float | None:
        return percent(self.noted_in_time, self.lessons_to_note)

    @property
    def read_percent(self) -> float | None:
        return percent(self.notes_read_in_time, self.notes_to_read)


def note_discipline(tx: Transaction, first: date, until: date) -> NoteDiscipline:
    """Of the teacher's dates [first, until). Raises Invalid `invalid_range`."""
    require_range(first, until)
    return tx.ask(
        """
        select coalesce(sum(lessons_to_note), 0)::integer, coalesce(sum(noted_in_time), 0)::integer,
          coalesce(sum(notes_to_read), 0)::integer, coalesce(sum(notes_read_in_time), 0)::integer
        from notes_daily
        where teacher_id = %(teacher_id)s and local_date >= %(first)s and local_date < %(until)s
        """,
        NoteDiscipline,
        {"first": first, "until": until},
    ).one()
