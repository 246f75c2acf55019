"""Teachers by the thousand, each with 50 students and 500 sessions, made in the database by statements over whole sets.

Made as the superuser, whom row-level security does not hold and who may leave the checks of foreign keys out: the rows
all come from here, so they point where they should. Nothing of the schema is dropped or relaxed.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID

import psycopg

from local.port import HOST
from local.postgres import DATABASE, Postgres
from local.state import kept_secret

# The day before the first session that is still to come, and before the first slot.
NOW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
FIRST_DAY = NOW + timedelta(days=1)

SIZES = (10, 100, 1_000, 10_000)

_AT_A_TIME = 250
_BUILDERS = 2


def superuser_url(postgres: Postgres) -> str:
    password = kept_secret(postgres.folder / "superuser_password")
    return f"postgresql://postgres:{password}@{HOST}:{postgres.port}/{DATABASE}"


def teacher_id(number: int) -> UUID:
    """Of the teacher's only service as well, and of the first of everything else that is theirs."""
    return UUID(int=0x01900000_0000_7000_8000_000000000000 | number << 16)


def before(numbers: range) -> UUID | None:
    """The teacher before them, where there is one: ids come in the order of their numbers."""
    return teacher_id(numbers.start - 1) if numbers.start else None


def slug(number: int) -> str:
    return f"teacher-{number}"


def student_email(number: int) -> str:
    """Of one of a teacher's 50 students."""
    return f"{number % 50}@example.com"


def grown(url: str) -> Iterator[int]:
    """Each of SIZES, when there are as many teachers."""
    present = 0
    for size in SIZES:
        grow(url, present, size)
        present = size
        yield size


def grow(url: str, present: int, wanted: int) -> None:
    """Add teachers until there are as many as wanted, given that `present` of them are there already."""
    batches = [
        {"first": first, "last": min(first + _AT_A_TIME, wanted) - 1, "now": NOW, "first_day": FIRST_DAY.date()}
        for first in range(present, wanted, _AT_A_TIME)
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_ID_FUNCTION)
    with ThreadPoolExecutor(_BUILDERS) as builders:
        for _ in builders.map(lambda batch: _add(url, batch), batches):
            pass
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop function bench_id")
        connection.execute("vacuum analyze")


