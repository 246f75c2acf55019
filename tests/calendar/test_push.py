"""Our sessions appear in the teacher's calendar, stay as they are, and go; whatever happens on the way."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from lectern import database
from lectern.calendar import push_queries
from lectern.calendar.push import AT_MOST, BATCH, CLAIMED_FOR
from local.google import LocalGoogle
from tests.at_once import at_once
from tests.calendar.diary import CLOCK, Diary
from tests.calendar.lessons import cancel, move, waiting, weekly


def test_a_lesson_is_put_into_the_calendar_under_its_own_id(diary: Diary) -> None:
    lesson = diary.lesson()

    counts = diary.sync()

    [event] = diary.google.events(diary.account)
    assert (event["id"], diary.shows()) == (lesson.hex, ["2026-03-03 10:00"])
    assert event["summary"].endswith("· Sam")
    assert (counts, diary.row(lesson)["status"]) == ({"CalendarEventsPushed": 1}, "done")


def test_a_lesson_that_moves_moves_and_keeps_what_the_teacher_added(diary: Diary) -> None:
    lesson = diary.lesson()
    diary.sync()
    diary.change(lesson.hex, colorId="5")

    move(diary, lesson, days=2)
    diary.sync()

    [event] = diary.google.events(diary.account)
    assert (diary.shows(), event["colorId"]) == (["2026-03-04 10:00"], "5")


def test_a_lesson_whose_event_was_made_to_last_all_day_gets_its_times_back(diary: Diary) -> None:
    lesson = diary.lesson()
    diary.sync()
    all_day = {"start": {"dateTime": None, "date": "2026-03-03"}, "end": {"dateTime": None, "date": "2026-03-04"}}
    diary.change(lesson.hex, **all_day)

    move(diary, lesson, days=2)
    diary.sync()

    assert diary.shows() == ["2026-03-04 10:00"]


def test_a_lesson_that_is_cancelled_leaves_the_calendar(diary: Diary) -> None:
    lesson = diary.lesson()
    diary.sync()

    cancel(diary, lesson)
    diary.sync()

    assert (diary.shows(), diary.row(lesson)["status"]) == ([], "done")


def test_each_lesson_of_a_series_is_an_event_of_its_own(diary: Diary) -> None:
    weekly(diary, 3)

    diary.sync()

    assert diary.shows() == ["2026-03-03 10:00", "2026-03-10 10:00", "2026-03-17 10:00"]
    assert not any(event.get("recurrence") for event in diary.google.events(diary.account))


def test_what_waits_is_told_batch_by_batch_until_there_is_no_more(diary: Diary) -> None:
    weekly(diary, BATCH + 5)

    assert diary.sync() == {"CalendarEventsPushed": BATCH + 5}
    assert waiting(diary) == 0


def test_an_event_that_is_there_already_is_brought_up_to_date(diary: Diary) -> None:
    """A worker was killed between Google's answer and our commit, and the lesson has moved since."""
    lesson = diary.lesson()
    diary.google.fail(1, "late")
    diary.sync()
    move(diary, lesson, days=2)

    CLOCK.wait(minutes=20)
    diary.sync()

    assert (diary.shows(), diary.row(lesson)["status"]) == (["2026-03-04 10:00"], "done")
    assert "PATCH" in str(diary.asked())


def test_a_worker_that_is_killed_once_google_has_answered_leaves_one_event(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = diary.lesson()
    with monkeypatch.context() as killed:
        killed.setattr(push_queries, "done", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            diary.sync()
    assert (diary.shows(), diary.row(lesson)["status"]) == (["2026-03-03 10:00"], "pending")

    CLOCK.wait(seconds=CLAIMED_FOR.total_seconds())
    diary.sync()

    assert (diary.shows(), diary.row(lesson)["status"]) == (["2026-03-03 10:00"], "done")


def test_what_a_killed_worker_had_claimed_is_taken_up_once_its_time_is_over(diary: Diary) -> None:
    lesson = diary.lesson()
    with database.tenant(diary.teacher.id) as tx:
        assert push_queries.ask_claim(tx, CLOCK.now, CLOCK.now + CLAIMED_FOR, BATCH).all()

    assert diary.sync() == {}
    CLOCK.wait(seconds=CLAIMED_FOR.total_seconds())

    assert diary.sync()["CalendarEventsPushed"] == 1
    assert diary.row(lesson)["status"] == "done"


def test_a_wish_that_comes_while_one_is_being_told_is_told_next(diary: Diary) -> None:
    lesson = diary.lesson()
    with database.tenant(diary.teacher.id) as tx:
        [claimed] = push_queries.ask_claim(tx, CLOCK.now, CLOCK.now + CLAIMED_FOR, BATCH).all()
    CLOCK.wait(seconds=1)
    move(diary, lesson, days=2)
    with database.tenant(diary.teacher.id) as tx:
        push_queries.done(tx, claimed, None, CLOCK.now)

    assert diary.row(lesson)["status"] == "pending"
    diary.sync()
    assert diary.shows() == ["2026-03-04 10:00"]


def test_a_wish_waits_while_one_before_it_is_on_its_way(diary: Diary) -> None:
    lesson = diary.lesson()
    with database.tenant(diary.teacher.id) as tx:
        assert push_queries.ask_claim(tx, CLOCK.now, CLOCK.now + CLAIMED_FOR, BATCH).all()

    CLOCK.wait(seconds=1)
    move(diary, lesson, days=2)

    assert (diary.sync(), diary.shows()) == ({}, [])


def test_two_workers_at_once_tell_each_lesson_once(diary: Diary) -> None:
    weekly(diary, BATCH * 2)
    diary.google.latency_seconds = 0.002

    told = at_once([lambda: diary.sync()["CalendarEventsPushed"]] * 2)

    assert all(told)
    assert len(diary.asked("POST events")) == len(diary.shows()) == BATCH * 2


@pytest.mark.parametrize("change", [move, cancel], ids=["move", "cancel"])
def test_a_lesson_whose_event_is_gone_from_google_is_told_all_the_same(
    diary: Diary, change: Callable[..., None]
) -> None:
    lesson = diary.lesson()
    diary.sync()
    diary.delete(lesson.hex)

    change(diary, lesson, *([2] if change is move else []))
    diary.sync()

    assert diary.row(lesson)["status"] == "done"
    assert diary.shows() == (["2026-03-04 10:00"] if change is move else [])


def test_one_run_takes_so_much_and_no_more(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    assert AT_MOST % BATCH == 0
    monkeypatch.setattr("lectern.calendar.push.AT_MOST", BATCH)
    weekly(diary, BATCH + 5)

    assert diary.sync() == {"CalendarEventsPushed": BATCH}
    assert waiting(diary) == 5


def test_a_teacher_without_a_calendar_has_nothing_to_sync(google: LocalGoogle, other: Diary) -> None:
    with database.tenant(other.teacher.id) as tx:
        tx.send("delete from calendar_connections where teacher_id = %(teacher_id)s")
    other.lesson()

    assert (other.sync(), google.requests) == ({}, [])
