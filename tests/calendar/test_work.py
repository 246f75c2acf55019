"""Which teachers the schedule wakes: those whose calendar waits for something, and nobody else."""

from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID

from lectern import database, directory
from lectern.identifiers import new_id
from local.google import LocalGoogle
from tests.builders import a_service, a_teacher, book, in_days
from tests.calendar.diary import Diary, connected_diary


def just_read(diary: Diary) -> None:
    """As of the database's clock, by which the schedule goes."""
    change(diary, "update calendar_connections set last_synced_at = now() where teacher_id = %(teacher_id)s")


def change(diary: Diary, statement: LiteralString) -> None:
    with database.tenant(diary.teacher.id) as tx:
        tx.send(statement)


def is_woken(diary: Diary) -> bool:
    before = UUID(int=diary.teacher.id.int - 1)
    return any(found.teacher_id == diary.teacher.id for found in directory.teachers_with_calendar_work(before, 1))


def test_a_calendar_that_has_not_been_read_for_a_quarter_of_an_hour_is_work(diary: Diary) -> None:
    just_read(diary)
    assert not is_woken(diary)

    change(
        diary,
        "update calendar_connections set last_synced_at = now() - interval '15 minutes'"
        " where teacher_id = %(teacher_id)s",
    )

    assert is_woken(diary)


def test_a_lesson_that_waits_is_work_once_it_is_due(diary: Diary) -> None:
    just_read(diary)
    diary.lesson()
    later = datetime.now(UTC) + timedelta(hours=1)

    change(diary, "update session_calendar_sync set due_at = now() where teacher_id = %(teacher_id)s")
    assert is_woken(diary)
    with database.tenant(diary.teacher.id) as tx:
        tx.send("update session_calendar_sync set due_at = %(later)s", {"later": later})

    assert not is_woken(diary)


def test_a_change_that_google_has_told_of_is_work(diary: Diary) -> None:
    just_read(diary)

    change(diary, "update calendar_connections set pull_requested_at = now() where teacher_id = %(teacher_id)s")

    assert is_woken(diary)


def test_a_calendar_that_google_wants_left_alone_is_no_work_until_then(diary: Diary) -> None:
    diary.lesson()
    change(diary, "update calendar_connections set left_alone_until = now() + interval '1 hour'")
    assert not is_woken(diary)

    change(diary, "update calendar_connections set left_alone_until = now()")

    assert is_woken(diary)


def test_a_calendar_whose_consent_is_gone_is_no_work(diary: Diary) -> None:
    diary.lesson()
    change(diary, "update calendar_connections set status = 'needs_reauth' where teacher_id = %(teacher_id)s")

    assert not is_woken(diary)


def test_a_teacher_without_a_calendar_is_no_work_whatever_waits() -> None:
    teacher = a_teacher()
    book(teacher, a_service(teacher), in_days(1))

    found = directory.teachers_with_calendar_work(UUID(int=teacher.id.int - 1), 1)

    assert teacher.id not in {each.teacher_id for each in found}


def test_they_come_in_the_order_of_their_ids_a_page_at_a_time(google: LocalGoogle) -> None:
    start = new_id()
    diaries = [connected_diary(google, a_teacher("Europe/Berlin")) for _ in range(3)]

    first = directory.teachers_with_calendar_work(start, 2)
    second = directory.teachers_with_calendar_work(first[-1].teacher_id, 2)

    assert [each.teacher_id for each in first + second] == [diary.teacher.id for diary in diaries]
    assert {each.time_zone for each in first} == {"Europe/Berlin"}