def _add(url: str, batch: dict[str, object]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in _STATEMENTS:
            connection.execute(statement, batch)


def burden(url: str, number: int) -> None:
    """Give a teacher a hundred times the data of another, all of it over."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(_ID_FUNCTION)
        for statement in _BURDEN:
            connection.execute(statement, {"teacher": number, "now": NOW})
        connection.execute("drop function bench_id")
    vacuum(url)


def vacuum(url: str) -> None:
    """As autovacuum does in time, and plans are as good before something is measured as after it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


_ID_FUNCTION = """
create or replace function bench_id(teacher integer, n integer) returns uuid immutable parallel safe language sql
return ('01900000-0000-7000-8000-' || lpad(to_hex(teacher::bigint << 16 | n), 12, '0'))::uuid
"""

_STATEMENTS: tuple[LiteralString, ...] = (
    """
    with page as materialized (select string_agg(md5(n::text), '') as text from generate_series(1, 1200) n)
    insert into teachers (id, slug, email, password_hash, name, time_zone, settings, created_at, updated_at)
    select bench_id(t, 0), 'teacher-' || t, t || '@example.com', '-', 'Ada', 'Europe/Berlin',
      jsonb_build_object('page', page.text), %(now)s, %(now)s
    from generate_series(%(first)s::integer, %(last)s) t, page
    """,
    "insert into slots_versions select bench_id(t, 0) from generate_series(%(first)s::integer, %(last)s) t",
    """
    insert into services (teacher_id, id, name, duration_minutes, step_minutes, price_amount, created_at, updated_at)
    select bench_id(t, 0), bench_id(t, 0), 'Lesson', 60, 60, 4500, %(now)s, %(now)s
    from generate_series(%(first)s::integer, %(last)s) t
    """,
    """
    insert into availability_rules (teacher_id, id, weekday, start_minute, end_minute, created_at)
    select bench_id(t, 0), bench_id(t, weekday), weekday, 540, 1020, %(now)s
    from generate_series(%(first)s::integer, %(last)s) t, generate_series(0, 5) weekday
    """,
    """
    insert into students (teacher_id, id, name, email, created_at, updated_at)
    select bench_id(t, 0), bench_id(t, n), 'Student ' || n, n || '@example.com', %(now)s, %(now)s
    from generate_series(%(first)s::integer, %(last)s) t, generate_series(0, 49) n
    """,
    # 440 sessions that are over, eight a day; 60 spread over the next 14 days, where eight a day fit.
    """
    insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone,
      seats, price_amount, price_currency, policy, created_at, updated_at)
    select teacher_id, bench_id(t, n), teacher_id, case when n < 440 then 'completed' else 'scheduled' end, 'public',
      starts_at, starts_at + interval '1 hour', tstzrange(starts_at, starts_at + interval '1 hour'), 'Europe/Berlin', 1,
      4500, 'EUR', '{"notice_hours": 24}', %(now)s, %(now)s
    from (select t, bench_id(t, 0) as teacher_id from generate_series(%(first)s::integer, %(last)s) t offset 0) teacher,
      (select n, case when n < 440
          then %(first_day)s::date - 56 + n / 8 + make_interval(hours => 9 + n %% 8)
          else %(first_day)s::date + (n - 440) * 14 / 60 + make_interval(hours => 9 + n * 3 %% 8)
        end at time zone 'Europe/Berlin' as starts_at
        from generate_series(0, 499) n offset 0) lesson
    order by 1, 2
    """,
    """
    insert into session_participants (
      teacher_id, id, session_id, student_id, status, token_hash, created_at, updated_at)
    select teacher_id, id, id, student_id, case when n < 440 then 'completed' else 'booked' end, sha256(uuid_send(id)),
      %(now)s, %(now)s
    from (select t, bench_id(t, 0) as teacher_id from generate_series(%(first)s::integer, %(last)s) t offset 0) teacher,
      generate_series(0, 499) n, lateral (select bench_id(t, n), bench_id(t, n %% 50) offset 0) made(id, student_id)
    order by 1, 2
    """,
)

_BURDEN: tuple[LiteralString, ...] = (
    """
    insert into students (teacher_id, id, name, email, created_at, updated_at)
    select bench_id(%(teacher)s, 0), bench_id(%(teacher)s, n), 'Student ' || n, n || '@example.com', %(now)s, %(now)s
    from generate_series(50, 4999) n
    """,
    """
    insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked, time_zone,
      seats, price_amount, price_currency, policy, created_at, updated_at)
    select teacher_id, bench_id(%(teacher)s, n), teacher_id, 'completed', 'public',
      starts_at, starts_at + interval '1 hour', tstzrange(starts_at, starts_at + interval '1 hour'), 'Europe/Berlin', 1,
      4500, 'EUR', '{"notice_hours": 24}', %(now)s, %(now)s
    from (select bench_id(%(teacher)s, 0)) teacher(teacher_id), generate_series(500, 49999) n,
      lateral (select %(now)s::timestamptz - make_interval(hours => n %% 1344 + 1)) lesson(starts_at)
    """,
    """
    insert into session_participants (
      teacher_id, id, session_id, student_id, status, token_hash, created_at, updated_at)
    select bench_id(%(teacher)s, 0), id, id, bench_id(%(teacher)s, n %% 5000), 'completed', sha256(uuid_send(id)),
      %(now)s, %(now)s
    from generate_series(500, 49999) n, lateral (select bench_id(%(teacher)s, n) offset 0) made(id)
    """,
)
