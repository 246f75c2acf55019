"""AC23: who wants it so cancels a lesson by deleting its event in Google, and nobody else does."""

from uuid import UUID

import pytest

from lectern.calendar.settings import CalendarSettings, set_settings
from lectern.calendar.status import show_again
from lectern.database import Transaction
from lectern.jobs.calendar_sync import sync_calendars
from lectern.jobs.deleted_events import MOST_AT_ONCE
from tests.builders import rows_of, run
from tests.calendar.conftest import diary, google, google_server
from tests.calendar.diary import CLOCK, Diary

__all__ = ["diary", "google", "google_server"]


def choose(diary: Diary, *, cancels: bool = True) -> None:
    run(diary.teacher, set_settings, CalendarSettings(None, cancels_deleted=cancels), CLOCK.now)


def lessons(diary: Diary, number: int) -> list[UUID]:
    """In the calendar."""
    made = [diary.lesson(days=days) for days in range(1, number + 1)]
    sync(diary)
    return made


def delete(diary: Diary, *sessions: UUID) -> None:
    """And a quarter of an hour goes by."""
    for session in sessions:
        diary.delete(session.hex)
    CLOCK.wait(minutes=15)
    sync(diary)


def sync(diary: Diary) -> dict[str, int]:
    return {**sync_calendars(diary.teacher.id, CLOCK.now)}


def statuses(diary: Diary) -> list[str]:
    return [row["status"] for row in sorted(rows_of(diary.teacher, "class_sessions"), key=lambda row: row["starts_at"])]


def break_policy_of(tx: Transaction, session: UUID) -> None:
    tx.send(
        """
        update session_participants set policy = '{"fortune": 1}'
        where teacher_id = %(teacher_id)s and session_id = %(session)s
        """,
        {"session": session},
    )


def test_ac23_a_deleted_event_cancels_its_lesson_for_who_wants_it_as_the_teacher_would(diary: Diary) -> None:
    choose(diary)
    first, _ = lessons(diary, 2)

    delete(diary, first)

    assert statuses(diary) == ["cancelled", "scheduled"]
    [told] = diary.happened("session.cancelled")
    assert (told["subject_id"], told["payload"]) == (str(first), {"by": "teacher", "charge_percent": 0, "late": False})


def test_a_lesson_that_cannot_be_cancelled_keeps_no_other_from_it_and_fails_the_job(diary: Diary) -> None:
    choose(diary)
    first, second = lessons(diary, 2)
    run(diary.teacher, break_policy_of, first)

    with pytest.raises(TypeError):
        delete(diary, first, second)

    assert statuses(diary) == ["scheduled", "cancelled"]


def test_a_second_run_finds_nothing_more_to_cancel(diary: Diary) -> None:
    choose(diary)
    delete(diary, *lessons(diary, 1))

    CLOCK.wait(minutes=15)
    counts = sync(diary)

    assert "CalendarLessonsCancelled" not in counts
    assert len(diary.happened("session.cancelled")) == 1
    assert diary.connection()["status"] == "connected"


def test_ac29_what_was_deleted_before_it_was_chosen_is_only_shown(diary: Diary) -> None:
    delete(diary, *lessons(diary, 1))
    CLOCK.wait(minutes=1)
    choose(diary)

    CLOCK.wait(minutes=15)
    sync(diary)

    assert statuses(diary) == ["scheduled"]


def test_who_changes_their_mind_is_only_shown_it(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    choose(diary, cancels=False)

    delete(diary, lesson)

    assert statuses(diary) == ["scheduled"]
    assert diary.row(lesson)["conflict"] == "deleted"


def test_a_calendar_that_is_cleared_out_cancels_nothing_also_when_some_are_put_back(diary: Diary) -> None:
    choose(diary)
    several = lessons(diary, MOST_AT_ONCE + 1)
    delete(diary, *several)

    run(diary.teacher, show_again, several[0], CLOCK.now)
    sync(diary)

    assert statuses(diary) == ["scheduled"] * len(several)
    assert diary.row(several[1])["conflict"] == "deleted"


def test_a_lesson_that_has_begun_is_not_cancelled(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    CLOCK.wait(days=1, hours=1, minutes=50)

    delete(diary, lesson)

    assert statuses(diary) == ["scheduled"]
