"""Notes on lessons: shared within a day, read within a week."""

from datetime import date, datetime, timedelta
from uuid import UUID

from lectern.analytics.notes import NoteDiscipline, note_discipline
from lectern.content.item import ContentDetails
from lectern.content.library import delete_item
from tests.analytics.given import add_up
from tests.builders import NOW, Teacher, a_student, a_teacher, at, run
from tests.content.given import open_it, shared_content
from tests.lifecycle.given import a_seat

LESSON = at("2026-03-03 10:00")
ENDS = LESSON + timedelta(hours=1)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MARCH = (date(2026, 3, 1), date(2026, 4, 1))


def a_note(teacher: Teacher, session: UUID, shared_at: datetime, *students: UUID) -> UUID:
    note = ContentDetails("lesson_note", "Tuesday", body="Well done", session_id=session)
    return shared_content(teacher, *students, details=note, at=shared_at)


def discipline(teacher: Teacher, today: date) -> NoteDiscipline:
    add_up(teacher, today)
    return run(teacher, note_discipline, *MARCH)


def test_a_note_is_in_time_up_to_24_hours_after_the_lesson(teacher: Teacher, student: UUID) -> None:
    """Of four completed lessons one is noted just in time, one just too late, one for nobody and one not at all."""
    sessions = [a_seat(teacher, student, LESSON) for _ in range(4)]
    a_note(teacher, sessions[0], ENDS + DAY, student)
    a_note(teacher, sessions[1], ENDS + DAY + SECOND, student)
    a_note(teacher, sessions[2], ENDS)

    found = discipline(teacher, date(2026, 3, 6))

    assert (found.lessons_to_note, found.noted_in_time, found.noted_percent) == (4, 1, 25.0)


def test_a_note_is_read_in_time_up_to_seven_days_after_it_was_shared(teacher: Teacher, student: UUID) -> None:
    """Two students have it; Sam reads it just in time, Bo just too late."""
    bo = a_student(teacher, "Bo")
    note = a_note(teacher, a_seat(teacher, student, LESSON), ENDS, student, bo)
    open_it(teacher, note, student, ENDS + 7 * DAY)
    open_it(teacher, note, bo, ENDS + 7 * DAY + SECOND)

    found = discipline(teacher, date(2026, 3, 12))

    assert (found.notes_to_read, found.notes_read_in_time, found.read_percent) == (2, 1, 50.0)


def test_what_can_still_be_done_in_time_is_not_counted(teacher: Teacher, student: UUID) -> None:
    note = a_note(teacher, a_seat(teacher, student, LESSON), ENDS, student)
    open_it(teacher, note, student, ENDS)

    counted = [discipline(teacher, date(2026, 3, day)) for day in (4, 5, 10, 11)]

    assert [found.lessons_to_note for found in counted] == [0, 1, 1, 1]
    assert [found.notes_to_read for found in counted] == [0, 0, 0, 1]


def test_only_completed_lessons_need_a_note_and_a_trial_is_none(teacher: Teacher, student: UUID) -> None:
    for status in ("no_show", "booked", "cancelled"):
        a_seat(teacher, student, LESSON, status)
    a_seat(teacher, student, LESSON, trial=True)

    assert discipline(teacher, date(2026, 3, 6)) == NoteDiscipline(0, 0, 0, 0)


def test_materials_and_deleted_notes_are_no_notes(teacher: Teacher, student: UUID) -> None:
    shared_content(teacher, student, at=ENDS)
    run(teacher, delete_item, a_note(teacher, a_seat(teacher, student, LESSON), ENDS, student), NOW)

    found = discipline(teacher, date(2026, 3, 12))

    assert (found.noted_in_time, found.notes_to_read) == (0, 0)


def test_without_lessons_and_notes_nothing_is_known(teacher: Teacher) -> None:
    found = discipline(teacher, date(2026, 3, 12))

    assert (found.noted_percent, found.read_percent) == (None, None)


def test_another_teacher_has_notes_of_their_own(teacher: Teacher, student: UUID) -> None:
    a_note(teacher, a_seat(teacher, student, LESSON), ENDS, student)
    discipline(teacher, date(2026, 3, 12))

    assert discipline(a_teacher(), date(2026, 3, 12)) == NoteDiscipline(0, 0, 0, 0)
