"""The dispatcher: takes a schedule's event, which names a job, and queues a message for every teacher.

Also its own continuation messages, from SQS, for when the teachers were more than one invocation's time. Being invoked
twice is harmless: what arrives twice is done once.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from dispatcher.dispatch import Dispatch, dispatch
from lectern import clock, queue, settings
from lectern.errors import Invalid
from lectern.jobs.registry import job_named
from lectern.queue import Message

# For the page that has begun, and to say where to go on.
RESERVE_MILLISECONDS = 10_000

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    for told in _told(event):
        wanted = _read(told)
        left = dispatch(wanted, lambda: context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS)
        if left:
            _continue(left)
        logger.info("dispatched", job=wanted.job.name, goes_on=left is not None)


def _told(event: dict[str, Any]) -> list[dict[str, Any]]:
    """A rule's constant input is the event, as is that of EventBridge Scheduler; SQS brings records."""
    if "Records" in event:
        return [json.loads(record["body"]) for record in event["Records"]]
    return [event]


def _read(told: dict[str, Any]) -> Dispatch:
    """A schedule may tell its time, as Scheduler's `<aws.scheduler.scheduled-time>` does; a rule's input cannot."""
    if "job" not in told:
        raise Invalid("no_job", "The schedule's input names no job.")
    at = datetime.fromisoformat(told["at"]) if "at" in told else clock.now()
    after = UUID(told["after"]) if "after" in told else None
    return Dispatch(job_named(told["job"]), at, after)


def _continue(left: Dispatch) -> None:
    told = {"job": left.job.name, "at": left.at.isoformat(), "after": str(left.after)}
    queue.send(settings.continuation_queue_url(), [Message(json.dumps(told), group=left.job.name)])
