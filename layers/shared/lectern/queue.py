"""The way to SQS: messages go out by tens, and what a batch leaves behind is sent again."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take, and how often boto3 makes it."""

    connect_seconds: float
    read_seconds: float
    attempts: int


PATIENT = Patience(connect_seconds=2, read_seconds=5, attempts=4)
# For whoever has somebody or something waiting, and can do without what SQS says.
HURRIED = Patience(connect_seconds=1, read_seconds=1, attempts=1)


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages wait in a queue, and how many are being worked on or put off; about, as SQS counts.

    `dead_letters_url` is None for a queue that gives nothing up.
    """

    visible: int
    in_flight: int
    dead_letters_url: str | None


def send(queue_url: str, messages: Sequence[Message]) -> None:
    """Send up to BATCH messages; returns when SQS has them all. Threads may call it together.

    Raises Unavailable `queue_unavailable`; some may have been sent by then.
    """
    waiting = [_entry(number, message) for number, message in enumerate(messages)]
    for attempt in range(ATTEMPTS):
        with _unavailable_on_failure():
            answer = _sqs().send_message_batch(QueueUrl=queue_url, Entries=waiting)
        failed = {failure["Id"] for failure in answer.get("Failed", [])}
        waiting = [entry for entry in waiting if entry["Id"] in failed]
        if not waiting:
            return
        time.sleep(SystemRandom().uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
    raise Unavailable("queue_unavailable", "SQS does not take some of the messages.", left=len(waiting))


def send_at_once(queue_url: str, message: Message) -> None:
    """One attempt, which takes two seconds at most. Raises Unavailable `queue_unavailable`; it may have been sent."""
    with _unavailable_on_failure():
        _sqs(HURRIED).send_message(QueueUrl=queue_url, MessageBody=message.body, MessageGroupId=message.group)


def put_off(queue_url: str, receipt_handle: str, seconds: int) -> None:
    """Let a message that was received come back so many seconds from now.

    One attempt, which takes two seconds at most. Raises Unavailable `queue_unavailable`.
    """
    with _unavailable_on_failure():
        _sqs(HURRIED).change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


def redrive(queue_url: str) -> str:
    """Begin to move a queue's dead letters back into it; the task's handle, by which it is cancelled."""
    attributes = _sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])["Attributes"]
    return str(_sqs().start_message_move_task(SourceArn=_dead_letters_arn(attributes))["TaskHandle"])


def depth(queue_url: str) -> Depth:
    """Asked in one attempt. Threads may call it together. Raises Unavailable `queue_unavailable`."""
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    with _unavailable_on_failure():
        told = _sqs(HURRIED).get_queue_attributes(QueueUrl=queue_url, AttributeNames=[*counts, "RedrivePolicy"])
    attributes = told["Attributes"]
    visible, in_flight = (int(attributes[name]) for name in counts)
    return Depth(
        visible, in_flight, _dead_letters_url(queue_url, attributes) if "RedrivePolicy" in attributes else None
    )


def close() -> None:
    """Drop the connections; the next use opens new ones."""
    while _clients:
        _clients.popitem()[1].close()


_clients: dict[Patience, Any] = {}
_opening = Lock()


def _sqs(patience: Patience = PATIENT) -> Any:  # noqa: ANN401 - boto3 makes the client's class when it is asked for
    # Making a client is not safe in several threads, using one is:
    # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    with _opening:
        if patience not in _clients:
            _clients[patience] = _client(patience)
        return _clients[patience]


def _client(patience: Patience) -> Any:  # noqa: ANN401 - as above
    # A quarter of a second to import, which only those pay who send.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=patience.connect_seconds,
        read_timeout=patience.read_seconds,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": patience.attempts},
    )
    return boto3.client("sqs", config=config)


@contextmanager
def _unavailable_on_failure() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in `_client`

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("queue_unavailable", "SQS does not answer, or refuses.") from error


def _dead_letters_arn(attributes: Mapping[str, str]) -> str:
    return str(json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"])


def _dead_letters_url(queue_url: str, attributes: Mapping[str, str]) -> str:
    """They are of the queue's own account and Region, where only the last part of a URL differs."""
    return f"{queue_url.rpartition('/')[0]}/{_dead_letters_arn(attributes).rpartition(':')[2]}"


def _entry(number: int, message: Message) -> dict[str, str]:
    return {"Id": str(number), "MessageBody": message.body, "MessageGroupId": message.group}
