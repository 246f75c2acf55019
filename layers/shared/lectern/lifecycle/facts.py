"""What the rules of the lifecycle look at: one student, as the database knows them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """Dates are the teacher's local ones; a lesson is a session that is not a trial, and done if the student attended.

    - `recorded_stage` is the last one written down, `recorded_since` its date; `returned_on` is the date of the first
      lesson done since the student had lapsed, of the last one if that was so several times.
    - `is_ever_booked` is of lessons, whatever became of them; `last_booked_on` is when that was, not for when.
    - `…_unmarked_on` is of the latest whose time has come and of which nobody has said yet what became of it.
    - `latest_lessons` are done, the newest first, as many as make a rhythm; paid ones had a price or took credits.
    - `absences` has late cancellations, too; `lessons_lately` and `lessons_before` are of two equally long windows, and
      lately is also what is not marked yet.
    - `credits` are units that can be spent now, None for a student who never had any.
    - `unpaid_since` is the date of the first payment that did not come. One that failed is made good by a later try at
      the same package, or at a lesson of the same service.
    """

    student_id: UUID
    name: str
    is_archived: bool
    paused_until: date | None
    known_since: date
    recorded_stage: str | None
    recorded_since: date | None
    is_ever_booked: bool
    last_booked_on: date | None
    has_lesson_ahead: bool
    lesson_unmarked_on: date | None
    has_trial_ahead: bool
    trial_unmarked_on: date | None
    trial_done_on: date | None
    lessons_done: int
    first_lesson_on: date | None
    latest_lessons: list[date]
    paid_lessons_done: int
    first_paid_lesson_on: date | None
    returned_on: date | None
    absences: int
    lessons_lately: int
    lessons_before: int
    has_bought: bool
    credits: int | None
    unpaid_since: date | None
    last_contact_on: date | None
