"""The list of a teacher's students: reading it, putting somebody away and taking them back, and who is pausing.

Archiving is about the list alone. Sessions stay as they are, and a booking takes the student back.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypedDict
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound, Stale
from lectern.events import record
from lectern.page import Page, page_of
from lectern.students import queries
from lectern.students.student import Student

type StudentKey = tuple[str, UUID]


class StudentChanges(TypedDict, total=False):
    """What to change; what is left out stays. A `paused_until` of None ends the pause."""

    paused_until: date | None


def get_student(tx: Transaction, student_id: UUID) -> Student:
    """An active or archived student. Raises NotFound `student_not_found`."""
    return _found(queries.by_id(tx, student_id))


def list_students(
    tx: Transaction, after: StudentKey | None, limit: int, *, include_archived: bool = False
) -> Page[Student, StudentKey]:
    """By name, whatever its case, then id. `after` is the `next` of the page before, None for the first."""
    rows = queries.by_name(tx, after, limit + 1, include_archived=include_archived).all()
    return page_of(rows, limit, lambda student: (student.name, student.id))


def change_student(
    tx: Transaction, student_id: UUID, changes: StudentChanges, now: datetime, if_updated_at: datetime | None = None
) -> Student:
    """Change what is given; `if_updated_at` is the `updated_at` that the caller has read, None not to care.

    Raises NotFound `student_not_found`, and Stale `student_changed` when the student has changed since.
    """
    current = _found(queries.to_change(tx, student_id))
    if if_updated_at not in (None, current.updated_at):
        raise Stale("student_changed", "The student was changed after you read them.")
    if not changes:
        return current
    # Never twice the same, or a second change within one tick of the clock would pass for unseen.
    changed = replace(current, **changes, updated_at=max(now, current.updated_at + timedelta(microseconds=1)))
    queries.update(tx, changed)
    record(tx, "student.changed", student_id, {"fields": sorted(changes)}, now)
    return changed


def archive_student(tx: Transaction, student_id: UUID, now: datetime) -> Student:
    """One who is archived already stays so since then. Raises NotFound `student_not_found`."""
    return _found(queries.archive(tx, student_id, now))


def restore_student(tx: Transaction, student_id: UUID, now: datetime) -> Student:
    """One who is active already stays as they are. Raises NotFound `student_not_found`."""
    return _found(queries.restore(tx, student_id, now))


def _found(answer: Answer[Student]) -> Student:
    student = answer.one_or_none()
    if student is None:
        raise NotFound("student_not_found", "There is no such student. List your students.")
    return student
