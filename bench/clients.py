"""Sixteen client processes that ask for slots as fast as they are answered, and what came of it.

A client takes the next number from a counter that all share, asks for the slot of that number, and notes the outcome
and the time it took. The processes live through the whole benchmark, so that what is compared can take short turns.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Protocol, Self

from lectern import database

CLIENTS = 16
BOOKED = "booked"

# A turn that takes this long has failed in some other process, whose traceback is on the terminal.
STUCK_SECONDS = 60

type Ask = Callable[[int, datetime], str]

_spawning = multiprocessing.get_context("spawn")


class Way(Protocol):
    """One way to ask for a slot. It travels to the clients, and opens there what it needs, once.

    What `ready` answers takes a teacher's number and a start, and answers BOOKED or the code of a refusal.
    """

    def ready(self) -> Ask: ...


@dataclass(slots=True)
class Plan:
    """Which slot each number asks for: one of each teacher, then the next of each.

    `askers` is how many numbers in a row ask for the same slot, `asked` where the next turn goes on.
    """

    teachers: range
    starts: Sequence[datetime]
    askers: int = 1
    asked: int = 0

    def slot(self, number: int) -> tuple[int, datetime]:
        start, teacher = divmod(number // self.askers, len(self.teachers))
        return self.teachers[teacher], self.starts[start]


@dataclass(slots=True)
class Tally:
    """What the requests of one way came to, the time each took, and the turns they were measured in; in seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0

    def add(self, other: "Tally") -> None:
        self.outcomes += other.outcomes
        self.latencies += other.latencies

    def booked_a_second(self) -> float:
        return self.outcomes[BOOKED] / self.elapsed

    def percentile(self, percent: int) -> float:
        return sorted(self.latencies)[(len(self.latencies) - 1) * percent // 100]


class Clients:
    """The processes, idle between turns; a context manager that ends them."""

    def __init__(self) -> None:
        self._next = _spawning.Value("q")
        self._ready = _spawning.Barrier(CLIENTS + 1)
        self._parts = ExitStack()
        self._ends = [self._start() for _ in range(CLIENTS)]

    def take_turn(self, way: Way, plan: Plan, seconds: float, tally: Tally) -> None:
        """Let every client ask in this way for so long, and add what came of it."""
        self._next.value = plan.asked
        for end in self._ends:
            end.send((way, plan, seconds))
        self._ready.wait(STUCK_SECONDS)
        for end in self._ends:
            tally.add(end.recv())
        tally.elapsed += seconds
        plan.asked = self._next.value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()

    def _start(self) -> Connection:
        ours, theirs = _spawning.Pipe()
        process = _spawning.Process(target=_client, args=(theirs, self._next, self._ready), daemon=True)
        process.start()
        theirs.close()
        self._parts.callback(process.join)
        self._parts.callback(ours.close)
        return ours


def _client(end: Connection, counter: "Synchronized[int]", ready: Barrier) -> None:
    while True:
        try:
            way, plan, seconds = end.recv()
        except EOFError:
            # Else the process waits for the pool's idle threads for ten seconds before it ends.
            database.close()
            return
        ask = way.ready()
        ready.wait(STUCK_SECONDS)
        end.send(_turn(ask, plan, counter, time.perf_counter() + seconds))


def _turn(ask: Ask, plan: Plan, counter: "Synchronized[int]", until: float) -> Tally:
    tally = Tally()
    asked = time.perf_counter()
    while asked < until:
        with counter.get_lock():
            number = counter.value
            counter.value = number + 1
        outcome = ask(*plan.slot(number))
        answered = time.perf_counter()
        tally.outcomes[outcome] += 1
        tally.latencies.append(answered - asked)
        asked = answered
    return tally
