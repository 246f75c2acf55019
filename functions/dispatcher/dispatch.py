"""From one job to a message for each teacher, a page of teachers at a time, so that memory does not grow with them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_lambda_powertools import Logger

from lectern import directory, queue, settings
from lectern.directory import ActiveTeacher
from lectern.job_message import JobMessage
from lectern.jobs.registry import Job
from lectern.queue import Message

PAGE = 1_000
# As many as go out at once; after each such round there is time to see how late it is.
ROUND = queue.BATCH * queue.CONNECTIONS

logger = Logger()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A job for all teachers after this one; `at` is when it was scheduled, aware. `untold` were passed over so far."""

    job: Job
    at: datetime
    after: UUID | None = None
    untold: int = 0


def dispatch(wanted: Dispatch, is_late: Callable[[], bool]) -> tuple[Dispatch, bool]:
    """How far it came, and whether that is all; at least one round is done.

    Raises Unavailable when the database or SQS does not answer: it must be begun again, and repeats what it sent.
    """
    send = partial(queue.send, settings.queue_url(wanted.job.name))
    if wanted.job.scope == "once for all":
        send([JobMessage(wanted.job.name, None, wanted.at.date(), wanted.at).as_message()])
        return wanted, True
    with ThreadPoolExecutor(queue.CONNECTIONS) as threads:
        for teachers in _rounds(wanted):
            messages = list(_messages(wanted, teachers))
            # Reading the answers raises what a thread has raised.
            list(threads.map(send, batched(messages, queue.BATCH, strict=False)))
            untold = wanted.untold + len(teachers) - len(messages)
            wanted = replace(wanted, after=teachers[-1].teacher_id, untold=untold)
            if is_late():
                return wanted, False
    return wanted, True


def _rounds(wanted: Dispatch) -> Iterator[tuple[ActiveTeacher, ...]]:
    after = wanted.after
    while teachers := _page(wanted.job, after):
        yield from batched(teachers, ROUND, strict=False)
        after = teachers[-1].teacher_id


def _page(job: Job, after: UUID | None) -> Sequence[ActiveTeacher]:
    if job.scope == "teachers with calendar work":
        return directory.teachers_with_calendar_work(after, PAGE)
    return directory.active_teachers(after, PAGE)


def _messages(wanted: Dispatch, teachers: Sequence[ActiveTeacher]) -> Iterator[Message]:
    for teacher in teachers:
        try:
            local_date = wanted.at.astimezone(ZoneInfo(teacher.time_zone)).date()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            logger.exception("a teacher's time zone is unknown, and so their date", teacher_id=str(teacher.teacher_id))
            continue
        yield JobMessage(wanted.job.name, teacher.teacher_id, local_date, wanted.at).as_message()
