"""AC23: an event of ours that its teacher deletes or moves in Google changes no session, and is pointed out."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

import pytest

from lectern import database
from lectern.calendar.access import Access
from lectern.calendar.changes import Changes, read_changes
from lectern.calendar.outbox import queue_calendar_sync
from lectern.calendar.pull import PULL_EVERY
from lectern.calendar.push import push
from lectern.calendar.status import CalendarProblem, ask_problems, ask_status, show_again
from lectern.errors import Conflict
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.reschedule import reschedule_session
from tests.builders import at, refusal, rows_of, run
from tests.calendar.diary import CLOCK, Diary, access, read_again
from tests.calendar.held_up import held_up_by
from tests.calendar.lessons import cancel, move

NOON = {"start": {"dateTime": "2026-03-03T12:00:00Z"}, "end": {"dateTime": "2026-03-03T13:00:00Z"}}


def a_lesson_in(diary: Diary) -> UUID:
    lesson = diary.lesson()
    diary.sync()
    return lesson


def problems(diary: Diary) -> list[CalendarProblem]:
    return run(diary.teacher, lambda tx: ask_problems(tx, None, 10).all())


def test_a_deleted_event_is_pointed_out_and_its_lesson_stands(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)

    read_again(diary)
    read_again(diary)

    [problem] = problems(diary)
    assert (problem.session_id, problem.kind, problem.event_starts_at) == (lesson, "deleted", None)
    assert [row["payload"]["kind"] for row in diary.happened("calendar.conflict")] == ["deleted"]
    [session] = rows_of(diary.teacher, "class_sessions")
    assert session["status"] == "scheduled"


def test_a_moved_event_is_pointed_out_with_where_it_is_now(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.change(lesson.hex, **NOON)

    read_again(diary)

    [problem] = problems(diary)
    assert (problem.kind, problem.starts_at) == ("moved", at("2026-03-03 10:00"))
    assert (problem.event_starts_at, problem.event_ends_at) == (at("2026-03-03 12:00"), at("2026-03-03 13:00"))


def test_an_event_that_is_moved_back_is_no_conflict_any_more(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.change(lesson.hex, **NOON)
    read_again(diary)

    diary.change(lesson.hex, start={"dateTime": "2026-03-03T10:00:00Z"}, end={"dateTime": "2026-03-03T11:00:00Z"})
    read_again(diary)

    assert problems(diary) == []


def test_an_event_that_gets_another_title_is_no_conflict(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.change(lesson.hex, summary="Sam, at last")

    read_again(diary)

    assert problems(diary) == []


def test_the_teacher_may_have_the_event_put_back(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    read_again(diary)

    run(diary.teacher, show_again, lesson, CLOCK.now)
    diary.sync()

    assert (problems(diary), diary.shows()) == ([], ["2026-03-03 10:00"])


def test_the_teacher_may_move_the_lesson_to_where_its_event_is(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.change(lesson.hex, **NOON)
    read_again(diary)

    run(diary.teacher, reschedule_session, lesson, at("2026-03-03 12:00"), "teacher", CLOCK.now)
    read_again(diary)

    assert (problems(diary), diary.shows()) == ([], ["2026-03-03 12:00"])


def test_the_teacher_may_cancel_the_lesson_whose_event_is_deleted(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    read_again(diary)

    cancel(diary, lesson)
    read_again(diary)

    assert problems(diary) == []


def test_what_we_have_yet_to_tell_google_is_no_conflict(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())
    move(diary, lesson, days=2)
    diary.google.fail(3, "500")

    assert diary.sync() == {"CalendarEventsPutOff": 1}
    assert "GET events" in diary.asked()

    assert problems(diary) == []


def test_what_google_told_before_it_heard_from_us_is_no_conflict(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = a_lesson_in(diary)
    diary.change(lesson.hex, summary="Sam, at last")
    read = read_changes(access(diary), CLOCK.now)
    CLOCK.wait(minutes=1)
    move(diary, lesson, days=2)
    diary.sync()

    monkeypatch.setattr("lectern.calendar.pull.read_changes", lambda *_: read)
    read_again(diary)

    assert problems(diary) == []


def test_a_deletion_that_was_read_before_the_event_was_put_back_is_no_conflict(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a deleted event Google guarantees no more than its id: not when that was."""
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    def read_slowly(slow: Access, now: datetime) -> Changes:
        read = read_changes(slow, now)
        move(diary, lesson, days=2)
        push(access(diary), Counter(), now)
        return read

    monkeypatch.setattr("lectern.calendar.pull.read_changes", read_slowly)
    diary.sync()

    assert (problems(diary), diary.shows()) == ([], ["2026-03-04 10:00"])


