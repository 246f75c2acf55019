"""Our own limit on what Google is asked in one teacher's name is waited for, and never taken for Google's refusal."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lectern import limits
from lectern.calendar import google_http
from lectern.calendar.google_http import GOOGLE
from lectern.limits import Limit
from tests.calendar.diary import CLOCK, Diary
from tests.calendar.lessons import weekly
from tests.jobs.queues import Queues, queues_of_the_jobs

LOW = Limit("google-calendar-teacher-low", rate_per_minute=600, burst=5)


@pytest.fixture
def limited(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> Diary:
    monkeypatch.setattr(google_http, "GOOGLE", replace(GOOGLE, per_subject=LOW))
    return diary


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


def is_refused(diary: Diary) -> bool:
    connection = diary.connection()
    return connection["refusals"] > 0 or connection["left_alone_until"] is not None


def test_many_lessons_at_once_are_told_in_one_run(limited: Diary) -> None:
    weekly(limited, 8)
    CLOCK.wait(minutes=15)

    assert limited.sync() == {"CalendarEventsPushed": 8}
    assert not is_refused(limited)


def test_a_read_that_it_is_in_the_way_of_is_made_again_at_once(limited: Diary, queues: Queues) -> None:
    limited.add("2026-03-05T10:00:00", "2026-03-05T11:00:00")
    CLOCK.wait(minutes=15)
    for _ in range(LOW.burst):
        limits.check(LOW, str(limited.teacher.id))

    assert limited.sync() == {"CalendarSyncSkipped": 1}
    assert [body["teacher_id"] for body in queues.bodies("calendar-sync")] == [str(limited.teacher.id)]
    assert not is_refused(limited)

    assert limited.sync() == {"CalendarBusyChanged": 1}
