"""(d) What an environment waits for before its first event: the imports of each handler, less Python's own start.

From a copy whose bytecode was compiled as the layer's is; what is installed beside it, pip has compiled.
"""

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from py_compile import PycInvalidationMode
from statistics import median

from bench.row import Row
from local.state import CHECKOUT
from local.template import functions

RUNS = 21
GOAL = 0.280

# What answers HTTP, and so what a person waits for.
HTTP = ("booking.app.handler",)


def measure() -> list[Row]:
    handlers = sorted({function.handler for function in functions(CHECKOUT / "template.yaml")})
    with tempfile.TemporaryDirectory() as folder:
        code = _compiled_copy(Path(folder))
        statements = {handler: f"import {handler.rpartition('.')[0]}" for handler in handlers} | {"": "pass"}
        times: dict[str, list[float]] = {name: [] for name in statements}
        for _ in range(RUNS):
            for name, statement in statements.items():
                times[name].append(_seconds(statement, code))
    bare = median(times[""])
    return [
        Row("bare Python", _milli(bare)),
        *(_row(handler, median(times[handler]) - bare) for handler in handlers),
    ]


def _row(handler: str, seconds: float) -> Row:
    figure = f"{_milli(seconds)} over bare Python"
    if handler in HTTP:
        return Row(f"imports of {handler}", figure, f"at most {_milli(GOAL)}", holds=seconds <= GOAL)
    return Row(f"imports of {handler}", figure)


def _compiled_copy(folder: Path) -> str:
    for tree in ("functions", "layers/shared"):
        copy = folder / tree
        shutil.copytree(CHECKOUT / tree, copy, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(copy, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return os.pathsep.join([str(folder / "functions"), str(folder / "layers/shared")])


def _seconds(statement: str, code: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-P", "-c", statement],
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": code, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return time.perf_counter() - started


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms"
