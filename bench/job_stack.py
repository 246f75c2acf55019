"""The parts of the local stack that one job runs on: dispatcher, queue and event source, at concurrency 5."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self
from uuid import UUID

from local.environment import Result
from local.event_source import EventSourceMapping
from local.pool import Pool
from local.postgres import Postgres
from local.servers import Servers
from local.sqs.queue import Queue
from local.state import CHECKOUT
from local.template import Function

CONCURRENCY = 5
# How often it is looked whether the queue is empty: next to nothing of the seconds that are measured.
LOOK_SECONDS = 0.005

DISPATCHER, TEACHER_JOB = "dispatcher.app.handler", "teacher_job.app.handler"


class HeldPool(Pool):
    """Runs nothing while `may_run` is not set; its event source has the first batches in hand then."""

    def __init__(self, function: Function, variables: Mapping[str, str], log: IO[bytes]) -> None:
        super().__init__(function, variables, size=CONCURRENCY, log=log)
        self.may_run = threading.Event()
        self.may_run.set()

    def invoke(self, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        self.may_run.wait()
        return super().invoke(event)


@dataclass(frozen=True, slots=True)
class JobStack:
    job: str
    servers: Servers
    dispatcher: HeldPool
    taker: HeldPool
    queue: Queue

    @classmethod
    @contextmanager
    def start(
        cls, postgres: Postgres, job: str, *, dispatcher: str = DISPATCHER, teacher_job: str | None = TEACHER_JOB
    ) -> Iterator[Self]:
        """With other handlers of ours for the two functions; without `teacher_job`, what is sent stays in the queue."""
        named = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url}
        with ExitStack() as parts:
            servers = parts.enter_context(Servers.start(environ=named))
            functions = {function.name: function for function in servers.functions()}
            queue = servers.sqs.queue("".join(map(str.capitalize, job.split("-"))) + "Queue")
            sending = _pool(parts, servers, replace(functions["DispatcherFunction"], handler=dispatcher))
            taking = _pool(parts, servers, replace(functions["TeacherJobFunction"], handler=teacher_job or TEACHER_JOB))
            if teacher_job:
                [source] = [source for source in taking.function.event_sources if source.queue == queue.name]
                assert source.maximum_concurrency == CONCURRENCY
                parts.callback(EventSourceMapping(source, queue, taking).close)
            yield cls(job, servers, sending, taking, queue)

    def dispatch(self, at: datetime, after: UUID | None = None) -> Any:  # noqa: ANN401 - any JSON value
        """Send the job's messages for all teachers after one, as of a time; what the dispatcher answers."""
        told = {"job": self.job, "at": at.isoformat()} | ({"after": str(after)} if after else {})
        result = self.dispatcher.invoke(told)
        assert not result.failed, result.payload
        return result.payload

    def seconds_of(self, at: datetime, after: UUID | None = None) -> float:
        """From the schedule's event until every message has been done and deleted."""
        started = time.perf_counter()
        self.dispatch(at, after)
        self.await_end()
        return time.perf_counter() - started

    def seconds_from_a_filled_queue(self, at: datetime, after: UUID | None = None) -> float:
        """From when every message has been sent, and none has been run, until all have been done and deleted."""
        self.taker.may_run.clear()
        try:
            self.dispatch(at, after)
        finally:
            started = time.perf_counter()
            self.taker.may_run.set()
        self.await_end()
        return time.perf_counter() - started

    def await_end(self) -> None:
        while self._is_busy():
            time.sleep(LOOK_SECONDS)

    def _is_busy(self) -> bool:
        counts = self.queue.counts()
        assert not counts.delayed
        return bool(counts.visible or counts.in_flight)


def _pool(parts: ExitStack, servers: Servers, function: Function) -> HeldPool:
    """Its environments can import the benchmark's own handlers as well, and their logs go nowhere."""
    folders = (function.code, CHECKOUT / "layers" / "shared", CHECKOUT)
    variables = servers.variables(function) | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    log = parts.enter_context(Path(os.devnull).open("ab"))  # noqa: SIM115 - closed with the other parts
    pool = HeldPool(function, variables, log)
    parts.callback(pool.close)
    return pool
