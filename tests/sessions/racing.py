"""Calls that are made at once, and what came of them together."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from lectern.errors import LecternError
from lectern.sessions.booked import Booked
from tests.at_once import at_once
from tests.builders import NOW, Teacher, book


def outcomes(calls: list[Callable[[], object]]) -> Counter[str]:
    """How often each refusal came, and how often none did."""
    return Counter(done.code if isinstance(done, LecternError) else "done" for done in at_once(calls))


def bookings(teacher: Teacher, service: UUID, times: list[datetime], now: datetime = NOW) -> list[Callable[[], Booked]]:
    return [partial(book, teacher, service, start, f"student{n}", now) for n, start in enumerate(times)]
