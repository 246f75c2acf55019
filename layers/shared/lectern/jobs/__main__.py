"""`python -m lectern.jobs redrive JOB`: send what landed in a job's dead-letter queue to its queue again."""

import sys

from lectern import queue, settings
from lectern.errors import NotFound
from lectern.jobs.registry import JOBS, job_named


def main(verb: str = "", name: str = "") -> int:
    """0 when SQS has begun to move them. Which queue a job's is, `QUEUE_URL_<JOB>` says."""
    if verb != "redrive":
        return _explain()
    try:
        job = job_named(name)
    except NotFound:
        return _explain()
    handle = queue.redrive(settings.queue_url(job.name))
    sys.stdout.write(f"SQS is moving the dead letters of {job.name}; task {handle}\n")
    return 0


def _explain() -> int:
    sys.stderr.write(f"python -m lectern.jobs redrive JOB, one of: {', '.join(job.name for job in JOBS)}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
