"""One job of one teacher, however often its message is delivered."""

from datetime import date, datetime
from uuid import UUID

from lectern import database
from lectern.jobs import queries
from lectern.jobs.queries import Run
from lectern.jobs.registry import Job, job_named


def run(job_name: str, teacher_id: UUID, local_date: date, now: datetime) -> bool:
    """Whether there was something to run: not for a teacher who is gone, nor for a daily job that is done.

    `local_date` is the teacher's. Raises NotFound `job_not_found`, and whatever the job raises.
    """
    job = job_named(job_name)
    this = Run(f"{job.name}-{teacher_id}-{local_date.isoformat()}", job.name, local_date)
    if job.runs == "daily":
        return _run_and_record_at_once(job, teacher_id, this, now)
    with database.tenant(teacher_id) as tx:
        if not queries.ask_is_due(tx, this).one().is_due:
            return False
    job.load()(teacher_id, now)
    if job.runs != "each time":
        with database.tenant(teacher_id) as tx:
            queries.ask_record(tx, this, now)
    return True


def _run_and_record_at_once(job: Job, teacher_id: UUID, this: Run, now: datetime) -> bool:
    with database.tenant(teacher_id) as tx:
        if queries.ask_record(tx, this, now).one_or_none() is None:
            return False
        job.load()(tx, this.local_date, now)
    return True
