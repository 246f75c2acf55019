"""From one job to a message for each teacher, a page of teachers at a time, so that memory does not grow with them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern import directory, queue, settings
from lectern.directory import ActiveTeacher
from lectern.jobs.message import JobMessage
from lectern.jobs.registry import Job
from lectern.queue import Message

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A job for all teachers after this one; `at` is when it was scheduled, aware."""

    job: Job
    at: datetime
    after: UUID | None = None


def dispatch(wanted: Dispatch, is_late: Callable[[], bool]) -> Dispatch | None:
    """What is left to do when it has become late; at least one page is done.

    Raises Unavailable when the database or SQS does not answer: it must be begun again, and repeats what it sent.
    """
    send = partial(queue.send, settings.queue_url(wanted.job.setting))
    with ThreadPoolExecutor(queue.CONNECTIONS) as threads:
        while teachers := directory.active_teachers(wanted.after, PAGE):
            messages = [_message(wanted, teacher) for teacher in teachers]
            # Reading the answers raises what a thread has raised.
            list(threads.map(send, batched(messages, queue.BATCH, strict=False)))
            wanted = replace(wanted, after=teachers[-1].teacher_id)
            if is_late():
                return wanted
    return None


def _message(wanted: Dispatch, teacher: ActiveTeacher) -> Message:
    local_date = wanted.at.astimezone(ZoneInfo(teacher.time_zone)).date()
    told = JobMessage(wanted.job.name, teacher.teacher_id, local_date, wanted.at)
    return Message(told.as_json(), group=str(teacher.teacher_id))
