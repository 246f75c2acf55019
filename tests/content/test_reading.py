"""What a student sees of their teacher's content, and what counts as a view of it."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.content.library import delete_item
from lectern.content.reading import list_shared, record_view
from lectern.content.sharing import list_readers, share_with, stop_sharing
from lectern.identifiers import new_id
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_student, a_teacher, at, refusal, rows_of, run
from tests.content.given import fetch_it, open_it, shared_content

NINE = at("2026-03-03 09:00")
MINUTE = timedelta(minutes=1)


def views(teacher: Teacher) -> list[tuple[datetime, bool]]:
    rows = rows_of(teacher, "content_views")
    return sorted((datetime.fromisoformat(row["opened_at"]), row["is_download"]) for row in rows)


def titles(teacher: Teacher, student: UUID) -> list[str]:
    return [item.title for item in run(teacher, list_shared, student, None, 10).items]


def test_a_student_sees_what_is_shared_with_them_alone(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)

    assert titles(teacher, student) == ["Scales"]
    assert titles(teacher, a_student(teacher, "Bo")) == []
    run(teacher, stop_sharing, item, student, NOW)
    assert titles(teacher, student) == []


def test_a_deleted_item_is_seen_by_nobody(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)

    run(teacher, delete_item, item, NOW)

    assert titles(teacher, student) == []
    assert refusal(teacher, record_view, item, student, NINE, seconds=9, is_download=False) == "content_not_found"


def test_sharing_again_keeps_when_it_was_first_shared(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student, at=NOW)

    run(teacher, share_with, item, [student, a_student(teacher, "Bo")], NINE)

    readers = {reader.name: reader.assigned_at for reader in run(teacher, list_readers, item, None, 10).items}
    assert readers == {"Sam": NOW, "Bo": NINE}


def test_sharing_with_somebody_unknown_shares_with_nobody(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher)

    for stranger in (new_id(), a_student(a_teacher())):
        assert refusal(teacher, share_with, item, [student, stranger], NOW) == "student_not_found"

    assert run(teacher, list_readers, item, None, 10).items == []


def test_three_seconds_are_a_view_and_two_are_none(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)

    open_it(teacher, item, student, NINE, seconds=2)
    assert views(teacher) == []

    open_it(teacher, item, student, NINE, seconds=3)
    assert views(teacher) == [(NINE, False)]


def test_a_download_is_a_view_however_short(teacher: Teacher, student: UUID) -> None:
    fetch_it(teacher, shared_content(teacher, student), student, NINE)

    assert views(teacher) == [(NINE, True)]


def test_what_a_student_does_within_a_half_hour_is_one_view(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)

    open_it(teacher, item, student, NINE)
    fetch_it(teacher, item, student, NINE + 28 * MINUTE)
    open_it(teacher, item, student, NINE + 29 * MINUTE)
    open_it(teacher, item, student, NINE + 30 * MINUTE)

    assert views(teacher) == [(NINE, True), (NINE + 30 * MINUTE, False)]


def test_views_told_of_at_once_are_one(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)

    at_once([lambda: open_it(teacher, item, student, NINE)] * 8)

    assert views(teacher) == [(NINE, False)]


def test_each_student_and_each_item_has_views_of_its_own(teacher: Teacher, student: UUID) -> None:
    bo = a_student(teacher, "Bo")
    for item in (shared_content(teacher, student, bo), shared_content(teacher, bo)):
        open_it(teacher, item, bo, NINE)

    assert len(views(teacher)) == 2


def test_the_first_and_the_last_opening_are_remembered(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)
    for minutes in (0, 5, 60):
        open_it(teacher, item, student, NINE + minutes * MINUTE)

    [reader] = run(teacher, list_readers, item, None, 10).items

    assert (reader.first_opened_at, reader.last_opened_at) == (NINE, NINE + 60 * MINUTE)


def test_what_is_not_shared_with_a_student_is_not_there_for_them(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher)

    for seconds in (0, 60):
        code = refusal(teacher, record_view, item, student, NINE, seconds=seconds, is_download=False)
        assert code == "content_not_found"
