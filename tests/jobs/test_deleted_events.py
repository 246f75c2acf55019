"""AC23: who wants it so cancels a lesson by deleting its event in Google, and nobody else does."""

from uuid import UUID

from lectern.calendar.notified import request_pull
from lectern.calendar.settings import CalendarSettings, set_settings
from lectern.calendar.status import show_again
from lectern.database import Transaction
from lectern.jobs.calendar_sync import sync_calendars
from lectern.jobs.deleted_events import MOST
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


def find_deleted(diary: Diary, *sessions: UUID, minutes: int = 15) -> dict[str, int]:
    """At the next reading."""
    for session in sessions:
        diary.delete(session.hex)
    CLOCK.wait(minutes=minutes)
    request_pull(diary.teacher.id, CLOCK.now)
    return sync(diary)


def delete(diary: Diary, *sessions: UUID) -> dict[str, int]:
    """And it stands until the reading after that, of which the counts are."""
    find_deleted(diary, *sessions)
    return find_deleted(diary)


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


def test_a_lesson_that_cannot_be_cancelled_keeps_no_other_from_it_and_is_counted(diary: Diary) -> None:
    choose(diary)
    first, second = lessons(diary, 2)
    run(diary.teacher, break_policy_of, first)

    counts = delete(diary, first, second)

    assert statuses(diary) == ["scheduled", "cancelled"]
    assert counts == {"CalendarLessonsCancelled": 1, "CalendarLessonsNotCancelled": 1}


def test_a_second_run_finds_nothing_more_to_cancel(diary: Diary) -> None:
    choose(diary)
    delete(diary, *lessons(diary, 1))

    CLOCK.wait(minutes=15)
    counts = sync(diary)

    assert "CalendarLessonsCancelled" not in counts
    assert len(diary.happened("session.cancelled")) == 1
    assert diary.connection()["status"] == "connected"


def test_a_deletion_that_is_undone_soon_cancels_nothing(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    find_deleted(diary, lesson)

    diary.change(lesson.hex, status="confirmed")
    find_deleted(diary)

    assert (statuses(diary), diary.row(lesson)["conflict"]) == (["scheduled"], None)


def test_a_deletion_stands_only_if_the_calendar_was_read_again_minutes_later(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    find_deleted(diary, lesson)
    find_deleted(diary, minutes=9)

    diary.google.fail(None, "503")
    find_deleted(diary)

    assert statuses(diary) == ["scheduled"]


def test_ac29_what_was_deleted_before_it_was_chosen_is_only_shown(diary: Diary) -> None:
    [lesson] = lessons(diary, 1)
    diary.delete(lesson.hex)
    CLOCK.wait(minutes=5)
    choose(diary)

    delete(diary)

    assert (statuses(diary), diary.row(lesson)["conflict"]) == (["scheduled"], "deleted")


def test_who_chooses_it_need_not_wait_for_the_next_quarter(diary: Diary) -> None:
    [lesson] = lessons(diary, 1)
    CLOCK.wait(minutes=1)
    choose(diary)
    sync(diary)

    delete(diary, lesson)

    assert statuses(diary) == ["cancelled"]


def test_who_changes_their_mind_is_only_shown_it(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    choose(diary, cancels=False)

    delete(diary, lesson)

    assert statuses(diary) == ["scheduled"]
    assert diary.row(lesson)["conflict"] == "deleted"


def test_a_calendar_that_is_cleared_out_cancels_nothing_also_when_some_are_put_back(diary: Diary) -> None:
    choose(diary)
    several = lessons(diary, MOST + 1)
    find_deleted(diary, *several)

    run(diary.teacher, show_again, several[0], CLOCK.now)
    find_deleted(diary, minutes=90)

    assert statuses(diary) == ["scheduled"] * len(several)
    assert diary.row(several[1])["conflict"] == "deleted"


def test_a_calendar_that_is_cleared_out_piece_by_piece_cancels_nothing(diary: Diary) -> None:
    """Google tells of each deletion by itself, and each is read at once."""
    choose(diary)
    several = lessons(diary, 8)

    for piece in (several[:2], several[2:4], several[4:7], several[7:]):
        find_deleted(diary, *piece, minutes=1)
    for _ in range(3):
        find_deleted(diary, minutes=40)

    assert statuses(diary) == ["scheduled"] * len(several)


def test_that_nothing_is_cancelled_is_told_and_counted_once(diary: Diary) -> None:
    choose(diary)

    counts = find_deleted(diary, *lessons(diary, MOST + 1))

    assert counts == {"CalendarDeletionsLeft": MOST + 1}
    assert find_deleted(diary) == {}
    assert [event["payload"] for event in diary.happened("calendar.deletions_left")] == [{"lessons": MOST + 1}]


def test_deletions_of_the_last_hour_count_also_once_they_are_cancelled_or_put_back(diary: Diary) -> None:
    choose(diary)
    first, second, third, fourth = lessons(diary, MOST + 1)
    delete(diary, first, second)
    find_deleted(diary, third, minutes=5)
    run(diary.teacher, show_again, third, CLOCK.now)

    delete(diary, fourth)

    assert statuses(diary) == ["cancelled", "cancelled", "scheduled", "scheduled"]


def test_who_deletes_so_many_each_day_cancels_them_each_day(diary: Diary) -> None:
    choose(diary)
    _, *several = lessons(diary, MOST * 2 + 1)
    delete(diary, *several[:MOST])
    CLOCK.wait(hours=2)

    delete(diary, *several[MOST:])

    assert statuses(diary) == ["scheduled"] + ["cancelled"] * len(several)


def test_a_lesson_that_has_begun_is_not_cancelled(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    CLOCK.wait(days=1, hours=1, minutes=50)

    delete(diary, lesson)

    assert statuses(diary) == ["scheduled"]
