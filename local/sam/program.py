"""A program that listens on a port, run with the environment variables that it is given and no others."""

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local.errors import StartError
from local.keeper import Kept
from local.port import is_free

START_SECONDS = 60.0


@contextmanager
def listening(
    command: Sequence[str | Path],
    port: int,
    *,
    variables: Mapping[str, str],
    folder: Path,
    log: IO[bytes],
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    """Run it for the length of a `with`, from when it listens; raises `StartError`."""
    given = [f"{name}={value}" for name, value in variables.items()]
    kept = Kept(["/usr/bin/env", "-i", *given, *command], folder=folder, log=log, stop_signal=stop_signal)
    try:
        deadline = time.monotonic() + START_SECONDS
        while is_free(port):
            if not kept.running() or time.monotonic() > deadline:
                raise StartError(f"{command[0]} did not start; its log says why.")
            time.sleep(0.01)
        yield
    finally:
        kept.stop()
