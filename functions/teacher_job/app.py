"""A teacher's job: takes SQS batches of the dispatcher's messages, and reports those that failed.

A failed one comes back later, and for the last time at its fifth receipt; then it is among its queue's dead letters.
"""

import traceback
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from function_log import function_log
from lectern import clock, queue, settings
from lectern.errors import LecternError, Unavailable
from lectern.job_message import JobMessage
from lectern.jobs.registry import JOBS, Job
from lectern.jobs.run import run
from teacher_job.deadline import interrupted_after
from teacher_job.failure import is_hopeless, pause_seconds

# With less than this left, a job had better begin in the next invocation.
RESERVE_SECONDS = 20
# For what is done about a job that has taken the whole of its time, and about those after it. To end its statement
# takes ten where the database does not answer.
CLOSING_SECONDS = 15
# With less than this left, a failed message is not put off: it comes back by itself when its queue's time is over.
PUTTING_OFF_SECONDS = 5

logger = function_log()
metrics = Metrics(namespace=settings.metrics_namespace())
# A batch in which everything failed is answered as any other: raising would only fail the function as well.
_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    job = _job_of_queue(event["Records"][0]["eventSourceARN"])
    metrics.add_dimension(name="job", value=job.name)
    metrics.add_metadata(key="function_request_id", value=context.aws_request_id)
    logger.append_keys(job=job.name)
    return process_partial_response(event=event, record_handler=_take, processor=_processor, context=context)


def _take(record: SQSRecord, lambda_context: LambdaContext) -> None:
    # Those of the message before.
    logger.remove_keys(["teacher_id"])
    try:
        message = JobMessage.from_json(record.body)
        logger.append_keys(teacher_id=str(message.teacher_id))
        with interrupted_after(_seconds_for_a_job(lambda_context)):
            counts = run(message.job, message.teacher_id, message.local_date, clock.now())
    except Exception as error:
        _tell(record, error)
        if _seconds_left(lambda_context) > PUTTING_OFF_SECONDS:
            _put_off(record, error)
        raise
    # A message that came twice, or whose teacher is gone, has done nothing.
    for name, count in ({"JobsSkipped": 1} if counts is None else {"JobsDone": 1, **counts}).items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def _seconds_for_a_job(context: LambdaContext) -> float:
    left = _seconds_left(context)
    if left < RESERVE_SECONDS:
        raise Unavailable("out_of_time", "The jobs before it took the whole of the invocation.")
    return left - CLOSING_SECONDS


def _tell(record: SQSRecord, error: Exception) -> None:
    """An error's own words may quote a person's data; its kind and its place in the code do not."""
    metrics.add_metric(name="JobsFailed", unit=MetricUnit.Count, value=1)
    logger.error(
        "job failed",
        error=type(error).__qualname__,
        code=error.code if isinstance(error, LecternError) else None,
        hopeless=is_hopeless(error),
        message_id=record.message_id,
        receipts=record.attributes.approximate_receive_count,
        stack=traceback.format_tb(error.__traceback__),
    )


def _put_off(record: SQSRecord, error: Exception) -> None:
    pause = pause_seconds(error, int(record.attributes.approximate_receive_count))
    url = settings.queue_url(_job_of_queue(record.event_source_arn).name)
    try:
        queue.put_off(url, record.receipt_handle, pause)
    except Unavailable:
        logger.warning("not put off, and so it comes back later", message_id=record.message_id)


def _job_of_queue(arn: str) -> Job:
    """A record has only its queue's ARN, and what its body says may be anybody's."""
    name = arn.rpartition(":")[2]
    return next(job for job in JOBS if settings.queue_url(job.name).endswith(f"/{name}"))
