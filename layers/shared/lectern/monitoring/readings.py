"""All that can be read just now; what does not answer is told as such, and keeps nothing else from being told."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread

from lectern import settings
from lectern.monitoring.backlogs import read_backlogs
from lectern.monitoring.circuits import read_circuits
from lectern.monitoring.queue_ages import read_queue_ages
from lectern.monitoring.queues import read_queues
from lectern.monitoring.reading import Reading

# For all parts, which are read at the same time. What is to tell of a part that hangs must not hang with it.
DEADLINE_SECONDS = 3

_log = logging.getLogger(__name__)

type Read = Callable[[datetime], Iterable[Reading]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What was read of it so far, and its end, which may not come."""

    name: str
    readings: list[Reading] = field(default_factory=list)
    end: Future[None] = field(default_factory=Future)


def take_readings(now: datetime) -> list[Reading]:
    """What nobody but we can know. Answers within DEADLINE_SECONDS, whoever else does not."""
    reads: dict[str, Read] = {"database": read_backlogs, "sqs": read_queues}
    if settings.redis_url():
        reads["redis"] = read_circuits
    return list(_take(reads, now))


def take_readings_of_cloudwatch(now: datetime) -> list[Reading]:
    """What CloudWatch knows, for a system that is not CloudWatch; nothing where it does not watch the queues."""
    if settings.cloudwatch_region() is None:
        return []
    return list(_take({"cloudwatch": read_queue_ages}, now))


def _take(reads: Mapping[str, Read], now: datetime) -> Iterator[Reading]:
    until = time.monotonic() + DEADLINE_SECONDS
    for part in [_begin(name, read, now) for name, read in reads.items()]:
        yield Reading("up", _has_answered(part, until), {"part": part.name})
        yield from list(part.readings)


def _begin(name: str, read: Read, now: datetime) -> _Part:
    part = _Part(name)
    # A daemon: whoever ends the process does not wait for what hangs.
    Thread(target=_read, args=(part, read, now), daemon=True).start()
    return part


def _read(part: _Part, read: Read, now: datetime) -> None:
    try:
        part.readings.extend(read(now))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
        part.end.set_exception(error)
    else:
        part.end.set_result(None)


def _has_answered(part: _Part, until: float) -> bool:
    try:
        part.end.result(max(0.0, until - time.monotonic()))
    except Exception as error:  # noqa: BLE001 - one part's bug must not hide the others either
        _log.error("%s cannot be read: %s", part.name, type(error).__qualname__, extra={"part": part.name})
        return False
    return True
