"""A keeper: the parent process of one server, which stops it when whoever started the keeper is gone.

The starter holds the write end of the keeper's standard input and writes to it only to stop. However the
starter ends, kill -9 included, the kernel closes that end, and the keeper reads the end of the file. That
works on Linux and macOS alike and leaves nothing to clean up. The keeper runs in a session of its own, so
that Ctrl-C in a terminal reaches the starter alone, which then stops its servers in order.

It is run by its path and needs the standard library alone, so that it starts in some 20 ms.
"""

import argparse
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TypedDict

GRACE_SECONDS = 5.0


class Identity(TypedDict, total=False):
    """What `subprocess` needs to start a program as another user; empty for the same user."""

    user: int
    group: int
    extra_groups: list[int]


def identity(user: str | None) -> Identity:
    if user is None:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


class Kept:
    """A running server, seen from the process that started its keeper."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        folder: Path,
        log: IO[bytes],
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> None:
        """Start the command in `folder`, its output going to `log`; as `user` when root asks for one."""
        options = ["--signal", stop_signal.name, *(["--user", user] if user else [])]
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, *options, *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )

    def running(self) -> bool:
        return self._keeper.poll() is None

    def stop(self) -> None:
        """Stop the server and wait until it is gone: at most `GRACE_SECONDS`, then it is killed."""
        if self._keeper.stdin and not self._keeper.stdin.closed:
            # A byte, not only the end: a forked child of this process may hold a copy of the write end.
            try:
                self._keeper.communicate(b"\n")
            except BrokenPipeError:
                self._keeper.wait()


def _stop_when_told(server: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    os.read(sys.stdin.fileno(), 1)
    server.send_signal(stop_signal)
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a server until standard input ends.")
    parser.add_argument("--signal", type=signal.Signals.__getitem__, required=True)
    parser.add_argument("--user")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    server = subprocess.Popen(options.command, stdin=subprocess.DEVNULL, **identity(options.user))
    threading.Thread(target=_stop_when_told, args=(server, options.signal), daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
