"""EventBridge's scheduled rules: when each is due, and its constant input handed to its function.

A rule's times are UTC. An invocation that fails is told and not repeated: the next time comes, or a person says "run".
Only the rules whose input names a job run here. The monitor's would fill the log with metrics that no CloudWatch reads.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from lectern.jobs.schedule_expression import next_time
from local.environment import Result
from local.pool import Pool
from local.template import Schedule


class NoSuchJob(Exception):
    """No schedule of the template has an input that names the job."""


class Schedules:
    """The schedules of the functions behind the pools; the clock runs between `start` and `close`."""

    def __init__(self, pools: Iterable[Pool], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._rules = [(each, pool) for pool in pools for each in pool.function.schedules if _job(each)]
        self._closed = threading.Event()
        self._clocks: list[threading.Thread] = []

    def jobs(self) -> list[str]:
        """The jobs that the schedules' inputs name."""
        return [job for schedule, _ in self._rules if (job := _job(schedule))]

    def run_now(self, job: str) -> Result:
        """Have the job's function take its schedule's input, and wait for it; raises `NoSuchJob`."""
        for schedule, pool in self._rules:
            if _job(schedule) == job:
                return pool.invoke(_event(schedule))
        raise NoSuchJob(f"There is no job {job}. There are: {', '.join(self.jobs())}.")

    def start(self) -> None:
        for schedule, pool in self._rules:
            clock = threading.Thread(target=self._keep_time, args=(schedule, pool), name=f"clock of {schedule.name}")
            self._clocks.append(clock)
            clock.start()

    def close(self) -> None:
        """Stop the clocks; the functions are stopped first, so that none is waited for."""
        self._closed.set()
        for clock in self._clocks:
            clock.join()

    def _keep_time(self, schedule: Schedule, pool: Pool) -> None:
        due = next_time(schedule.expression, self._clock())
        while not self._closed.wait(max(0.0, (due - self._clock()).total_seconds())):
            result = pool.invoke(_event(schedule))
            if result.failed and not self._closed.is_set():
                print(f"{schedule.name} has failed: {result.payload}", file=sys.stderr)
            due = next_time(schedule.expression, max(due, self._clock()))


def _job(schedule: Schedule) -> str | None:
    given = _event(schedule)
    return given.get("job") if isinstance(given, dict) else None


def _event(schedule: Schedule) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(schedule.input or "null")
