"""(a) The slots of 14 days: as the number of teachers in the database grows, and as a pure function."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta
from functools import partial
from io import StringIO
from statistics import median
from zoneinfo import ZoneInfo

from bench import business
from bench.environment import pointed_at
from bench.row import Row
from lectern.slots import Availability, Hours, Interval, Rule, Timing, Window, open_starts
from local.port import HOST
from local.postgres import Postgres
from tests.http.api import Api
from tests.sessions.counting_proxy import RoundTrips, counting_proxy

REQUESTS, CALLS = 500, 300
TWO_WEEKS = Window(business.FIRST_DAY, business.FIRST_DAY + timedelta(days=14))
HOUR = timedelta(hours=1)


def measure(postgres: Postgres, teachers: int) -> float:
    """Seconds of a request of 14 days, of `business` with so many teachers.

    Each is for the next of a hundred teachers spread over all of them, and from an address of its own.
    """
    asked = [number * teachers // 100 for number in range(100)]
    # The handler tells its metrics where the benchmark's own table goes.
    with pointed_at(postgres.app_url), redirect_stdout(StringIO()):
        for teacher in asked:
            _look(teacher)
        return median(_seconds(partial(_look, asked[number % 100])) for number in range(REQUESTS))


def rows(postgres: Postgres, medians: dict[int, float]) -> list[Row]:
    smallest, largest = min(medians), max(medians)
    growth = medians[largest] / medians[smallest]
    trips, pure = _round_trips(postgres), _seconds_of_the_function()
    return [
        *(Row(f"slots through the handler, {size:,} teachers", _milli(medians[size])) for size in medians),
        Row(f"- {largest:,} teachers to {smallest}", f"{growth:.2f}", "at most 1.3", holds=growth <= 1.3),
        Row("- database round trips", str(trips), "at most 2", holds=trips <= 2),
        Row("slots as a function, 6 rules and 60 busy", _milli(pure), "at most 0.3 ms", holds=pure <= 0.000_3),
    ]


def _look(teacher: int) -> None:
    query = {
        "service_id": business.teacher_id(teacher),
        "from": TWO_WEEKS.start.isoformat(),
        "to": TWO_WEEKS.end.isoformat(),
    }
    answer = Api().get(f"/v1/teachers/{business.slug(teacher)}/slots", query)
    assert len(answer.body["slots"]) > 20, answer


def _round_trips(postgres: Postgres) -> int:
    with _counted(postgres) as trips:
        _look(0)
        before = trips.count
        _look(0)
        return trips.count - before


@contextmanager
def _counted(postgres: Postgres) -> Iterator[RoundTrips]:
    with (
        redirect_stdout(StringIO()),
        counting_proxy((HOST, postgres.port)) as (port, trips),
        pointed_at(postgres.app_url.replace(f":{postgres.port}/", f":{port}/")),
    ):
        yield trips


def _seconds_of_the_function() -> float:
    zone = ZoneInfo("Europe/Berlin")
    rules = tuple(Rule(weekday, Hours(9 * 60, 17 * 60)) for weekday in range(6))
    availability = Availability(zone, rules, overrides=())
    starts = [TWO_WEEKS.start + timedelta(hours=9 + 24 * day + 2 * turn) for day in range(14) for turn in range(5)]
    busy = [Interval(start, start + HOUR) for start in starts[:60]]
    timing = Timing(HOUR, HOUR, *[timedelta()] * 3)
    assert len(busy) == 60
    return median(
        _seconds(lambda: open_starts(availability, busy, timing, TWO_WEEKS, business.NOW)) for _ in range(CALLS)
    )


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"
