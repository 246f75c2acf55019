"""(g) A cold start of each built function in Lambda's emulator, the first event after it, and events that find it warm.

With its bytecode and without, in turns. An event has come before it is first timed: the payment that it tells of is
known and its job is done, every time alike.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.row import Row
from local.sam.build import BUILD, LAYER, built_functions, told
from local.sam.emulator import emulated, runs_here
from local.sam.samples import add_rows, sample
from local.servers import Servers
from local.template import Function

STARTS, WARM_EVENTS = 5, 20
# What the emulator logs once an environment's runtime asks for its first event.
INIT = re.compile(rb"INIT REPORT\(durationMs: ([\d.]+)\)")

EVENTS = {
    "BookingFunction": "api-slots.json",
    "WebhooksFunction": "stripe-checkout-completed.json",
    "DispatcherFunction": "dispatch-session-upkeep.json",
    "TeacherJobFunction": "teacher-jobs-one-poisoned.json",
    "MonitorFunction": "publish-metrics.json",
    "MigrateFunction": "migrate.json",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A function and its layer, as they are on the disk."""

    function: Function
    layer: Path


@dataclass(frozen=True, slots=True)
class Latency:
    """In seconds: until an environment has loaded its handler, of its first event after that, and of the next ones."""

    init: float
    first: float
    warm: float


def measure() -> list[Row]:
    """Raises `StartError` when nothing is built yet."""
    if not runs_here():
        return [Row("the built functions in Lambda's emulator", "built for Linux on x86-64, which this is not")]
    with Servers.start(environ={}) as servers, _without_bytecode() as bare:
        servers.migrate()
        add_rows(servers)
        return [row for each in built_functions(servers) for row in _rows(servers, each, bare)]


def _rows(servers: Servers, function: Function, bare: Path) -> list[Row]:
    event = sample(EVENTS[function.name], told(servers), datetime.now(UTC))
    as_built = Code(function, LAYER)
    stripped = Code(replace(function, code=bare / function.name), bare / LAYER.name)
    variables = servers.variables(function)
    latency(as_built, variables, _from_client(STARTS, event))
    runs = [
        [latency(code, variables, _from_client(turn, event)) for code in (as_built, stripped)] for turn in range(STARTS)
    ]
    built, without = (
        Latency(*(median(times) for times in zip(*map(astuple, of_one), strict=True)))
        for of_one in zip(*runs, strict=True)
    )
    return [
        Row(f"{function.name}, cold init", _compared(built.init, without.init)),
        Row("- its first event", _compared(built.first, without.first)),
        Row("- a warm event", _compared(built.warm, without.warm)),
    ]


def _from_client(number: int, event: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same request from another address: as many from one as are timed here would meet the API's rate limit."""
    if "requestContext" not in event:
        return event
    context = event["requestContext"]
    http = {**context["http"], "sourceIp": f"203.0.113.{number}"}
    return {**event, "requestContext": {**context, "http": http}}


def latency(code: Code, variables: Mapping[str, str], event: Any) -> Latency:  # noqa: ANN401 - any JSON value
    """Of one environment, whose function is told `variables`; raises `AssertionError` when an answer is no success."""
    everything = {**variables, "LAMBDA_OPT": str(code.layer)}
    seconds = []
    with tempfile.TemporaryFile() as log:
        with emulated(code.function, everything, log) as invoke:
            for _ in range(1 + WARM_EVENTS):
                began = time.perf_counter()
                answer = invoke(event)
                seconds.append(time.perf_counter() - began)
                assert _is_success(answer), answer
        log.seek(0)
        [milliseconds] = INIT.findall(log.read())
    init = float(milliseconds) / 1e3
    # The emulator starts the environment when the first event has come.
    return Latency(init, seconds[0] - init, median(seconds[1:]))


def _is_success(answer: Any) -> bool:  # noqa: ANN401 - any JSON value
    return not isinstance(answer, dict) or ("errorType" not in answer and answer.get("statusCode", 200) < 400)


@contextmanager
def _without_bytecode() -> Iterator[Path]:
    """A folder with all that was built, but for its bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "build"
        shutil.copytree(BUILD, bare, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.symlink)
        yield bare


def _compared(built: float, without: float) -> str:
    return f"{built * 1e3:.1f} ms; without bytecode {without * 1e3:.1f} ms ({without / built:.2f})"
