"""Students by the lessons that they came to, and the cohorts that are made of them."""

from collections.abc import Sequence
from uuid import UUID

import psycopg

from lectern.cohorts.refresh import refresh
from lectern.cohorts.retention import Cohort, CohortKind, Retention, retention
from lectern.identifiers import new_id
from local.postgres import Postgres
from tests.builders import Teacher, a_student, at, run
from tests.lifecycle.given import a_seat


def came(teacher: Teacher, *starts: str, trial: str | None = None, **more: object) -> UUID:
    """A new student with a lesson at each of these instants in UTC, after a trial if there was one."""
    student = a_student(teacher, f"S{new_id().hex}")
    if trial:
        a_seat(teacher, student, at(trial), trial=True, price=0)
    came_again(teacher, student, *starts, **more)
    return student


def came_again(teacher: Teacher, student: UUID, *starts: str, **more: object) -> None:
    for start in starts:
        a_seat(teacher, student, at(start), **more)  # type: ignore[arg-type]


def found(teacher: Teacher, as_of: str, kind: CohortKind = "paid") -> Retention:
    """After a refresh at that instant."""
    refresh(at(as_of))
    return run(teacher, retention, kind, None, 100)


def forget_refreshes(postgres: Postgres) -> None:
    """Cohorts are of all teachers, and each test has a time of its own."""
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("delete from cohort_refreshes")


def cohorts(teacher: Teacher, as_of: str, kind: CohortKind = "paid") -> list[Cohort]:
    return found(teacher, as_of, kind).cohorts.items


def column(cohort: Cohort, name: str) -> Sequence[object]:
    """Of every month, in order."""
    return [getattr(month, name) for month in cohort.months]
