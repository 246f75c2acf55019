"""The list of a teacher's students: reading it, putting somebody away and taking them back.

Archiving is about the list alone. Sessions stay as they are, and a booking takes the student back.
"""

from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.page import Page, page_of
from lectern.students import queries
from lectern.students.student import Student

type StudentKey = tuple[str, UUID]


def get_student(tx: Transaction, student_id: UUID) -> Student:
    """An active or archived student. Raises NotFound `student_not_found`."""
    return _found(queries.by_id(tx, student_id))


def list_students(
    tx: Transaction, after: StudentKey | None, limit: int, *, include_archived: bool = False
) -> Page[Student, StudentKey]:
    """By name, whatever its case, then id. `after` is the `next` of the page before, None for the first."""
    rows = queries.by_name(tx, after, limit + 1, include_archived=include_archived).all()
    return page_of(rows, limit, lambda student: (student.name, student.id))


def archive_student(tx: Transaction, student_id: UUID, now: datetime) -> Student:
    """One who is archived already stays so since then. Raises NotFound `student_not_found`."""
    return _found(queries.archive(tx, student_id, now))


def restore_student(tx: Transaction, student_id: UUID, now: datetime) -> Student:
    """One who is active already stays as they are. Raises NotFound `student_not_found`."""
    return _found(queries.restore(tx, student_id, now))


def _found(answer: Answer[Student]) -> Student:
    student = answer.one_or_none()
    if student is None:
        raise NotFound("student_not_found", "There is no such student.")
    return student
