"""(g) Events for which an environment must start, and that find it warm: the built functions in Lambda's emulator.

Each with its bytecode and without, in turns. What an event of events/ does is the same every time that it comes.
"""

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.row import Row
from local.sam.build import BUILD, LAYER, built_functions, told
from local.sam.emulator import emulated
from local.sam.samples import add_rows, sample
from local.servers import Servers
from local.template import Function

STARTS, WARM_EVENTS = 3, 20

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
    """In seconds; `first` is of the event for which the environment starts."""

    first: float
    warm: float


def measure() -> list[Row]:
    """Raises `StartError` when nothing is built yet."""
    if platform.system() != "Linux":
        return [Row("the built functions in Lambda's emulator", "which is a program for Linux")]
    with Servers.start(environ={}) as servers, _without_bytecode() as bare:
        servers.migrate()
        add_rows(servers.app_url)
        return [row for each in built_functions(servers) for row in _rows(servers, each, bare)]


def _rows(servers: Servers, function: Function, bare: Path) -> list[Row]:
    event = sample(EVENTS[function.name], told(servers), datetime.now(UTC))
    as_built = Code(function, LAYER)
    stripped = Code(replace(function, code=bare / function.name), bare / LAYER.name)
    variables = servers.variables(function)
    runs = [(_run(as_built, variables, event), _run(stripped, variables, event)) for _ in range(STARTS)]
    built, without = (
        Latency(median(run.first for run in of_one), median(run.warm for run in of_one))
        for of_one in zip(*runs, strict=True)
    )
    return [
        Row(f"{function.name}, first event", _compared(built.first, without.first)),
        Row("- warm", _compared(built.warm, without.warm)),
    ]


def _run(code: Code, variables: Mapping[str, str], event: Any) -> Latency:  # noqa: ANN401 - any JSON value
    everything = {**variables, "LAMBDA_OPT": str(code.layer)}
    with Path(os.devnull).open("wb") as log, emulated(code.function, everything, log) as invoke:
        seconds = []
        for _ in range(1 + WARM_EVENTS):
            began = time.perf_counter()
            answer = invoke(event)
            seconds.append(time.perf_counter() - began)
            assert not isinstance(answer, dict) or "errorType" not in answer, answer
    return Latency(seconds[0], median(seconds[1:]))


@contextmanager
def _without_bytecode() -> Iterator[Path]:
    """A folder with all that was built, but for its bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "build"
        shutil.copytree(BUILD, bare, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.symlink)
        yield bare


def _compared(built: float, without: float) -> str:
    return f"{built * 1e3:.1f} ms; without bytecode {without * 1e3:.1f} ms ({without / built:.2f})"
