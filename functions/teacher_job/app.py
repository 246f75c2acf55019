"""A teacher's job: takes SQS batches of the dispatcher's messages, and reports those that failed.

A failed one comes back later, and for the last time at its fifth receipt; then it is among its queue's dead letters.
"""

import traceback
from random import SystemRandom
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from lectern import clock, queue, settings
from lectern.errors import LecternError, Unavailable
from lectern.jobs.message import JobMessage
from lectern.jobs.registry import JOBS
from lectern.jobs.run import run

# With less than this left, a job had better begin in the next invocation than be killed in this one.
RESERVE_MILLISECONDS = 20_000
# The most that a message waits after its first failure; twice as long after each further one.
FIRST_PAUSE_SECONDS = 30

logger = Logger()
metrics = Metrics(namespace="Lectern")
# A batch in which everything failed is answered as any other: raising would only fail the function as well.
_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    metrics.add_dimension(name="queue", value=_queue_name(event["Records"][0]["eventSourceARN"]))
    return process_partial_response(event=event, record_handler=_take, processor=_processor, context=context)


def _take(record: SQSRecord, lambda_context: LambdaContext) -> None:
    try:
        _require_time(lambda_context)
        message = JobMessage.from_json(record.body)
        run(message.job, message.teacher_id, message.local_date, clock.now())
    except Exception as error:
        _tell(record, error)
        _put_off(record)
        raise
    metrics.add_metric(name="JobsDone", unit=MetricUnit.Count, value=1)


def _require_time(context: LambdaContext) -> None:
    if context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS:
        raise Unavailable("out_of_time", "The jobs before it took the whole of the invocation.")


def _tell(record: SQSRecord, error: Exception) -> None:
    """An error's own words may quote a person's data; its kind and its place in the code do not."""
    metrics.add_metric(name="JobsFailed", unit=MetricUnit.Count, value=1)
    logger.error(
        "job failed",
        error=type(error).__qualname__,
        code=error.code if isinstance(error, LecternError) else None,
        message_id=record.message_id,
        receipts=record.attributes.approximate_receive_count,
        stack=traceback.format_tb(error.__traceback__),
    )


def pause_seconds(receipts: int) -> int:
    """With full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/."""
    return SystemRandom().randint(1, FIRST_PAUSE_SECONDS * 2 ** (receipts - 1))


def _put_off(record: SQSRecord) -> None:
    pause = pause_seconds(int(record.attributes.approximate_receive_count))
    queue.put_off(_queue_url(record), record.receipt_handle, pause)


def _queue_url(record: SQSRecord) -> str:
    """A record has only the ARN. The message may be anybody's, so the queue is told by where it came from."""
    name = _queue_name(record.event_source_arn)
    urls = [settings.queue_url(job.setting) for job in JOBS]
    return next(url for url in urls if url.endswith(f"/{name}"))


def _queue_name(arn: str) -> str:
    return arn.rpartition(":")[2]
