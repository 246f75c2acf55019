"""One job of one teacher, or of all of them together, however often its message is delivered."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from lectern import database
from lectern.errors import Invalid
from lectern.jobs import queries
from lectern.jobs.queries import Run
from lectern.jobs.registry import Job, job_named

type Counts = Mapping[str, int]


def run(job_name: str, teacher_id: UUID | None, local_date: date, now: datetime) -> Counts | None:
    """What the job has counted; None when it was not run: for a teacher who is gone, and a daily job that is done.

    `teacher_id` is None for a job that runs once for all, and `local_date` the teacher's. Raises NotFound
    `job_not_found`, Invalid `no_teacher`, and whatever the job raises.
    """
    job = job_named(job_name)
    if job.scope == "once for all":
        return _counts(job.load()(now))
    if teacher_id is None:
        raise Invalid("no_teacher", "It is a job of one teacher's, and the message names none.")
    this = Run(f"{job.name}-{teacher_id}-{local_date.isoformat()}", job.name, local_date)
    if job.runs == "daily":
        return _run_and_record_at_once(job, teacher_id, this, now)
    return _run_and_record_after(job, teacher_id, this, now)


def _run_and_record_at_once(job: Job, teacher_id: UUID, this: Run, now: datetime) -> Counts | None:
    # Nearly every message is the first for its job. That this one is, is asked before the job and read after it, which
    # saves a round trip; what another has done is rolled back.
    with suppress(_NothingToDo), database.tenant(teacher_id) as tx:
        recorded = queries.ask_record(tx, this, now)
        counts = _counts(job.load()(tx, this.local_date, now))
        if recorded.one_or_none() is None:
            raise _NothingToDo
        return counts
    return None


def _run_and_record_after(job: Job, teacher_id: UUID, this: Run, now: datetime) -> Counts | None:
    with database.tenant(teacher_id) as tx:
        if not queries.ask_is_due(tx, this).one().is_due:
            return None
    counts = _counts(job.load()(teacher_id, now))
    if job.runs != "each time":
        with database.tenant(teacher_id) as tx:
            queries.ask_record(tx, this, now)
    return counts


class _NothingToDo(Exception):
    """The job was done before, or its teacher is gone."""


def _counts(answer: object) -> Counts:
    return answer if isinstance(answer, Mapping) else {}
