"""(e) Sixteen clients that spend credits: all of one account, and spread over sixteen.

They are held against a bare pair of statements that moves a balance and keeps a log, in tables that have nothing else.
The ways take short turns, so that a slow moment of the machine hits all of them, and each ratio is one of neighbours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from statistics import median
from typing import LiteralString
from uuid import UUID

import psycopg

from bench import business
from bench.clients import BOOKED, CLIENTS, Ask, Clients, Plan, Tally, Way
from bench.environment import point_at, pointed_at
from bench.row import Row
from lectern import database
from lectern.credits.account import audit
from lectern.credits.reserve import reserve
from lectern.errors import LecternError
from lectern.identifiers import new_id
from local.postgres import Postgres

ROUNDS = 6
TURN_SECONDS, WARM_UP_SECONDS = 1.5, 2.0

TEACHER = UUID("01900000-0000-7000-8000-e00000000000")
CREDIT = 100
NO_LESSON = business.NOW
LESSONS = [business.NOW + timedelta(minutes=1 + n) for n in range(40_000)]
# So many that an account is found by an index. The first spends alone; the last to spend has just 100 credits.
STUDENTS = 1000
ONE, SIXTEEN, LAST = range(1, 2), range(2, 2 + CLIENTS), range(2 + CLIENTS, 3 + CLIENTS)

type Turns = list[Tally]


def measure(postgres: Postgres) -> list[Row]:
    """Adds a teacher with students, lots and seats, and tables for the bare pair; each spend is a credit for a seat."""
    url = business.superuser_url(postgres)
    _prepare(url)
    spending, bare = Spending(postgres.app_url), BarePair(url)
    deadlocks = _number(url, _DEADLOCKS)
    with Clients() as clients:
        hot = _in_turns(clients, [(bare, ONE), (spending, ONE)])
        spread = _in_turns(clients, [(bare, SIXTEEN), (spending, SIXTEEN)])
        race = Tally()
        clients.take_turn(spending, Plan(LAST, LESSONS), TURN_SECONDS, race)
    return [
        *_rows("one account", *hot),
        *_rows("sixteen accounts", *spread),
        Row(
            "- spent of 100 credits in four lots", str(race.outcomes[BOOKED]), "100", holds=race.outcomes[BOOKED] == 100
        ),
        _faults(
            "refused for another reason", sum(race.outcomes.values()) - 100 - race.outcomes["insufficient_credits"]
        ),
        _faults("sums that the ledger does not come to", _drifts(postgres)),
        _faults("deadlocks", _number(url, _DEADLOCKS) - deadlocks),
    ]


@dataclass(frozen=True, slots=True)
class BarePair:
    """A transaction of two prepared statements, as the superuser, whom row-level security does not slow down."""

    url: str

    def ready(self) -> Ask:
        return partial(_spend_bare, _connection(self.url))


@cache
def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(url, prepare_threshold=0)


def _spend_bare(connection: psycopg.Connection, student: int, lesson: datetime) -> str:
    spend = {
        "teacher": TEACHER,
        "student": _id(student),
        "id": new_id(),
        "key": f"seat:{_id(student, lesson)}:reserve",
        "units": CREDIT,
        "now": datetime.now(UTC),
    }
    connection.execute(
        """
        update bench_accounts set balance = balance - %(units)s
        where teacher_id = %(teacher)s and student_id = %(student)s and balance >= %(units)s
        """,
        spend,
    )
    connection.execute(
        """
        insert into bench_ledger (teacher_id, id, student_id, units, idempotency_key, occurred_at)
        values (%(teacher)s, %(id)s, %(student)s, -%(units)s::integer, %(key)s, %(now)s)
        """,
        spend,
    )
    connection.commit()
    return BOOKED


@dataclass(frozen=True, slots=True)
class Spending:
    """`reserve` in a tenant's transaction."""

    url: str

    def ready(self) -> Ask:
        point_at(self.url)
        return _spend


def _spend(student: int, lesson: datetime) -> str:
    try:
        with database.tenant(TEACHER) as tx:
            reserve(tx, _id(student), CREDIT, _id(student, lesson), datetime.now(UTC))
    except LecternError as refusal:
        return refusal.code
    return BOOKED


