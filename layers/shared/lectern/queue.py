"""The way to SQS: messages go out by tens, and what a batch leaves behind is sent again."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import SystemRandom
from threading import Lock
from typing import Any

from lectern.errors import Unavailable

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
BATCH = 10
# How many threads may send at once without waiting for a connection.
CONNECTIONS = 10
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Message:
    """`group` is whose it is: SQS keeps one with many messages from being in the way of the others (fair queues)."""

    body: str
    group: str


def send(queue_url: str, messages: Sequence[Message]) -> None:
    """Send up to BATCH messages; returns when SQS has them all. Threads may call it together.

    Raises Unavailable `queue_unavailable`; some may have been sent by then.
    """
    waiting = [_entry(number, message) for number, message in enumerate(messages)]
    for attempt in range(ATTEMPTS):
        answer = _sqs().send_message_batch(QueueUrl=queue_url, Entries=waiting)
        failed = {failure["Id"] for failure in answer.get("Failed", [])}
        waiting = [entry for entry in waiting if entry["Id"] in failed]
        if not waiting:
            return
        time.sleep(SystemRandom().uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
    raise Unavailable("queue_unavailable", "SQS does not take some of the messages.", left=len(waiting))


def put_off(queue_url: str, receipt_handle: str, seconds: int) -> None:
    """Let a message that was received come back so many seconds from now."""
    _sqs().change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds)


def redrive(queue_url: str) -> str:
    """Begin to move a queue's dead letters back into it; the task's handle, by which it is cancelled."""
    policy = _sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])["Attributes"]
    dead_letters = json.loads(policy["RedrivePolicy"])["deadLetterTargetArn"]
    return str(_sqs().start_message_move_task(SourceArn=dead_letters)["TaskHandle"])


def close() -> None:
    """Drop the connections; the next use opens new ones."""
    if _client.cache_info().currsize:
        _client().close()
        _client.cache_clear()


_opening = Lock()


def _sqs() -> Any:  # noqa: ANN401 - boto3 makes the client's class when it is asked for
    # Making a client is not safe in several threads, using one is:
    # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    with _opening:
        return _client()


@cache
def _client() -> Any:  # noqa: ANN401 - as above
    # A quarter of a second to import, which only those pay who send.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=2,
        read_timeout=5,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": 4},
    )
    return boto3.client("sqs", config=config)


def _entry(number: int, message: Message) -> dict[str, str]:
    return {"Id": str(number), "MessageBody": message.body, "MessageGroupId": message.group}
