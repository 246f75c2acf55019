"""A lesson is on its way into the calendar as soon as it is booked, and booking depends on nothing for it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lectern import database
from lectern.calendar import push
from lectern.calendar.notified import request_pull
from tests.builders import a_service, a_teacher, book, in_days
from tests.calendar.diary import CLOCK, Diary
from tests.calendar.lessons import weekly
from tests.jobs.queues import Queues, queues_of_the_jobs


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


def told(queues: Queues) -> list[str]:
    return [body["teacher_id"] for body in queues.bodies("calendar-sync")]


def test_a_booking_wakes_the_job_of_its_teacher(diary: Diary, queues: Queues) -> None:
    diary.lesson()

    assert told(queues) == [str(diary.teacher.id)]


def test_a_whole_series_wakes_it_once(diary: Diary, queues: Queues) -> None:
    weekly(diary, 10)

    assert told(queues) == [str(diary.teacher.id)]


def test_a_booking_that_fails_wakes_nobody(diary: Diary, queues: Queues) -> None:
    service = a_service(diary.teacher)
    book(diary.teacher, service, in_days(1))
    queues.drain("calendar-sync")

    with pytest.raises(Exception, match="taken"):
        book(diary.teacher, service, in_days(1), "Kim")

    assert told(queues) == []


@pytest.mark.usefixtures("diary")
def test_a_teacher_without_a_calendar_needs_no_queue(queues: Queues) -> None:
    without = a_teacher()

    book(without, a_service(without), in_days(1))

    assert told(queues) == []


def test_a_consent_that_is_gone_wakes_nobody(diary: Diary, queues: Queues) -> None:
    diary.google.revoke(diary.account)
    diary.lesson(days=1)
    diary.sync()
    queues.drain("calendar-sync")

    diary.lesson(days=2)

    assert told(queues) == []


@pytest.mark.usefixtures("queues")
def test_while_sqs_is_away_a_lesson_is_booked_and_found_by_the_schedule(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")

    lesson = diary.lesson()

    assert diary.sync()["CalendarEventsPushed"] == 1
    assert diary.row(lesson)["status"] == "done"


def test_what_one_run_leaves_wakes_the_next(diary: Diary, queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "AT_MOST", push.BATCH)
    weekly(diary, push.BATCH + 1)
    queues.drain("calendar-sync")

    diary.sync()

    assert told(queues) == [str(diary.teacher.id)]


def test_being_told_of_a_change_wakes_the_job_which_reads_the_calendar(diary: Diary, queues: Queues) -> None:
    diary.add("2026-03-05T10:00:00", "2026-03-05T11:00:00")
    CLOCK.wait(seconds=1)

    request_pull(diary.teacher.id, CLOCK.now)

    assert told(queues) == [str(diary.teacher.id)]
    assert diary.sync() == {"CalendarBusyChanged": 1}
    assert diary.sync() == {}


def test_a_read_that_a_change_was_in_the_way_of_wakes_the_next(diary: Diary, queues: Queues) -> None:
    lesson = diary.lesson()
    diary.sync()
    diary.delete(lesson.hex)
    CLOCK.wait(minutes=15)
    queues.drain("calendar-sync")

    with database.tenant(diary.teacher.id) as tx, ThreadPoolExecutor(1) as reader:
        tx.connection.execute("select from session_calendar_sync for update").fetchall()
        reader.submit(diary.sync).result()

    assert told(queues) == [str(diary.teacher.id)]


def test_queueing_loads_neither_boto3_nor_what_talks_to_google() -> None:
    lazy = "import sys, lectern.calendar.outbox; print({'boto3', 'urllib3', 'cryptography'} & set(sys.modules))"

    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{lazy}"], capture_output=True, check=True
    )

    assert done.stdout.decode().strip() == "set()"
