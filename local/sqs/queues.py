"""The queues of the endpoint by their names, and how a message gets from one to another."""

import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from local.environment import ACCOUNT, REGION
from local.sqs import attributes
from local.sqs.errors import SqsError, invalid, no_queue
from local.sqs.faults import Faults
from local.sqs.message import Content
from local.sqs.queue import Queue


@dataclass(frozen=True, slots=True)
class Move:
    """A finished redrive of a dead-letter queue; `started` in milliseconds."""

    source_arn: str
    destination_arn: str | None
    moved: int
    started: int
    handle: str


class Queues:
    def __init__(self, faults: Faults, speed: float) -> None:
        self._faults = faults
        self._speed = speed
        self._lock = threading.RLock()
        self._by_name: dict[str, Queue] = {}
        self._moves: list[Move] = []

    def create(self, name: str, given: Mapping[str, str]) -> Queue:
        """A new queue, or the one of that name where no attribute says otherwise."""
        if not re.fullmatch(r"[\w-]{1,80}", name, re.ASCII):
            reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
            raise SqsError("InvalidParameterValue", reason)
        with self._lock:
            if (queue := self._by_name.get(name)) is None:
                arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
                queue = Queue(name, arn, attributes.read({}), self._lock, self._faults, self._speed)
                self._configure(queue, given)
                self._by_name[name] = queue
            elif any(queue.settings.texts.get(key) != value for key, value in given.items()):
                reason = "A queue already exists with the same name and a different value for an attribute."
                raise SqsError("QueueNameExists", reason, code="QueueAlreadyExists")
            return queue

    def named(self, name: str) -> Queue:
        if queue := self._by_name.get(name):
            return queue
        raise no_queue()

    def all(self) -> list[Queue]:
        return list(self._by_name.values())

    def configure(self, name: str, given: Mapping[str, str]) -> None:
        with self._lock:
            self._configure(self.named(name), given)

    def move(self, source_arn: str, destination_arn: str | None) -> Move:
        """Send what waits in a dead-letter queue back to where it came from, or to another queue: all at once."""
        with self._lock:
            source = self._of_arn(source_arn)
            if source is None:
                raise SqsError("ResourceNotFoundException", "The resource that you specified doesn't exist.")
            if not any(queue.settings.dead_letter_arn == source_arn for queue in self._by_name.values()):
                raise invalid("SourceArn", source_arn, "Source queue must be configured as a Dead Letter Queue.")
            started, moved = int(time.time() * 1000), 0
            for content in source.drain():
                self._redrive(content, destination_arn)
                moved += 1
            made = Move(source_arn, destination_arn, moved, started, uuid.uuid4().hex)
            self._moves.insert(0, made)
            return made

    def moves(self, source_arn: str) -> list[Move]:
        """The redrives of the queue, the latest first."""
        return [move for move in self._moves if move.source_arn == source_arn]

    def _configure(self, queue: Queue, given: Mapping[str, str]) -> None:
        settings = attributes.read(given, queue.settings.texts)
        dead_letters = self._of_arn(settings.dead_letter_arn)
        if settings.dead_letter_arn and dead_letters is None:
            reason = "Dead letter target does not exist."
            raise invalid("RedrivePolicy", settings.texts["RedrivePolicy"], reason)
        queue.settings = settings
        queue.bury = dead_letters.send if dead_letters else None

    def _of_arn(self, arn: str | None) -> Queue | None:
        return self._by_name.get(arn.rpartition(":")[2]) if arn else None

    def _redrive(self, content: Content, destination_arn: str | None) -> None:
        destination = self._of_arn(destination_arn or content.source_arn)
        if destination is None:
            raise SqsError("ResourceNotFoundException", "The resource that you specified doesn't exist.")
        # A redriven message is a new one, with a new id and time.
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
        destination.send(replace(content, message_id=str(uuid.uuid4()), sent=int(time.time() * 1000), source_arn=None))
