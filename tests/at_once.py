"""Real races: the same call from several threads, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from lectern.errors import LecternError


def at_once[Result](calls: list[Callable[[], Result]]) -> list[Result | LecternError]:
    """What each call returned, or the refusal that it raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | LecternError:
        start.wait(timeout=10)
        try:
            return call()
        except LecternError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
