"""(h) The lifecycle job end to end: schedule, dispatcher, SQS, event source, five environments, as teachers grow.

It is held against its limit: five processes that run nothing but the job's own statements, for the same teachers.
"""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import batched, repeat
from statistics import median
from typing import Any, LiteralString, cast

import psycopg

from bench import business
from bench.environment import point_at
from bench.job_stack import CONCURRENCY, LOOK_SECONDS, JobStack
from bench.row import Row
from lectern.database import Transaction
from lectern.lifecycle.facts_query import ask_facts
from lectern.lifecycle.thresholds import Thresholds
from local.postgres import Postgres

JOB = "lifecycle-detection"
# What the system before this one took, by its number of teachers: seconds, as its owners told.
BEFORE = {10: "10 s", 100: "100 s", 1_000: "34 min"}
AT_THE_LIMIT = 1_000
ROUNDS = 3
CHUNK = 10


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of the first day, on which every student's stage is written, and of the next, on which few have another."""

    first_day: float
    next_day: float


def measure(postgres: Postgres, teachers: int) -> Seconds:
    """Of all teachers of `business`, of whom there are so many."""
    with JobStack.start(postgres, JOB) as stack:
        _warm(stack, teachers)
        _forget(postgres)
        first_day = stack.seconds_of(business.NOW)
        next_day = stack.seconds_of(business.NOW + timedelta(days=1))
    _require_runs(postgres, 2 * teachers)
    return Seconds(first_day, next_day)


def share_of_limit(postgres: Postgres, teachers: range) -> float:
    """At which the job runs on a day on which few have another stage, for the last teachers of `business`."""
    spawning = multiprocessing.get_context("spawn")
    with (
        JobStack.start(postgres, JOB) as stack,
        ProcessPoolExecutor(CONCURRENCY, spawning, point_at, (postgres.app_url,)) as loop,
    ):
        _warm(stack, teachers.stop)
        _seconds_of_bare(loop, teachers, business.NOW)
        before = business.before(teachers)
        days = (business.NOW + timedelta(days=2 + number) for number in range(ROUNDS))
        return median(_seconds_of_bare(loop, teachers, day) / stack.seconds_of(day, before) for day in days)


def beside_a_burden(postgres: Postgres, teachers: range) -> Row:
    """When 95 of 100 of the others are done, after the first of these teachers of `business` has got as much as 100."""
    others = teachers[1:]
    with JobStack.start(postgres, JOB) as stack:
        _warm(stack, teachers.stop)
        business.vacuum(business.superuser_url(postgres))
        before = _median_p95(postgres, stack, others, business.NOW + timedelta(days=10))
        business.burden(business.superuser_url(postgres), teachers[0])
        after = _median_p95(postgres, stack, others, business.NOW + timedelta(days=20))
    figure = f"{after:.2f} s, without {before:.2f} s ({after / before:.2f})"
    return Row("- p95 of the others beside one with 100 times the data", figure, "at most 1.1", after / before <= 1.1)


def _median_p95(postgres: Postgres, stack: JobStack, teachers: range, first: datetime) -> float:
    return median(_p95(postgres, stack, teachers, first + timedelta(days=number)) for number in range(ROUNDS))


def _p95(postgres: Postgres, stack: JobStack, teachers: range, day: datetime) -> float:
    parameters = {
        "first": business.teacher_id(teachers.start),
        "last": business.teacher_id(teachers.stop - 1),
        "day": day.date(),
    }
    with psycopg.connect(business.superuser_url(postgres), autocommit=True) as connection:
        started = time.perf_counter()
        stack.dispatch(day, business.before(range(teachers.start - 1, teachers.stop)))
        while _done(connection, parameters) < len(teachers) * 95 // 100:
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - started
    stack.await_end()
    return seconds


def _done(connection: psycopg.Connection, parameters: dict[str, object]) -> int:
    [done] = connection.execute(
        "select count(*) from job_runs where teacher_id between %(first)s and %(last)s and local_date = %(day)s",
        parameters,
    ).fetchone() or [0]
    return int(done)


def rows(measured: dict[int, Seconds], share: float) -> list[Row]:
    smallest, largest = min(measured), max(measured)
    each = {size: seconds.first_day / size for size, seconds in measured.items()}
    growth = each[largest] / each[smallest]
    thousand = measured[AT_THE_LIMIT].first_day
    return [
        *(Row(_named(size), _told(size, measured[size])) for size in measured),
        Row(f"- for {AT_THE_LIMIT:,} teachers", f"{thousand:.1f} s", "under 6 s", holds=thousand < 6),
        Row(f"- a teacher among {largest:,} to one of {smallest}", f"{growth:.2f}", "at most 1.3", holds=growth <= 1.3),
        Row("- share of its limit", f"{share:.0%}", "at least 50 %", holds=share >= 0.5),
    ]


def _named(size: int) -> str:
    before = f" (before: {BEFORE[size]})" if size in BEFORE else ""
    return f"lifecycle job, {size:,} teachers{before}"


def _told(size: int, seconds: Seconds) -> str:
    first, later = seconds.first_day, seconds.next_day
    return (
        f"{first:.2f} s, {first / size * 1e3:.1f} ms each; the next day {later:.2f} s, {later / size * 1e3:.1f} ms each"
    )


def _warm(stack: JobStack, teachers: int) -> None:
    """Start every environment: a turn may do with fewer."""
    last = range(max(0, teachers - 30 * CONCURRENCY), teachers)
    for _ in range(CONCURRENCY):
        stack.seconds_of(business.NOW, after=business.before(last))


def _forget(postgres: Postgres) -> None:
    with psycopg.connect(business.superuser_url(postgres)) as connection:
        connection.execute("truncate student_stages, job_runs")


def _require_runs(postgres: Postgres, number: int) -> None:
    with psycopg.connect(business.superuser_url(postgres)) as connection:
        assert connection.execute("select count(*) from job_runs").fetchone() == (number,)


def _seconds_of_bare(loop: ProcessPoolExecutor, teachers: range, day: datetime) -> float:
    chunks = list(batched(teachers, CHUNK, strict=False))
    started = time.perf_counter()
    list(loop.map(_run_bare, chunks, repeat(day)))
    return time.perf_counter() - started


def _run_bare(teachers: tuple[int, ...], now: datetime) -> None:
    connection = _connection()
    statement, parameters = _facts_statement(now)
    for number in teachers:
        teacher_id = business.teacher_id(number)
        connection.execute("select set_config('app.teacher_id', %s, true)", [str(teacher_id)])
        facts = connection.execute(statement, parameters | {"teacher_id": teacher_id}).fetchall()
        assert len(facts) == 50
        connection.commit()


@cache
def _connection() -> psycopg.Connection:
    """As the role that serves requests, and its statements prepared."""
    return psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=0)


def _facts_statement(now: datetime) -> tuple[LiteralString, dict[str, Any]]:
    """The job's own, as it would send it."""
    told = _Told()
    ask_facts(cast("Transaction", told), Thresholds(), now.date(), now)
    [statement] = told.statements
    return statement


class _Told:
    def __init__(self) -> None:
        self.statements: list[tuple[LiteralString, dict[str, Any]]] = []

    def ask(self, statement: LiteralString, _: type, parameters: dict[str, Any]) -> None:
        self.statements.append((statement, parameters))
