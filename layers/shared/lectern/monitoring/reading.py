"""A number, and what it means; how it is told to which system is the monitor function's affair."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One of GAUGES as it stands now. Each value of a label is one of a few: none is a teacher's or an account's."""

    gauge: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


# What each is, in words for whoever finds it.
GAUGES = {
    "up": "Whether this part of the system answered in time; 0 leaves other numbers of it out",
    "queue_visible_messages": "Messages that wait in a queue",
    "queue_in_flight_messages": "Messages of a queue that are being worked on, or were put off after a failure",
    "queue_dead_letters": "Messages that were given up",
    "queue_oldest_message_seconds": "Age of a queue's oldest message, without those received three times or more",
    "backlog_rows": "Rows of the database that wait to be sent to somebody",
    "backlog_oldest_seconds": "For how long the oldest of them has waited; 0 when none waits",
    "open_circuits": "Circuits through which nothing is sent, as the provider failed when last asked",
}
