"""What the database knows to be waiting, whatever has become of the messages that tell of it."""

from datetime import datetime

from lectern import directory
from lectern.directory import Backlog
from lectern.monitoring.reading import Reading


def read_backlogs(now: datetime) -> list[Reading]:
    """Raises Unavailable without the database."""
    return [reading for backlog in directory.backlogs() for reading in _of(backlog, now)]


def _of(backlog: Backlog, now: datetime) -> list[Reading]:
    labels = {"backlog": backlog.name}
    age = (now - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    oldest = Reading("backlog_oldest_seconds", max(0.0, age), labels)
    return [oldest] if backlog.waiting is None else [Reading("backlog_rows", backlog.waiting, labels), oldest]
