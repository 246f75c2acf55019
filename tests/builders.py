"""The things that tests need to exist, made in one line each. Every teacher is new, so no test sees another's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate
from uuid import UUID

import pytest

from lectern import database
from lectern.database import Transaction
from lectern.errors import LecternError
from lectern.identifiers import new_id
from lectern.services.catalogue import create_service
from lectern.services.service import ServiceDetails
from lectern.sessions.book import Booking, book_session
from lectern.sessions.booked import Booked
from lectern.settings import token_key
from lectern.students.find_or_add import StudentDetails, find_or_add
from lectern.tokens import seat_token

# A Monday; clocks change on 29 March in Berlin, and the tests that care say so themselves.
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAILY_9_TO_17 = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(7))


@dataclass(frozen=True)
class Teacher:
    id: UUID
    slug: str


def at(text: str) -> datetime:
    """The instant in UTC of a text like "2026-03-03 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# A hash as they are stored, of a password that has been thrown away.
STORED_HASH = "$argon2id$v=19$m=19456,t=2,p=1$MGJeonqjQ6DFd9BuI2RpYw$jHb5pGzXkTiVeSQUEpODsQvCwiGeZK05s0UbJS7R+2Q"


def a_teacher(
    time_zone: str = "UTC",
    rules: Sequence[tuple[int, int, int]] = DAILY_9_TO_17,
    per_day: int | None = None,
    per_week: int | None = None,
) -> Teacher:
    teacher_id = new_id()
    slug = f"t-{teacher_id.hex}"
    with database.tenant(teacher_id) as tx:
        tx.send(
            "insert into teachers (id, slug, email, password_hash, name, time_zone, max_sessions_per_day,"
            " max_sessions_per_week, created_at, updated_at) values (%(teacher_id)s, %(slug)s, %(email)s,"
            " %(password_hash)s, 'Ada', %(zone)s, %(per_day)s, %(per_week)s, %(now)s, %(now)s)",
            {
                "slug": slug,
                "email": f"{slug}@example.com",
                "password_hash": STORED_HASH,
                "zone": time_zone,
                "per_day": per_day,
                "per_week": per_week,
                "now": NOW,
            },
        )
        tx.send("insert into slots_versions (teacher_id) values (%(teacher_id)s)")
        for weekday, start, end in rules:
            tx.send(
                "insert into availability_rules (teacher_id, id, weekday, start_minute, end_minute, created_at)"
                " values (%(teacher_id)s, %(id)s, %(weekday)s, %(start)s, %(end)s, %(now)s)",
                {"id": new_id(), "weekday": weekday, "start": start, "end": end, "now": NOW},
            )
    return Teacher(teacher_id, slug)


def a_service(teacher: Teacher, **details: Any) -> UUID:  # noqa: ANN401 - any field of ServiceDetails
    """An hour's lesson, bookable at once, unless the details say otherwise."""
    fields: dict[str, Any] = {"name": f"Lesson {new_id().hex}", "duration_minutes": 60} | details
    with database.tenant(teacher.id) as tx:
        return create_service(tx, ServiceDetails(**fields), NOW).id


def student_details(name: str = "Sam") -> StudentDetails:
    return StudentDetails(name=name, email=f"{name.lower()}@example.com", phone=None, time_zone="UTC")


def a_student(teacher: Teacher, name: str = "Sam") -> UUID:
    with database.tenant(teacher.id) as tx:
        return find_or_add(tx, student_details(name), NOW).id


def book(teacher: Teacher, service_id: UUID, start: datetime, name: str = "Sam", now: datetime = NOW) -> Booked:
    with database.tenant(teacher.id) as tx:
        return book_session(tx, Booking(service_id, start, student_details(name)), now)


def run[**P, T](
    teacher: Teacher, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """A use case in a transaction of its own, committed."""
    with database.tenant(teacher.id) as tx:
        return use_case(tx, *args, **kwargs)


def refusal[**P](
    teacher: Teacher, use_case: Callable[Concatenate[Transaction, P], object], *args: P.args, **kwargs: P.kwargs
) -> str:
    """The code with which a use case refuses."""
    with pytest.raises(LecternError) as refused:
        run(teacher, use_case, *args, **kwargs)
    return refused.value.code


def token_of(participant_id: UUID) -> str:
    return seat_token(token_key(), participant_id)


def in_days(days: int, hour: int = 10) -> datetime:
    """That many days after NOW's date, on the hour in UTC."""
    return NOW.replace(hour=hour) + timedelta(days=days)


def rows_of(teacher: Teacher, table: str) -> list[dict[str, Any]]:
    """What the teacher has in a table, to hold a claim against the database."""
    with database.tenant(teacher.id) as tx:
        answer = tx.connection.execute(
            f"select to_jsonb(t) from {table} t where teacher_id = %s order by t",  # noqa: S608 - a table's name
            [teacher.id],
        )
        return [row[0] for row in answer.fetchall()]
