"""What a teacher sees of their list of students, page by page, and what archiving does to it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.database import Transaction
from lectern.errors import NotFound
from lectern.identifiers import new_id
from lectern.students.find_or_add import StudentDetails, add_student
from lectern.students.roster import archive_student, get_student, list_students, restore_student
from lectern.students.student import Student
from tests.builders import NOW, Teacher, a_teacher

LATER = NOW + timedelta(days=1)

type LookUp = Callable[[Transaction, UUID], Student]


pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def students_named(teacher: Teacher, *names: str) -> list[Student]:
    with database.tenant(teacher.id) as tx:
        return [add_student(tx, StudentDetails(name, f"{new_id()}@example.org"), NOW) for name in names]


def all_names(tx: Transaction, page_size: int) -> list[list[str]]:
    pages = [list_students(tx, None, page_size)]
    while pages[-1].next:
        pages.append(list_students(tx, pages[-1].next, page_size))
    return [[student.name for student in page.items] for page in pages]


def test_pages_go_through_the_names_in_order_whatever_their_case(teacher: Teacher) -> None:
    students_named(teacher, "cleo", "Bo", "Ada", "dora", "ben")

    with database.tenant(teacher.id) as tx:
        assert all_names(tx, 2) == [["Ada", "ben"], ["Bo", "cleo"], ["dora"]]


def test_pages_show_each_of_several_students_of_one_name_once(teacher: Teacher) -> None:
    namesakes = students_named(teacher, "Ada", "Ada", "ada")

    with database.tenant(teacher.id) as tx:
        first = list_students(tx, None, 2)
        second = list_students(tx, first.next, 2)

    assert {student.id for student in first.items + second.items} == {student.id for student in namesakes}
    assert second.next is None


def test_a_last_page_that_is_full_says_that_it_is_the_last(teacher: Teacher) -> None:
    students_named(teacher, "Ada", "Bo")

    with database.tenant(teacher.id) as tx:
        assert list_students(tx, None, 2).next is None


def test_an_archived_student_is_listed_only_when_asked_for(teacher: Teacher) -> None:
    ada, bo = students_named(teacher, "Ada", "Bo")

    with database.tenant(teacher.id) as tx:
        archived = archive_student(tx, ada.id, LATER)
        assert list_students(tx, None, 10).items == [bo]
        assert list_students(tx, None, 10, include_archived=True).items == [archived, bo]


def test_archiving_twice_keeps_the_first_time(teacher: Teacher) -> None:
    [ada] = students_named(teacher, "Ada")

    with database.tenant(teacher.id) as tx:
        archived = archive_student(tx, ada.id, NOW)
        assert archive_student(tx, ada.id, LATER) == archived


def test_restoring_takes_a_student_back_to_the_list(teacher: Teacher) -> None:
    [ada] = students_named(teacher, "Ada")

    with database.tenant(teacher.id) as tx:
        archive_student(tx, ada.id, NOW)
        restored = restore_student(tx, ada.id, LATER)
        assert restore_student(tx, ada.id, LATER + timedelta(days=1)) == restored
        assert list_students(tx, None, 10).items == [restored]

    assert (restored.archived_at, restored.updated_at) == (None, LATER)


@pytest.mark.parametrize(
    "look_up",
    [
        get_student,
        lambda tx, student_id: archive_student(tx, student_id, NOW),
        lambda tx, student_id: restore_student(tx, student_id, NOW),
    ],
    ids=["get", "archive", "restore"],
)
def test_ac32_another_teachers_student_is_not_found(teacher: Teacher, look_up: LookUp) -> None:
    [ada] = students_named(a_teacher(), "Ada")

    with database.tenant(teacher.id) as tx, pytest.raises(NotFound) as refusal:
        look_up(tx, ada.id)

    assert refusal.value.code == "student_not_found"
