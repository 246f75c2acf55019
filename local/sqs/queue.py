"""One queue: which of its messages can be received, which are in flight, and until when.

It is used from several threads. All queues of an endpoint share one lock, since a message may move between them.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from local.sqs.attributes import Settings
from local.sqs.errors import SqsError, bad_handle, invalid
from local.sqs.faults import Faults
from local.sqs.message import Content, Delivery
from local.sqs.ready import Ready

MOST_VISIBILITY_SECONDS = 43_200


@dataclass(slots=True)
class _Message:
    """`hidden_until` is None while it can be received; `received` counts."""

    serial: int
    content: Content
    hidden_until: float | None
    received: int = 0
    first_received: int = 0
    in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    visible: int
    in_flight: int
    delayed: int


class Queue:
    def __init__(
        self, name: str, arn: str, settings: Settings, lock: threading.RLock, faults: Faults, speed: float
    ) -> None:
        self.name = name
        self.arn = arn
        self.settings = settings
        self.created = int(time.time())
        # Set by the registry: where a message goes that was received too often.
        self.bury: Callable[[Content], None] | None = None
        self._faults = faults
        self._speed = speed
        self._serials = itertools.count(1)
        self._messages: dict[int, _Message] = {}
        self._ready = Ready()
        self._hidden: list[tuple[float, int]] = []
        self._changed = threading.Condition(lock)
        self._closed = False

    def send(self, content: Content, delay_seconds: float = 0) -> None:
        with self._changed:
            message = _Message(next(self._serials), content, None)
            self._messages[message.serial] = message
            if delay_seconds:
                self._hide(message, delay_seconds)
            else:
                self._show(message)

    def receive(self, most: int, visibility_seconds: int | None = None, wait_seconds: float = 0) -> list[Delivery]:
        """Up to so many messages, hidden from others for a while; waits until there is one, or not at all."""
        visibility = self.settings.visibility_seconds if visibility_seconds is None else visibility_seconds
        deadline = time.time() + wait_seconds
        with self._changed:
            while not (deliveries := self._take(most, visibility)):
                wake_at = min(deadline, self._hidden[0][0]) if self._hidden else deadline
                if self._closed or time.time() >= deadline:
                    break
                self._changed.wait(max(0, wake_at - time.time()))
            return deliveries

    def close(self) -> None:
        """Let those who wait for a message go without one, now and later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def delete(self, receipt_handle: str) -> None:
        """Remove the message; no matter when it was received, and whether it is still there."""
        serial = _serial(receipt_handle)
        with self._changed:
            if message := self._messages.pop(serial, None):
                self._land(message)

    def change_visibility(self, receipt_handle: str, seconds: int) -> None:
        """Hide the message for so long from now on; raises `SqsError` when nobody has it."""
        serial = _serial(receipt_handle)
        if not 0 <= seconds <= MOST_VISIBILITY_SECONDS:
            raise invalid("VisibilityTimeout", seconds, "VisibilityTimeout must be >= 0 and <= 43200.")
        with self._changed:
            self._return_due()
            message = self._messages.get(serial)
            if message is None:
                reason = "Message does not exist or is not available for visibility timeout change."
                raise invalid("ReceiptHandle", receipt_handle, reason)
            if not message.in_flight:
                code = "AWS.SimpleQueueService.MessageNotInflight"
                raise SqsError("MessageNotInflight", "The message referred to isn't in flight.", code=code)
            self._hide(message, seconds)
            self._changed.notify_all()

    def purge(self) -> None:
        with self._changed:
            self._messages, self._ready, self._hidden = {}, Ready(), []

    def drain(self) -> list[Content]:
        """Take out the visible messages, for another queue."""
        with self._changed:
            self._return_due()
            visible = [message for message in self._messages.values() if message.hidden_until is None]
            for message in visible:
                del self._messages[message.serial]
            return [message.content for message in visible]

    def counts(self) -> Counts:
        with self._changed:
            self._return_due()
            hidden = [message.in_flight for message in self._messages.values() if message.hidden_until is not None]
            return Counts(len(self._messages) - len(hidden), sum(hidden), len(hidden) - sum(hidden))

    def _take(self, most: int, visibility_seconds: int) -> list[Delivery]:
        self._return_due()
        deliveries: list[Delivery] = []
        while len(deliveries) < most and (next_one := self._ready.take()):
            group, serial = next_one
            message = self._messages.get(serial)
            if message and message.received < self.settings.most_receives:
                deliveries.append(self._deliver(message, visibility_seconds))
                continue
            # Received too often, or deleted while it waited by a receipt from before it came back.
            self._ready.landed(group)
            if message:
                self._bury(message)
        return deliveries

    def _deliver(self, message: _Message, visibility_seconds: int) -> Delivery:
        message.received += 1
        message.first_received = message.first_received or int(time.time() * 1000)
        message.in_flight = True
        self._hide(message, visibility_seconds)
        if self._faults.takes_twice():
            twin = replace(message, serial=next(self._serials), in_flight=False)
            self._messages[twin.serial] = twin
            self._show(twin)
        handle = f"{message.serial}-{message.received}-{message.content.message_id}"
        return Delivery(message.content, handle, message.received, message.first_received)

    def _bury(self, message: _Message) -> None:
        del self._messages[message.serial]
        if self.bury:
            self.bury(replace(message.content, source_arn=self.arn))

    def _hide(self, message: _Message, seconds: float) -> None:
        message.hidden_until = time.time() + seconds / self._speed
        heapq.heappush(self._hidden, (message.hidden_until, message.serial))

    def _return_due(self) -> None:
        now = time.time()
        while self._hidden and self._hidden[0][0] <= now:
            hidden_until, serial = heapq.heappop(self._hidden)
            message = self._messages.get(serial)
            # Another time stands in the message when its visibility was changed meanwhile.
            if message and message.hidden_until == hidden_until:
                self._land(message)
                self._show(message)

    def _land(self, message: _Message) -> None:
        if message.in_flight:
            message.in_flight = False
            self._ready.landed(message.content.group)

    def _show(self, message: _Message) -> None:
        message.hidden_until = None
        turn = self._faults.turn(next(self._serials))
        self._ready.add(message.content.group, turn, message.serial)
        self._changed.notify()


def _serial(receipt_handle: str) -> int:
    serial, _, rest = receipt_handle.partition("-")
    if not serial.isdecimal() or not rest:
        raise bad_handle()
    return int(serial)
