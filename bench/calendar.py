"""(k) calendar-sync end to end, when a thousand calendars have something to be told at once: as after an outage.

Each calendar's access token is got anew first. The local Google takes its time, though less than Google does: were it
faster, our own limit of 9,000 calls a minute would be what is measured.
"""

from datetime import timedelta
from uuid import UUID

import psycopg

from bench import business
from bench.job_stack import JobStack
from bench.row import Row
from lectern.calendar.sealed import seal
from local.google import LocalGoogle
from local.postgres import Postgres
from local.state import kept_secret, state_folder

JOB = "calendar-sync"
CHANGES = 3
GOAL = timedelta(minutes=10)
GOOGLE_SECONDS = 0.05
# Of a teacher of `business`, the first session to come.
FIRST_AHEAD = 440


def measure(postgres: Postgres, teachers: range) -> list[Row]:
    """Of these teachers of `business`, each with CHANGES sessions that a calendar has not been told of."""
    with JobStack.start(postgres, JOB) as stack, psycopg.connect(business.superuser_url(postgres)) as connection:
        google = stack.servers.google
        assert google
        google.latency_seconds = GOOGLE_SECONDS
        _connect(connection, google, teachers)
        _queue(connection, teachers)
        seconds = stack.seconds_of(business.NOW)
        waiting = _ask_waiting(connection)
        connection.execute("truncate session_calendar_sync, calendar_connections")
    told = len(teachers) * CHANGES - waiting
    figure = f"{told:,} events in {seconds:.0f} s, {told / seconds:.0f} a second"
    left = f", {waiting:,} left" if waiting else ""
    return [
        Row(f"calendar-sync, {len(teachers):,} teachers with {CHANGES} changes each at once", figure),
        Row(
            "- oldest change, before Google knows it",
            f"{seconds:.0f} s{left}",
            f"under {GOAL.total_seconds():.0f} s",
            holds=seconds < GOAL.total_seconds() and not waiting,
        ),
    ]


def _connect(connection: psycopg.Connection, google: LocalGoogle, teachers: range) -> None:
    """Each to an account of their own, and read just now."""
    key = kept_secret(state_folder() / "token_key").encode()
    ids = [business.teacher_id(number) for number in teachers]
    connection.cursor().executemany(
        "insert into calendar_connections"
        " (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at, last_synced_at)"
        " values (%s, %s, 'google', 'connected', 'primary', %s, now(), now())",
        [(each, each, seal(key, each, google.grant(f"{each.hex}@example.com"))) for each in ids],
    )
    connection.commit()


def _queue(connection: psycopg.Connection, teachers: range) -> None:
    connection.cursor().executemany(
        "insert into session_calendar_sync"
        " (teacher_id, session_id, action, status, external_event_id, attempts, requested_at)"
        " values (%s, %s, 'create', 'pending', %s, 0, now())",
        [
            (business.teacher_id(number), session, session.hex)
            for number in teachers
            for session in _sessions_ahead(business.teacher_id(number))
        ],
    )
    connection.commit()


def _sessions_ahead(teacher_id: UUID) -> list[UUID]:
    return [UUID(int=teacher_id.int | FIRST_AHEAD + number) for number in range(CHANGES)]


def _ask_waiting(connection: psycopg.Connection) -> int:
    [waiting] = connection.execute("select count(*) from session_calendar_sync where status <> 'done'").fetchone() or [
        0
    ]
    return int(waiting)
