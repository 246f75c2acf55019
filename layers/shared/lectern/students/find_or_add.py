"""Where students come from: one per e-mail address and teacher.

A teacher who adds an address twice is told so; a booking that names a known one is that student's.
"""

from dataclasses import dataclass
from datetime import datetime

from lectern.database import Transaction
from lectern.identifiers import new_id
from lectern.students import queries
from lectern.students.student import Student
from lectern.zones import known_zone


@dataclass(frozen=True, slots=True)
class StudentDetails:
    """What a teacher or a booking form says about a student; the case of the e-mail does not matter."""

    name: str
    email: str
    phone: str | None = None
    time_zone: str | None = None


def add_student(tx: Transaction, details: StudentDetails, now: datetime) -> Student:
    """Raises Invalid `unknown_time_zone` and, at the latest when `tx` commits, Conflict `student_exists`.

    The address of an archived student is taken, too.
    """
    student = _student(details, now)
    queries.insert(tx, student)
    return student


def find_or_add(tx: Transaction, details: StudentDetails, now: datetime) -> Student:
    """The student of that e-mail address, active again if archived. Raises Invalid `unknown_time_zone`.

    A known student stays as stored: whoever fills in a public form has not shown that the address is theirs.
    """
    return queries.insert_or_find(tx, _student(details, now)).one()


def _student(details: StudentDetails, now: datetime) -> Student:
    if details.time_zone is not None:
        known_zone(details.time_zone)
    return Student(
        id=new_id(),
        name=details.name,
        email=details.email.lower(),
        phone=details.phone,
        time_zone=details.time_zone,
        archived_at=None,
        paused_until=None,
        created_at=now,
        updated_at=now,
    )
