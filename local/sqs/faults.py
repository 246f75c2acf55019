"""What a standard queue may do and seldom does, on order: deliver twice, out of order, take a part of a batch."""

import random
import threading


class Faults:
    """Orders of one endpoint, for all its queues."""

    def __init__(self) -> None:
        self.shuffled = False
        self._lock = threading.Lock()
        self._twice = 0
        self._unsent = 0

    def deliver_twice(self, messages: int) -> None:
        """Hand out each of the next so many messages a second time, even when it was deleted after the first."""
        with self._lock:
            self._twice += messages

    def refuse_entries(self, entries: int) -> None:
        """Report the next so many entries of SendMessageBatch as failed by the service's own fault."""
        with self._lock:
            self._unsent += entries

    def takes_twice(self) -> bool:
        with self._lock:
            self._twice, due = max(0, self._twice - 1), self._twice > 0
            return due

    def refuses_entry(self) -> bool:
        with self._lock:
            self._unsent, due = max(0, self._unsent - 1), self._unsent > 0
            return due

    def turn(self, number: int) -> float:
        """A message's place in the queue, which is its number where the order is kept."""
        return random.uniform(0, number) if self.shuffled else number  # noqa: S311 - no secret
