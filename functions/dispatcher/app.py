"""The dispatcher: takes a schedule's event, which names a job, and queues a message for every teacher whom it is for.

Also its own continuation messages, from SQS, for when the teachers were more than one invocation's time. Being invoked
twice is harmless: what arrives twice is done once.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from dispatcher.dispatch import Dispatch, dispatch
from function_log import function_log
from lectern import clock, queue, settings
from lectern.errors import Conflict, Invalid
from lectern.jobs.registry import job_named
from lectern.jobs.schedule_expression import last_time
from lectern.queue import Message

# For the page that has begun, and to say where to go on.
RESERVE_MILLISECONDS = 10_000

logger = function_log()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    for told in _told(event):
        wanted = _read(told)
        so_far, is_all = dispatch(wanted, lambda: context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS)
        if not is_all:
            _continue(so_far)
        logger.info("dispatched", job=wanted.job.name, goes_on=not is_all, untold=so_far.untold)
        if is_all and so_far.untold:
            raise Conflict("teachers_untold", "Some teachers were told nothing: the log says whom, and why.")


def _told(event: dict[str, Any]) -> list[dict[str, Any]]:
    """A rule's constant input is the event, as is that of EventBridge Scheduler; SQS brings records."""
    if "Records" in event:
        return [json.loads(record["body"]) for record in event["Records"]]
    return [event]


def _read(told: dict[str, Any]) -> Dispatch:
    """A schedule may tell its time, as Scheduler's `<aws.scheduler.scheduled-time>` does; a rule's input cannot.

    It is then the last time of the job's schedule, however late a rule or a person invokes: by an hour's delay alone,
    teachers for whom midnight has passed meanwhile would have one date twice and another never.
    """
    if "job" not in told:
        raise Invalid("no_job", "The schedule's input names no job.")
    job = job_named(told["job"])
    at = datetime.fromisoformat(told["at"]) if "at" in told else last_time(job.schedule, clock.now())
    if at.tzinfo is None:
        raise Invalid("no_offset", "The schedule's time has no offset from UTC, and so no teacher's date.")
    after = UUID(told["after"]) if "after" in told else None
    return Dispatch(job, at, after, told.get("untold", 0))


def _continue(left: Dispatch) -> None:
    told = {"job": left.job.name, "at": left.at.isoformat(), "after": str(left.after), "untold": left.untold}
    queue.send(settings.continuation_queue_url(), [Message(json.dumps(told), group=left.job.name)])
