"""What becomes of lessons that stand in a calendar."""

from uuid import UUID

from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.series import Series, create_recurring_sessions
from tests.builders import NOW, a_service, a_student, in_days, rows_of, run
from tests.calendar.diary import CLOCK, Diary


def move(diary: Diary, lesson: UUID, days: int) -> None:
    run(diary.teacher, reschedule_session, lesson, in_days(days), "teacher", CLOCK.now)


def cancel(diary: Diary, lesson: UUID) -> None:
    run(diary.teacher, cancel_session, lesson, Cancellation("teacher", None), CLOCK.now)


def weekly(diary: Diary, times: int) -> None:
    first = in_days(1).replace(tzinfo=None)
    series = Series(a_service(diary.teacher), a_student(diary.teacher), first, 1, times)
    run(diary.teacher, create_recurring_sessions, series, "fail", NOW)


def waiting(diary: Diary) -> int:
    """How many the calendar has yet to be told of."""
    return sum(row["status"] == "pending" for row in rows_of(diary.teacher, "session_calendar_sync"))