def test_a_past_lesson_may_leave_the_calendar(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    CLOCK.wait(days=3)
    diary.delete(lesson.hex)

    diary.sync()

    assert problems(diary) == []


def test_another_tenants_problem_cannot_be_put_right(diary: Diary, other: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    read_again(diary)

    assert refusal(other.teacher, show_again, lesson, CLOCK.now) == "session_not_found"
    assert problems(other) == []


@contextmanager
def a_change_that_fails(diary: Diary, lesson: UUID) -> Iterator[None]:
    """In which the lesson is locked."""
    with suppress(Conflict), database.tenant(diary.teacher.id) as tx:
        queue_calendar_sync(tx, lesson, "update", CLOCK.now)
        ask_status(tx, CLOCK.now).one()
        yield
        raise Conflict("slot_taken", "Of the lesson after it.")


def test_an_event_that_is_back_while_a_change_fails_is_no_conflict_any_more(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    read_again(diary)
    diary.change(lesson.hex, status="confirmed")
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    with a_change_that_fails(diary, lesson), ThreadPoolExecutor(1) as reader:
        assert reader.submit(diary.sync).result() == {"CalendarReadsFailed": 1}
    diary.sync()

    assert problems(diary) == []


def test_an_event_that_is_deleted_while_a_change_fails_is_pointed_out(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    with a_change_that_fails(diary, lesson), ThreadPoolExecutor(1) as reader:
        assert reader.submit(diary.sync).result() == {"CalendarReadsFailed": 1}
    diary.sync()

    assert [problem.kind for problem in problems(diary)] == ["deleted"]


def test_an_event_that_is_deleted_once_google_was_told_of_it_during_a_read_is_pointed_out(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = a_lesson_in(diary)
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    def read_slowly(slow: Access, now: datetime) -> Changes:
        move(diary, lesson, days=2)
        push(access(diary), Counter(), now)
        diary.delete(lesson.hex)
        return read_changes(slow, now)

    with monkeypatch.context() as slow:
        slow.setattr("lectern.calendar.pull.read_changes", read_slowly)
        diary.sync()
    diary.sync()

    assert [problem.kind for problem in problems(diary)] == ["deleted"]


def test_who_has_an_event_put_back_while_its_lesson_is_cancelled_gets_no_event(diary: Diary) -> None:
    lesson = a_lesson_in(diary)
    diary.delete(lesson.hex)
    read_again(diary)

    with ThreadPoolExecutor(1) as teacher, database.tenant(diary.teacher.id) as tx:
        cancel_session(tx, lesson, Cancellation("teacher", None), CLOCK.now)
        again = held_up_by(tx, teacher, lambda: run(diary.teacher, show_again, lesson, CLOCK.now))
    again.result()
    diary.sync()

    assert diary.shows() == []


def test_a_read_waits_for_nobody_who_changes_a_series(diary: Diary) -> None:
    """Who is reading locks the row of a lesson that was moved, and would then wait for that of one moved back."""
    moved, back = diary.lesson(days=1), diary.lesson(days=2)
    diary.sync()
    diary.change(back.hex, **NOON)
    read_again(diary)
    diary.change(moved.hex, start={"dateTime": "2026-03-03T10:30:00Z"})
    diary.change(back.hex, start={"dateTime": "2026-03-04T10:00:00Z"}, end={"dateTime": "2026-03-04T11:00:00Z"})
    CLOCK.wait(seconds=PULL_EVERY.total_seconds())

    with database.tenant(diary.teacher.id) as series, ThreadPoolExecutor(1) as reader:
        queue_calendar_sync(series, back, "update", CLOCK.now)
        ask_status(series, CLOCK.now).one()
        assert reader.submit(diary.sync).result() == {"CalendarReadsFailed": 1}
        queue_calendar_sync(series, moved, "update", CLOCK.now)

    assert problems(diary) == []
    assert (diary.row(moved)["status"], diary.row(back)["status"]) == ("pending", "pending")
