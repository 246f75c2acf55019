"""AWS's runtime interface emulator without Docker: a built function behind the real Runtime API and runtime client.

https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

import http.client
import json
import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from local.environment import REGION
from local.errors import StartError
from local.port import HOST, free_port
from local.sam.build import LAYER, RUNTIME, SAM, site_packages
from local.sam.program import listening
from local.template import Function

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")


def runs_here() -> bool:
    """Whether what is built does: template.yaml has the functions and their layer for x86-64 alone."""
    return platform.system() == "Linux" and platform.machine() == "x86_64"


@contextmanager
def emulated(function: Function, variables: Mapping[str, str], log: IO[bytes]) -> Iterator[Callable[[Any], Any]]:
    """One execution environment of a built function, which takes one event at a time, for the length of a `with`.

    `variables` are the function's own; its log and the emulator's reports go to `log`. What the answer is an error
    document tells alone. Raises `StartError`.
    """
    if not runs_here():
        raise StartError("The functions are built for Linux on x86-64, which this is not: use `sam local`, in Docker.")
    port = free_port()
    command: list[str | Path] = [
        site_packages(SAM) / "samcli" / "local" / "rapid" / "aws-lambda-rie-x86_64",
        *("--runtime-interface-emulator-address", f"{HOST}:{port}"),
        *("--runtime-api-address", f"{HOST}:{free_port()}"),
        RUNTIME / "bin" / "python",
        BOOTSTRAP,
        function.handler,
    ]
    with tempfile.TemporaryDirectory() as home:
        everything = {**_lambdas_own(function, home), **variables}
        with listening(command, port, variables=everything, folder=function.code, log=log):
            yield partial(_invoke, port)


def _lambdas_own(function: Function, home: str) -> dict[str, str]:
    """The variables that every function has."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "TZ": ":UTC",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout_seconds),
        "AWS_REGION": REGION,
        "LAMBDA_OPT": str(LAYER),
        "LAMBDA_TASK_ROOT": str(function.code),
        # What is built stays as it is: in Lambda, an environment cannot write to its code.
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _invoke(port: int, event: Any) -> Any:  # noqa: ANN401 - any JSON value
    connection = http.client.HTTPConnection(HOST, port)
    connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
    answer = connection.getresponse().read().decode()
    connection.close()
    try:
        return json.loads(answer)
    except ValueError:
        # A timeout is told in plain words.
        return {"errorType": "Sandbox.Failure", "errorMessage": answer}
