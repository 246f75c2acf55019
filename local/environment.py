"""An execution environment of a function: a process of its own that takes one event at a time.

This is the stack's end of it; `local.runtime` runs inside.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from local import runtime
from local.template import Function

LAYER = Path(__file__).resolve().parents[1] / "layers" / "shared"
REGION = os.environ.get("AWS_REGION", "eu-central-1")
ACCOUNT = "123456789012"

# Lambda gives an environment this long to import its handler.
INIT_SECONDS = 10.0
CLOSE_SECONDS = 2.0

# A Lambda environment has nothing of the developer's shell. What Python itself may need to start is passed on, and
# the AWS settings, with which another endpoint can be named.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Result:
    """What an invocation came to: the handler's answer, or an error document as Lambda words it."""

    payload: Any
    failed: bool = False
    timed_out: bool = False


class Environment:
    def __init__(self, function: Function, variables: Mapping[str, str], log: IO[bytes] | None = None) -> None:
        """Start the process, its logs going to `log` or where ours go; the first `invoke` awaits it."""
        self._function = function
        self._ready = False
        with ExitStack() as unless_started:
            self._connection, theirs = socket.socketpair()
            unless_started.enter_context(self._connection)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", runtime.__file__, str(theirs.fileno()), function.handler],
                    env={**_process_variables(function), **variables},
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            unless_started.pop_all()

    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        """Hand over one event and wait for its answer; past the function's timeout the process is killed."""
        request_id = str(uuid.uuid4())
        try:
            return self._await_ready() or self._exchange(event, request_id)
        except TimeoutError:
            self._kill()
            reason = f"Task timed out after {self._function.timeout_seconds:.2f} seconds"
            return _broken("Sandbox.Timedout", reason, request_id, timed_out=True)
        except (EOFError, ConnectionError):
            self._kill()
            reason = f"Runtime exited with error: {_how_it_ended(self._process.returncode)}"
            return _broken("Runtime.ExitError", reason, request_id)

    def close(self) -> None:
        """End the process; it is killed when it is busy, or takes longer than `CLOSE_SECONDS` to end."""
        with suppress(OSError):  # when the process is gone already
            self._connection.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
        if self._process.stdin:
            self._process.stdin.close()
        self._connection.close()

    def _await_ready(self) -> Result | None:
        if self._ready:
            return None
        self._connection.settimeout(INIT_SECONDS)
        message = runtime.receive(self._connection)
        self._ready = message["ready"]
        if self._ready:
            return None
        self._process.wait()
        return Result(message["payload"], failed=True)

    def _exchange(self, event: Any, request_id: str) -> Result:  # noqa: ANN401 - any JSON value
        seconds = self._function.timeout_seconds
        self._connection.settimeout(seconds)
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self._function.name}"
        deadline = time.time() + seconds
        invocation = {"event": event, "requestId": request_id, "arn": arn, "deadline": deadline}
        self._connection.sendall(runtime.encode(invocation))
        message = runtime.receive(self._connection)
        return Result(message["payload"], failed=message["failed"])

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()


def _broken(kind: str, reason: str, request_id: str, *, timed_out: bool = False) -> Result:
    payload = {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {reason}"}
    return Result(payload, failed=True, timed_out=timed_out)


def _how_it_ended(code: int) -> str:
    return f"exit status {code}" if code >= 0 else f"signal: {signal.strsignal(-code)}"


def _process_variables(function: Function) -> dict[str, str]:
    ours = {key: value for key, value in os.environ.items() if key in PASSED_ON or key.startswith("AWS_")}
    return ours | {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"[$LATEST]{uuid.uuid4().hex}",
        "AWS_REGION": REGION,
        "LAMBDA_RUNTIME_DIR": str(Path(runtime.__file__).parent),
        "LAMBDA_TASK_ROOT": str(function.code),
        "PYTHONPATH": os.pathsep.join([str(function.code), str(LAYER)]),
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }
