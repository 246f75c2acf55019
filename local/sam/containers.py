"""The built functions in containers, as `sam local` runs them, with the servers of this machine in reach.

`sam local` is run as a person runs it, with what samconfig.toml says, but for the template: each caller has its own.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from local.errors import StartError
from local.port import HOST, free_port
from local.sam import image
from local.sam.bridge import bridge, is_of_this_machine
from local.sam.build import SAM
from local.sam.program import listening
from local.sam.template import HOST_OF_CONTAINERS, ports, write_template
from local.servers import Servers
from local.state import CHECKOUT


@contextmanager
def in_reach(servers: Servers, template: Path, more_ports: Iterable[int] = ()) -> Iterator[str]:
    """Write the template for `sam local`, and let containers come to its servers for the length of a `with`.

    They come to `more_ports` of this machine as well. Gives which image they are run in; raises `StartError` without a
    Docker engine that runs them, and when nothing is built.
    """
    image_there_is = image.provide()
    write_template(servers, template)
    with ExitStack() as parts:
        parts.callback(image.prune)
        address = _address_of_host()
        if is_of_this_machine(address):
            parts.enter_context(bridge(address, {*ports(servers), *more_ports}))
        yield image_there_is


def invoke(function: str, event: Any, template: Path, log: IO[bytes]) -> Any:  # noqa: ANN401 - any JSON value
    """`sam local invoke`: the answer, or an error document; raises `StartError` when SAM fails."""
    command = _sam_local("invoke", template, function, "--event", "-")
    given = json.dumps(event).encode()
    done = subprocess.run(
        command, cwd=CHECKOUT, env=_environment(), input=given, stdout=subprocess.PIPE, stderr=log, check=False
    )
    if done.returncode:
        raise StartError(f"sam local invoke {function} ended with {done.returncode}; its log says why.")
    return json.loads(done.stdout)


@contextmanager
def api(template: Path, log: IO[bytes]) -> Iterator[str]:
    """`sam local start-api`: the URL at which it serves for the length of a `with`; raises `StartError`."""
    port = free_port()
    command = _sam_local("start-api", template, "--port", str(port))
    # SAM removes its containers when it is interrupted.
    stop_signal = signal.SIGINT
    with listening(command, port, variables=_environment(), folder=CHECKOUT, log=log, stop_signal=stop_signal):
        yield f"http://{HOST}:{port}"


def _sam_local(command: str, template: Path, *more: str) -> list[str]:
    # SAM would look for its settings beside the template.
    settings = CHECKOUT / "samconfig.toml"
    given = ["--template-file", str(template), "--config-file", str(settings)]
    return [str(SAM / "bin" / "sam"), "local", command, *given, *more]


def _environment() -> dict[str, str]:
    """What SAM and Docker need of ours: a variable that a function has too would be given to it."""
    needed = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "DOCKER_HOST")}
    return {**needed, "SAM_CLI_TELEMETRY": "0"}


def _address_of_host() -> str:
    code = f"import socket; print(socket.gethostbyname('{HOST_OF_CONTAINERS}'))"
    options = ["--rm", "--add-host", f"{HOST_OF_CONTAINERS}:host-gateway", "--entrypoint", "/var/lang/bin/python3.13"]
    asked = ["docker", "run", *options, image.IMAGE, "-c", code]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError(f"Docker does not run a container of {image.IMAGE}.\n{done.stderr}")
    return done.stdout.strip()
