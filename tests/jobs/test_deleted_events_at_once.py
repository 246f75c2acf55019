"""AC23 while somebody else is at the same lessons: each is cancelled once, and none that is not meant any more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lectern import database
from lectern.calendar.outbox import queue_calendar_sync
from lectern.calendar.status import show_again
from lectern.database import Transaction
from lectern.jobs.deleted_events import MOST, cancel_deleted
from lectern.sessions.queries import lock_teacher
from tests.builders import run
from tests.calendar.conftest import diary, google, google_server
from tests.calendar.diary import CLOCK, Diary
from tests.calendar.held_up import held_up_by
from tests.jobs.deleting import choose, find_deleted, lessons, statuses

__all__ = ["diary", "google", "google_server"]


def be_faster(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Than a worker that has seen what is deleted, and is about to act on it."""

    def lock_late(tx: Transaction) -> None:
        monkeypatch.setattr("lectern.jobs.deleted_events.lock_teacher", lock_teacher)
        act()
        lock_teacher(tx)

    monkeypatch.setattr("lectern.jobs.deleted_events.lock_teacher", lock_late)


def test_two_workers_at_once_cancel_a_lesson_once_and_neither_complains(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(diary)
    find_deleted(diary, *lessons(diary, 1))
    faster: list[Any] = []
    be_faster(monkeypatch, lambda: faster.append(cancel_deleted(diary.teacher.id, CLOCK.now)))

    slower = find_deleted(diary)

    assert (faster, slower) == ([{"CalendarLessonsCancelled": 1}], {})


def test_two_workers_at_once_leave_the_lessons_of_a_calendar_cleared_out_once(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(diary)
    several = lessons(diary, MOST + 1)
    be_faster(monkeypatch, lambda: cancel_deleted(diary.teacher.id, CLOCK.now))

    assert find_deleted(diary, *several) == {}
    assert len(diary.happened("calendar.deletions_left")) == 1


def test_a_lesson_whose_event_was_put_back_meanwhile_is_not_cancelled(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    find_deleted(diary, lesson)
    be_faster(monkeypatch, lambda: run(diary.teacher, show_again, lesson, CLOCK.now))

    find_deleted(diary)

    assert statuses(diary) == ["scheduled"]


def test_a_lesson_whose_event_is_just_being_put_back_is_not_cancelled(diary: Diary) -> None:
    choose(diary)
    [lesson] = lessons(diary, 1)
    find_deleted(diary, lesson)
    CLOCK.wait(minutes=15)
    diary.sync()

    with ThreadPoolExecutor(1) as worker, database.tenant(diary.teacher.id) as tx:
        show_again(tx, lesson, CLOCK.now)
        cancelling = held_up_by(tx, worker, lambda: cancel_deleted(diary.teacher.id, CLOCK.now))

    assert (cancelling.result(), statuses(diary)) == ({}, ["scheduled"])


def test_a_calendar_that_is_cleared_out_waits_for_who_changes_a_series(diary: Diary) -> None:
    choose(diary)
    several = lessons(diary, MOST + 1)

    with ThreadPoolExecutor(1) as worker, database.tenant(diary.teacher.id) as series:
        lock_teacher(series)
        finding = held_up_by(series, worker, lambda: find_deleted(diary, *several))
        for lesson in reversed(several):
            queue_calendar_sync(series, lesson, "update", CLOCK.now)

    assert finding.result() == {}
    assert {diary.row(lesson)["conflict"] for lesson in several} == {None}
