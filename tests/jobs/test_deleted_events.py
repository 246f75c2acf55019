"""AC23: who wants it so cancels a lesson by deleting its event in Google, and nobody else does."""

from uuid import UUID

import pytest

from lectern.calendar.status import show_again
from lectern.database import Transaction
from lectern.jobs.deleted_events import MOST
from tests.builders import run
from tests.calendar.conftest import diary, google, google_server
from tests.calendar.diary import CLOCK, Diary
from tests.jobs.deleting import choose, delete, find_deleted, lessons, statuses, sync

__all__ = ["diary", "google", "google_server"]


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


def test_what_is_deleted_still_was_deleted_before_it_was_chosen_also_when_the_whole_is_read(diary: Diary) -> None:
    [lesson] = lessons(diary, 1)
    find_deleted(diary, lesson)
    choose(diary)
    diary.google.expire_sync_tokens(diary.account)

    for _ in range(2):
        find_deleted(diary)

    assert (statuses(diary), diary.row(lesson)["conflict"]) == (["scheduled"], "deleted")


@pytest.mark.parametrize("hour", [10, 12], ids=["put back", "put elsewhere"])
def test_deletions_of_the_last_hour_count_also_once_undone_in_google(diary: Diary, hour: int) -> None:
    choose(diary)
    several = lessons(diary, MOST + 1)
    find_deleted(diary, *several[:2], minutes=1)
    times = {"start": {"dateTime": f"2026-03-03T{hour}:00:00Z"}, "end": {"dateTime": f"2026-03-03T{hour + 1}:00:00Z"}}
    diary.change(several[0].hex, status="confirmed", **times)
    find_deleted(diary, minutes=1)

    delete(diary, *several[2:])

    assert statuses(diary) == ["scheduled"] * len(several)


def test_a_lesson_that_has_begun_is_not_cancelled(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    CLOCK.wait(days=1, hours=1, minutes=50)

    delete(diary, lesson)

    assert statuses(diary) == ["scheduled"]
