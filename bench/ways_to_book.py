"""The ways to book that are compared: the insert alone, the use case, and the HTTP API; each made ready in a client."""

import http.client
import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from ipaddress import IPv4Address
from itertools import count, repeat
from urllib.parse import urlsplit

import psycopg

from bench import business
from bench.clients import BOOKED, Ask
from bench.environment import point_at
from booking.edge.access import WRITES
from lectern import database
from lectern.errors import LecternError
from lectern.identifiers import new_id
from lectern.sessions.book import Booking, book_session
from lectern.students.find_or_add import StudentDetails


@dataclass(frozen=True, slots=True)
class BareInsert:
    """One row of class_sessions in one prepared statement that commits by itself: nothing read, nothing checked.

    As the superuser, whom row-level security does not slow down.
    """

    url: str

    def ready(self) -> Ask:
        return partial(_insert, _connection(self.url))


@cache
def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


def _insert(connection: psycopg.Connection, teacher: int, start: datetime) -> str:
    teacher_id, now = business.teacher_id(teacher), datetime.now(UTC)
    connection.execute(
        """
        insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone,
          seats, price_amount, price_currency, policy, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(teacher_id)s, 'scheduled', 'public', %(start)s, %(end)s,
          tstzrange(%(start)s, %(end)s), 'Europe/Berlin', 1, 4500, 'EUR', '{"notice_hours": 24}', %(now)s, %(now)s)
        """,
        {
            "teacher_id": teacher_id,
            "id": new_id(),
            "start": start,
            "end": start + timedelta(hours=1),
            "now": now,
        },
        prepare=True,
    )
    return BOOKED


@dataclass(frozen=True, slots=True)
class UseCase:
    """`book_session` in a tenant's transaction: everything but HTTP."""

    url: str

    def ready(self) -> Ask:
        point_at(self.url)
        return _book


def _book(teacher: int, start: datetime) -> str:
    teacher_id = business.teacher_id(teacher)
    student = StudentDetails("Student", business.student_email(start.day))
    try:
        with database.tenant(teacher_id) as tx:
            book_session(tx, Booking(teacher_id, start, student), datetime.now(UTC))
    except LecternError as refusal:
        return refusal.code
    return BOOKED


@dataclass(frozen=True, slots=True)
class Api:
    """POST .../sessions to the local gateway."""

    url: str

    def ready(self) -> Ask:
        return _api(urlsplit(self.url).netloc)


@cache
def _api(address: str) -> Ask:
    connections = _connections(address)
    return lambda teacher, start: _post(next(connections), teacher, start)


def _connections(address: str) -> Iterator[http.client.HTTPConnection]:
    """A connection for each request: it comes from one loopback address after the other.

    Each is a client of its own to the rate limit, and is asked for no more than that lets through at once.
    """
    for host in count(1):
        source = IPv4Address("127.0.0.0") + os.getpid() % 0xFFFF * 0x80 + host % 0x80
        with closing(http.client.HTTPConnection(address, source_address=(str(source), 0), timeout=30)) as connection:
            yield from repeat(connection, WRITES.burst)


def _post(connection: http.client.HTTPConnection, teacher: int, start: datetime) -> str:
    student = {"name": "Student", "email": business.student_email(start.day)}
    asked = {
        "service_id": str(business.teacher_id(teacher)),
        "starts_at": start.isoformat(),
        "student": student,
    }
    path = f"/v1/teachers/{business.slug(teacher)}/sessions"
    connection.request("POST", path, json.dumps(asked), {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = json.loads(response.read())
    return BOOKED if response.status == http.HTTPStatus.CREATED else f"{response.status} {body.get('code')}"
