"""The statements that tell whether a job of a teacher is still to be done, one function each."""

from dataclasses import dataclass
from datetime import date, datetime

from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Run:
    """A job of one teacher on one of their dates."""

    key: str
    job: str
    local_date: date


@dataclass(frozen=True, slots=True)
class Key:
    key: str


@dataclass(frozen=True, slots=True)
class Due:
    is_due: bool


def ask_is_due(tx: Transaction, run: Run) -> Answer[Due]:
    """False when it is done, and when the teacher is no more."""
    return tx.ask(
        """
        select exists (select from teachers where id = %(teacher_id)s and deleted_at is null)
          and not exists (select from job_runs where teacher_id = %(teacher_id)s and key = %(key)s)
        """,
        Due,
        {"key": run.key},
    )


def ask_record(tx: Transaction, run: Run, now: datetime) -> Answer[Key]:
    """No row when it was recorded before, or the teacher is no more. Waits for another that is at it just now."""
    return tx.ask(
        """
        insert into job_runs (teacher_id, key, job, local_date, finished_at)
        select id, %(key)s, %(job)s, %(local_date)s, %(now)s
        from teachers where id = %(teacher_id)s and deleted_at is null
        on conflict do nothing
        returning key
        """,
        Key,
        {"key": run.key, "job": run.job, "local_date": run.local_date, "now": now},
    )
