"""Hands the function what is in a queue, as Lambda's event source mapping does: what did not fail is deleted."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from lectern.job_message import JobMessage
from teacher_job.app import handler
from tests.builders import NOW, Teacher
from tests.jobs.queues import Queues

SAMPLE = Path(__file__).parents[2] / "events" / "teacher-jobs-one-poisoned.json"

# One minute: far from the time at which the function takes no further message.
SECONDS_LEFT = 60.0


@dataclass(frozen=True)
class Delivered:
    """The messages of a batch, by their bodies."""

    done: list[str]
    failed: list[str]
    url: str
    receipts: list[str]

    def come_back(self, queues: Queues) -> None:
        """As time would make them: those that failed can be received again."""
        for receipt in self.receipts:
            queues.client.change_message_visibility(QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=0)


def context(seconds_left: float = SECONDS_LEFT) -> LambdaContext:
    function = {"function_name": "teacher_job", "memory_limit_in_mb": "1024", "aws_request_id": "1"}
    left = {"get_remaining_time_in_millis": lambda: int(seconds_left * 1000)}
    return cast("LambdaContext", SimpleNamespace(**function, **left, invoked_function_arn="arn"))


def message(teacher: Teacher, job: str = "lifecycle-detection") -> str:
    return JobMessage(job, teacher.id, NOW.date(), NOW).as_json()


def send(queues: Queues, *bodies: str, job: str = "lifecycle-detection") -> None:
    for body in bodies:
        queues.client.send_message(QueueUrl=queues.url(job), MessageBody=body)


def deliver(queues: Queues, job: str = "lifecycle-detection", seconds_left: float = SECONDS_LEFT) -> Delivered:
    """The next batch of the queue."""
    batch = queues.receive(job)
    if not batch:
        return Delivered([], [], queues.url(job), [])
    answer = handler(records(batch, queues.server.queue(job).arn), context(seconds_left))
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    done = [each for each in batch if each["MessageId"] not in failed]
    left = [each for each in batch if each["MessageId"] in failed]
    for each in done:
        queues.client.delete_message(QueueUrl=queues.url(job), ReceiptHandle=each["ReceiptHandle"])
    return Delivered(
        [each["Body"] for each in done],
        [each["Body"] for each in left],
        queues.url(job),
        [each["ReceiptHandle"] for each in left],
    )


def invoke_with_sample() -> list[str]:
    """What the function reports of the sample event."""
    answer = handler(json.loads(SAMPLE.read_text()), context())
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def records(batch: list[dict[str, Any]], arn: str) -> dict[str, Any]:
    """The event that Lambda makes of what it has received from a queue."""
    return {"Records": [_record(each, arn) for each in batch]}


def _record(received: dict[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": received["MessageId"],
        "receiptHandle": received["ReceiptHandle"],
        "body": received["Body"],
        "attributes": received["Attributes"],
        "messageAttributes": {},
        "md5OfBody": received["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "eu-central-1",
    }
