"""What of a queue can be received now, in the order in which it is.

As with SQS's fair queues, a message of the group with the fewest in flight comes first, and among those the one that
waits longest. A message without a group belongs to nobody, and no number of them in flight holds the next one back.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
"""

import heapq
from dataclasses import dataclass, field

type Turn = tuple[float, int]


@dataclass(slots=True)
class _Group:
    waiting: list[Turn] = field(default_factory=list)
    in_flight: int = 0

    def rank(self) -> tuple[int, Turn]:
        return self.in_flight, self.waiting[0]


class Ready:
    """Serial numbers of messages, by group."""

    def __init__(self) -> None:
        self._groups: dict[str | None, _Group] = {}
        # May hold ranks that a group has no more: they are passed over when they come up.
        self._ranks: list[tuple[int, Turn, str | None]] = []

    def add(self, group: str | None, turn: float, serial: int) -> None:
        heapq.heappush(self._groups.setdefault(group, _Group()).waiting, (turn, serial))
        self._rank(group)

    def take(self) -> tuple[str | None, int] | None:
        """The next message's group and serial number; it counts as in flight until `landed`."""
        while self._ranks:
            in_flight, turn, name = heapq.heappop(self._ranks)
            group = self._groups.get(name)
            if not group or not group.waiting or group.rank() != (in_flight, turn):
                continue
            heapq.heappop(group.waiting)
            group.in_flight += name is not None
            self._rank(name)
            return name, turn[1]
        return None

    def landed(self, group: str | None) -> None:
        """One of the group's messages is in flight no more."""
        if group is not None:
            self._groups[group].in_flight -= 1
            self._rank(group)

    def _rank(self, name: str | None) -> None:
        group = self._groups[name]
        if group.waiting:
            heapq.heappush(self._ranks, (*group.rank(), name))
        elif not group.in_flight:
            del self._groups[name]
