"""Half a year of lessons that a teacher brings from another system: written as rows, for nobody books in the past."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from lectern.identifiers import new_id
from lectern.sessions.usual_policy import usual_policy
from local.demo.business import Teacher
from local.demo.claims import Database
from local.demo.telling import heading, say

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pupil:
    """A lesson a week from so many weeks ago to so many weeks ago; the last ones were missed."""

    name: str
    first_week: int
    last_week: int
    missed: int = 0


PUPILS = (
    Pupil("Asha", 26, 1),
    Pupil("Dev", 26, 3),
    Pupil("Ila", 26, 14),
    Pupil("Kavya", 26, 1, missed=2),
    Pupil("Om", 26, 20),
    Pupil("Tara", 26, 2),
    Pupil("Arjun", 13, 1),
    Pupil("Bina", 13, 1, missed=2),
    Pupil("Esha", 13, 8),
    Pupil("Gita", 13, 1, missed=1),
    Pupil("Hari", 13, 4),
    Pupil("Neel", 2, 1),
)


def bring_history(teacher: Teacher, database: Database, now: datetime) -> None:
    heading(f"{teacher.name} brings half a year of lessons from another system")
    service = teacher.services["Maths, one hour"]
    # On one date and one after the other, early enough for it to be one date in the teacher's zone as well.
    first_start = now.astimezone(UTC).replace(hour=3, minute=0, second=0, microsecond=0)
    with database.transaction() as connection:
        for number, pupil in enumerate(PUPILS):
            _write(connection, pupil, service, first_start + number * HOUR)
    database.claim(
        f"{len(PUPILS)} students and {_lessons()} lessons are there",
        f"{len(PUPILS)} {_lessons()}",
        "select (select count(*) from students) || ' ' || (select count(*) from class_sessions)",
    )
    say(f"{sum(pupil.missed for pupil in PUPILS)} of the last lessons were missed")


def _write(connection: psycopg.Connection, pupil: Pupil, service: str, start_today: datetime) -> None:
    student = new_id()
    connection.execute(
        "insert into students (teacher_id, id, name, email, created_at, updated_at)"
        " values (current_teacher_id(), %s, %s, %s, %s, %s)",
        [student, pupil.name, f"{pupil.name.lower()}@example.com", *[start_today - timedelta(weeks=26)] * 2],
    )
    for start, status in _weeks(pupil, start_today):
        lesson = {
            "id": new_id(),
            "service": service,
            "status": status,
            "start": start,
            "end": start + HOUR,
            "policy": usual_policy(is_trial=False),
            "seat": new_id(),
            "student": student,
            "token": secrets.token_bytes(32),
        }
        connection.execute(_LESSON, lesson)
        connection.execute(_SEAT, lesson)


def _weeks(pupil: Pupil, start_today: datetime) -> Iterator[tuple[datetime, str]]:
    for week in range(pupil.first_week, pupil.last_week - 1, -1):
        missed = week < pupil.last_week + pupil.missed
        yield start_today - timedelta(weeks=week), "no_show" if missed else "completed"


def _lessons() -> int:
    return sum(pupil.first_week - pupil.last_week + 1 for pupil in PUPILS)


_LESSON = """
    insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone,
      seats, price_amount, price_currency, policy, created_at, updated_at)
    values (current_teacher_id(), %(id)s, %(service)s, %(status)s, 'import', %(start)s, %(end)s,
      tstzrange(%(start)s, %(end)s), 'Asia/Kolkata', 1, 120000, 'INR', %(policy)s, %(start)s, %(end)s)
"""
_SEAT = """
    insert into session_participants (teacher_id, id, session_id, student_id, status, token_hash, created_at,
      updated_at)
    values (current_teacher_id(), %(seat)s, %(id)s, %(student)s, %(status)s, %(token)s, %(start)s, %(start)s)
"""
