"""What the rules of the lifecycle look at: one student, as the database knows them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """Dates are the teacher's local ones; a lesson is a session that is not a trial, and done if the student attended.

    - `recorded_stage` is the last one written down, `recorded_since` its date; `lapsed_on` is when the student was last
      found to have lapsed, `returned_on` the date of the first lesson done since.
    - `is_ever_booked` is of lessons, whatever became of them; `last_booked_on` is when that was, not for when.
    - `latest_lessons` are done, the newest first, as many as make a rhythm; paid ones had a price or took credits.
    - `absences` has late cancellations, too; `lessons_lately` and `lessons_before` are of two equally long windows.
    - `credits` are units that can be spent now, None for a student who never had any.
    - `unpaid_since` is the date of the first payment that did not come and that no later one made up for.
    """

    student_id: UUID
    name: str
    is_archived: bool
    paused_until: date | None
    known_since: date
    recorded_stage: str | None
    recorded_since: date | None
    lapsed_on: date | None
    is_ever_booked: bool
    last_booked_on: date | None
    has_lesson_ahead: bool
    has_trial_ahead: bool
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
