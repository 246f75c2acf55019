"""How full the queues are, and the queues of what was given up."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lectern import queue, settings
from lectern.errors import Unavailable
from lectern.jobs.registry import JOBS
from lectern.monitoring.reading import Reading
from lectern.queue import Depth


def queue_urls() -> dict[str, str]:
    """Of the queues that somebody works on: the jobs', by their names, and the dispatcher's `continuation`."""
    return {job.name: settings.queue_url(job.name) for job in JOBS} | {
        "continuation": settings.continuation_queue_url()
    }


def read_queues(_now: datetime) -> Iterator[Reading]:
    """Raises Unavailable after the others when SQS does not answer for one of them."""
    failures: list[Unavailable] = []
    dead_letters = {"schedules": settings.schedule_dead_letters_url()}
    with ThreadPoolExecutor(queue.CONNECTIONS) as threads:
        for name, depth in _depths(threads, queue_urls(), failures):
            yield from _of(name, depth)
            if depth.dead_letters_url:
                dead_letters[name] = depth.dead_letters_url
        for name, depth in _depths(threads, dead_letters, failures):
            yield Reading("queue_dead_letters", depth.visible, {"queue": name})
    if failures:
        raise failures[0]


def _depths(
    threads: ThreadPoolExecutor, urls: Mapping[str, str], failures: list[Unavailable]
) -> Iterator[tuple[str, Depth]]:
    asked = {name: threads.submit(queue.depth, url) for name, url in urls.items()}
    for name, answer in asked.items():
        try:
            yield name, answer.result()
        except Unavailable as failure:
            failures.append(failure)


def _of(name: str, depth: Depth) -> list[Reading]:
    labels = {"queue": name}
    return [
        Reading("queue_visible_messages", depth.visible, labels),
        Reading("queue_in_flight_messages", depth.in_flight, labels),
    ]
