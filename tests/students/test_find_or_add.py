"""One student per e-mail address and teacher, whoever names it and however often."""

from datetime import UTC, datetime

import pytest

from lectern import database
from lectern.errors import Conflict, Invalid
from lectern.students.find_or_add import StudentDetails, add_student, find_or_add
from lectern.students.roster import archive_student, get_student, list_students
from lectern.students.student import Student
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher

LATER = datetime(2026, 3, 9, 9, tzinfo=UTC)
ADA = StudentDetails("Ada Lovelace", "ada@example.org", phone="+44 20 7946 0000", time_zone="Europe/London")
SAYS_ADA = StudentDetails("Somebody Else", "ADA@example.ORG", phone="+1 555 0100", time_zone="Asia/Tokyo")


pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def added(teacher: Teacher, details: StudentDetails) -> Student:
    with database.tenant(teacher.id) as tx:
        return add_student(tx, details, NOW)


def booked_by(teacher: Teacher, details: StudentDetails, now: datetime = NOW) -> Student:
    with database.tenant(teacher.id) as tx:
        return find_or_add(tx, details, now)


def test_a_student_is_found_as_they_were_added(teacher: Teacher) -> None:
    ada = added(teacher, ADA)

    with database.tenant(teacher.id) as tx:
        found = get_student(tx, ada.id)

    assert found == ada
    assert (found.name, found.phone, found.time_zone) == (ADA.name, ADA.phone, ADA.time_zone)


def test_a_teacher_who_adds_an_address_twice_is_told_so(teacher: Teacher) -> None:
    added(teacher, ADA)

    with pytest.raises(Conflict) as refusal:
        added(teacher, SAYS_ADA)

    assert refusal.value.code == "student_exists"


def test_an_archived_student_keeps_their_address(teacher: Teacher) -> None:
    ada = added(teacher, ADA)
    with database.tenant(teacher.id) as tx:
        archive_student(tx, ada.id, NOW)

    with pytest.raises(Conflict):
        added(teacher, ADA)


def test_a_booking_by_a_new_address_adds_the_student(teacher: Teacher) -> None:
    booker = booked_by(teacher, SAYS_ADA)

    with database.tenant(teacher.id) as tx:
        assert list_students(tx, None, 10).items == [booker]

    assert (booker.name, booker.email) == ("Somebody Else", "ada@example.org")


def test_a_booking_by_a_known_address_changes_nothing_that_is_known(teacher: Teacher) -> None:
    ada = added(teacher, ADA)

    assert booked_by(teacher, SAYS_ADA, LATER) == ada


def test_a_booking_takes_an_archived_student_back(teacher: Teacher) -> None:
    ada = added(teacher, ADA)
    with database.tenant(teacher.id) as tx:
        archive_student(tx, ada.id, NOW)

    booker = booked_by(teacher, SAYS_ADA, LATER)

    assert (booker.id, booker.name, booker.archived_at) == (ada.id, ada.name, None)
    assert booker.updated_at == LATER


def test_bookings_at_once_by_one_new_address_are_one_students(teacher: Teacher) -> None:
    bookings = [lambda: booked_by(teacher, ADA)] * 8

    bookers = at_once(bookings)

    with database.tenant(teacher.id) as tx:
        [ada] = list_students(tx, None, 10).items
    assert bookers == [ada] * 8


def test_additions_at_once_of_one_address_add_one_student(teacher: Teacher) -> None:
    results = at_once([lambda: added(teacher, ADA)] * 8)

    with database.tenant(teacher.id) as tx:
        [ada] = list_students(tx, None, 10).items
    assert [result for result in results if isinstance(result, Student)] == [ada]
    assert [result.code for result in results if isinstance(result, Conflict)] == ["student_exists"] * 7


def test_two_teachers_may_teach_the_same_person(teacher: Teacher) -> None:
    other = a_teacher()

    assert booked_by(teacher, ADA).id != booked_by(other, ADA).id


def test_an_unknown_time_zone_is_named(teacher: Teacher) -> None:
    with pytest.raises(Invalid) as refusal:
        booked_by(teacher, StudentDetails("Ada", "ada@example.org", time_zone="Mars/Olympus"))

    assert refusal.value.facts["fields"] == ["time_zone"]
