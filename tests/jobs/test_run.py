"""A job's message may come twice, at once, after a crash, or for a teacher who has left."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Protocol
from uuid import UUID

import pytest

from lectern import database
from lectern.analytics.roll_up_queries import ask_teacher
from lectern.database import Transaction
from lectern.errors import Invalid, NotFound, Unavailable
from lectern.events import record
from lectern.identifiers import new_id
from lectern.jobs import registry
from lectern.jobs.registry import JOBS, Job, Runs, Scope
from lectern.jobs.run import run
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_teacher, rows_of

TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)


def tell(tx: Transaction, local_date: date, now: datetime) -> None:
    """A daily job: its effect is an event."""
    record(tx, "told", tx.teacher_id, {"date": local_date.isoformat()}, now)


def tell_and_die(tx: Transaction, local_date: date, now: datetime) -> None:
    tell(tx, local_date, now)
    raise KeyboardInterrupt


def fail_by_itself(*_: object) -> float:
    return 1 / 0


def break_a_rule(tx: Transaction, *_: object) -> None:
    """What the statement breaks is known only once something is read."""
    tx.send("update teachers set name = null where id = %(teacher_id)s")


def break_a_rule_and_read(tx: Transaction, *_: object) -> None:
    break_a_rule(tx)
    ask_teacher(tx).one()


def tell_by_itself(teacher_id: UUID, now: datetime) -> None:
    with database.tenant(teacher_id) as tx:
        tell(tx, TODAY, now)


def tell_and_fail(teacher_id: UUID, now: datetime) -> None:
    tell_by_itself(teacher_id, now)
    raise Unavailable("stripe_unavailable", "Stripe does not answer.")


class PutJob(Protocol):
    """Puts a job with this function into the list, and answers its name."""

    def __call__(self, function: Callable[..., object], runs: Runs, scope: Scope = "every teacher") -> str: ...


@pytest.fixture
def a_job(monkeypatch: pytest.MonkeyPatch) -> PutJob:
    def put(function: Callable[..., object], runs: Runs, scope: Scope = "every teacher") -> str:
        monkeypatch.setitem(sys.modules, "telling", SimpleNamespace(job=function))
        job = Job("telling", "rate(1 day)", runs, "telling:job", scope)
        monkeypatch.setitem(registry.BY_NAME, job.name, job)
        return job.name

    return put


def told(teacher: Teacher) -> list[str]:
    return [event["payload"]["date"] for event in rows_of(teacher, "domain_events") if event["type"] == "told"]


def test_a_daily_job_delivered_twice_has_one_effect(a_job: PutJob) -> None:
    teacher, job = a_teacher(), a_job(tell, "daily")

    assert [run(job, teacher.id, TODAY, NOW) for _ in range(2)] == [{}, None]
    assert told(teacher) == ["2026-03-02"]


def test_the_days_may_come_in_any_order(a_job: PutJob) -> None:
    teacher, job = a_teacher(), a_job(tell, "daily")

    assert [run(job, teacher.id, day, NOW) for day in (TOMORROW, TODAY, TOMORROW)] == [{}, {}, None]
    assert sorted(told(teacher)) == ["2026-03-02", "2026-03-03"]


def test_deliveries_at_the_same_moment_have_one_effect(a_job: PutJob) -> None:
    teacher, job = a_teacher(), a_job(tell, "daily")

    ran = at_once([lambda: run(job, teacher.id, TODAY, NOW)] * 8)

    assert ran.count(None) == 7
    assert told(teacher) == ["2026-03-02"]


@pytest.mark.parametrize("fail", [fail_by_itself, break_a_rule, break_a_rule_and_read])
def test_a_daily_job_that_fails_says_how_and_runs_again(a_job: PutJob, fail: Callable[..., object]) -> None:
    teacher = a_teacher()
    with pytest.raises((ZeroDivisionError, Invalid)):
        run(a_job(fail, "daily"), teacher.id, TODAY, NOW)
    assert rows_of(teacher, "job_runs") == []

    assert run(a_job(tell, "daily"), teacher.id, TODAY, NOW) is not None


def test_a_daily_job_that_breaks_off_leaves_nothing_and_runs_again(a_job: PutJob) -> None:
    teacher = a_teacher()
    with pytest.raises(KeyboardInterrupt):
        run(a_job(tell_and_die, "daily"), teacher.id, TODAY, NOW)
    assert (told(teacher), rows_of(teacher, "job_runs")) == ([], [])

    assert run(a_job(tell, "daily"), teacher.id, TODAY, NOW) is not None
    assert told(teacher) == ["2026-03-02"]


def test_the_record_names_job_teacher_and_date(a_job: PutJob) -> None:
    teacher, job = a_teacher(), a_job(tell, "daily")

    run(job, teacher.id, TODAY, NOW)

    assert [row["key"] for row in rows_of(teacher, "job_runs")] == [f"telling-{teacher.id}-2026-03-02"]


def test_a_daily_job_with_transactions_of_its_own_runs_until_it_succeeds(a_job: PutJob) -> None:
    teacher = a_teacher()
    with pytest.raises(Unavailable):
        run(a_job(tell_and_fail, "daily, outside a transaction"), teacher.id, TODAY, NOW)

    job = a_job(tell_by_itself, "daily, outside a transaction")
    assert [run(job, teacher.id, TODAY, NOW) for _ in range(2)] == [{}, None]
    assert len(told(teacher)) == 2


def test_a_job_of_every_time_runs_every_time(a_job: PutJob) -> None:
    teacher, job = a_teacher(), a_job(tell_by_itself, "each time")

    assert [run(job, teacher.id, TODAY, NOW) for _ in range(2)] == [{}, {}]
    assert rows_of(teacher, "job_runs") == []


@pytest.mark.parametrize("runs", ["daily", "daily, outside a transaction", "each time"])
def test_a_teacher_who_has_left_has_nothing_to_run(a_job: PutJob, runs: Runs) -> None:
    teacher, job = a_teacher(), a_job(tell, runs)
    with database.tenant(teacher.id) as tx:
        tx.send("update teachers set deleted_at = now() where id = %(teacher_id)s")

    assert run(job, teacher.id, TODAY, NOW) is None
    assert rows_of(teacher, "job_runs") == []


def test_a_teacher_who_never_was_has_nothing_to_run() -> None:
    assert run("lifecycle-detection", new_id(), TODAY, NOW) is None


def test_a_job_that_counts_says_what(a_job: PutJob) -> None:
    job = a_job(lambda _, __: {"EventsPushed": 20}, "each time")

    assert run(job, a_teacher().id, TODAY, NOW) == {"EventsPushed": 20}


def test_a_job_for_all_runs_without_a_teacher(a_job: PutJob) -> None:
    job = a_job(lambda now: {"At": now.hour}, "each time", "once for all")

    assert run(job, None, TODAY, NOW) == {"At": 8}


def test_a_job_of_teachers_does_not_run_without_one(a_job: PutJob) -> None:
    with pytest.raises(Invalid, match="names none"):
        run(a_job(tell, "daily"), None, TODAY, NOW)


def test_an_unknown_job_is_an_error() -> None:
    with pytest.raises(NotFound, match="no such job"):
        run("fortune-telling", new_id(), TODAY, NOW)


@pytest.mark.parametrize("name", [job.name for job in JOBS])
def test_each_job_runs_for_a_teacher_who_has_nothing_yet(name: str) -> None:
    assert run(name, a_teacher().id, TODAY, NOW) is not None