def _id(student: int, lesson: datetime = NO_LESSON) -> UUID:
    """Of a student, or of their seat in a lesson."""
    return UUID(int=TEACHER.int | student << 32 | (lesson - NO_LESSON) // timedelta(minutes=1))


def _in_turns(clients: Clients, ways: list[tuple[Way, range]]) -> list[Turns]:
    plans = [(way, Plan(students, LESSONS)) for way, students in ways]
    for way, plan in plans:
        clients.take_turn(way, plan, WARM_UP_SECONDS, Tally())
    turns: list[Turns] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for taken, (way, plan) in zip(turns, plans, strict=True):
            taken.append(Tally())
            clients.take_turn(way, plan, TURN_SECONDS, taken[-1])
    return turns


def _rows(where: str, bare: Turns, spending: Turns) -> list[Row]:
    share = median(s.booked_a_second() / b.booked_a_second() for s, b in zip(spending, bare, strict=True))
    return [
        Row(f"bare pair of statements, {where}", _pace(bare)),
        Row(f"spending a credit, {where}", _pace(spending)),
        Row("- share of the bare pair", f"{share:.0%}", "at least 60 %", holds=share >= 0.6),
    ]


def _pace(turns: Turns) -> str:
    a_second = median(turn.booked_a_second() for turn in turns)
    p50, p99 = (median(turn.percentile(percent) for turn in turns) * 1e3 for percent in (50, 99))
    return f"{a_second:,.0f} a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _faults(what: str, count: int) -> Row:
    return Row(f"- {what}", str(count), "0", holds=count == 0)


def _drifts(postgres: Postgres) -> int:
    with pointed_at(postgres.app_url), database.tenant(TEACHER) as tx:
        return len(audit(tx))


_DEADLOCKS: LiteralString = "select deadlocks from pg_stat_database where datname = current_database()"


def _number(url: str, statement: LiteralString) -> int:
    with psycopg.connect(url) as connection:
        [number] = connection.execute(statement).fetchone() or [0]
        return int(number)


def _prepare(url: str) -> None:
    """By statements over whole sets, without the checks of foreign keys: the rows point where they should."""
    values = {"teacher": TEACHER, "last": LAST[0], "students": STUDENTS, "lessons": len(LESSONS), "now": business.NOW}
    with psycopg.connect(url) as connection:
        connection.execute("select set_config('app.teacher_id', %s, true)", [str(TEACHER)])
        connection.execute("set local session_replication_role = replica")
        for statement in _PEOPLE_AND_SEATS:
            connection.execute(statement, values)
        # Nothing but the ledger's trigger moves a sum.
        connection.execute("set local session_replication_role = origin")
        for statement in _CREDITS:
            connection.execute(statement, values)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "analyze students, session_participants, credit_accounts, credit_lots, credit_ledger, bench_accounts"
        )


# The seats have no session, which a spend never looks at. Only the first student needs very many.
_PEOPLE_AND_SEATS: tuple[LiteralString, ...] = (
    """
    create function bench_spend_id(student integer, lesson integer) returns uuid immutable language sql
    return ('01900000-0000-7000-8000-e' || lpad(to_hex(student), 3, '0') || lpad(to_hex(lesson), 8, '0'))::uuid
    """,
    """
    insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
    values (%(teacher)s, 'spender', 'spender@example.com', '-', 'Ada', 'UTC', %(now)s, %(now)s)
    """,
    """
    insert into students (teacher_id, id, name, email, created_at, updated_at)
    select %(teacher)s, bench_spend_id(s, 0), 'Student', s || '@example.com', %(now)s, %(now)s
    from generate_series(1, %(students)s) s
    """,
    """
    insert into session_participants
      (teacher_id, id, session_id, student_id, status, token_hash, created_at, updated_at)
    select %(teacher)s, seat.id, seat.id, bench_spend_id(s, 0), 'booked', uuid_send(seat.id), %(now)s, %(now)s
    from generate_series(1, %(last)s) s, generate_series(1, case s when 1 then %(lessons)s else 10000 end) n,
      lateral (select bench_spend_id(s, n)) seat(id)
    """,
)

_CREDITS: tuple[LiteralString, ...] = (
    "select lock_credit_account(bench_spend_id(s, 0)) from generate_series(1, %(students)s) s",
    """
    insert into credit_lots (teacher_id, id, student_id, source, expires_at, created_at)
    select %(teacher)s, bench_spend_id(s, n), bench_spend_id(s, 0), 'adjustment', %(now)s + n * interval '60 days',
      %(now)s
    from generate_series(1, %(students)s) s, generate_series(1, 4) n
    """,
    """
    insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
    select teacher_id, id, student_id, id, 'adjust',
      case student_id when bench_spend_id(%(last)s, 0) then 2500 else 100000000 end, id::text, %(now)s
    from credit_lots where teacher_id = %(teacher)s
    """,
    """
    create table bench_accounts (
      teacher_id uuid, student_id uuid, balance integer not null check (balance >= 0),
      primary key (teacher_id, student_id))
    """,
    """
    insert into bench_accounts
    select %(teacher)s, bench_spend_id(s, 0), 400000000 from generate_series(1, %(students)s) s
    """,
    """
    create table bench_ledger (
      teacher_id uuid, id uuid, student_id uuid not null, units integer not null, idempotency_key text not null,
      occurred_at timestamptz not null, primary key (teacher_id, id), unique (teacher_id, idempotency_key))
    """,
)
