"""The built functions, without Docker by the emulator and in it by `sam local`, each way on a database of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

from local.port import HOST
from local.sam import containers
from local.sam.answers import Answers
from local.sam.build import built_functions
from local.sam.emulator import emulated
from local.sam.samples import add_rows
from local.sam.template import HOST_OF_CONTAINERS
from local.servers import Servers
from tests.sam.deployed import Deployed
from tests.sam.over_http import send

IMAGE = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What passes in a stand-in has not been seen in Amazon's image."""
    if image := config.stash.get(IMAGE, None):
        terminalreporter.write_line(f"sam local ran {image}")


@pytest.fixture(scope="package")
def log() -> Iterator[IO[bytes]]:
    """Shown by pytest with the test that fails."""
    with os.fdopen(os.dup(2), "wb") as stderr:
        yield stderr


@pytest.fixture(scope="package", params=["emulator", "containers"])
def deployed(
    request: pytest.FixtureRequest, log: IO[bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    with Servers.start(environ={}) as servers, Answers() as answers, ExitStack() as parts:
        if request.param == "emulator":
            running = parts.enter_context(_emulated(servers, answers, log))
        else:
            template = tmp_path_factory.mktemp("sam") / "template.yaml"
            image = parts.enter_context(containers.in_reach(servers, template, [answers.port]))
            request.config.stash[IMAGE] = image
            running = parts.enter_context(_contained(servers, answers, template, log))
        running.invoke("MigrateFunction", running.event("migrate-create.json"))
        add_rows(servers)
        yield running


@contextmanager
def _emulated(servers: Servers, answers: Answers, log: IO[bytes]) -> Iterator[Deployed]:
    functions = {function.name: function for function in built_functions(servers)}
    with ExitStack() as environments:

        @cache
        def running(name: str) -> Callable[[Any], Any]:
            function = functions[name]
            return environments.enter_context(emulated(function, servers.variables(function), log))

        yield Deployed(servers, lambda name, event: running(name)(event), answers, HOST)


@contextmanager
def _contained(servers: Servers, answers: Answers, template: Path, log: IO[bytes]) -> Iterator[Deployed]:
    """An HTTP event is a request to `sam local start-api`, any other is given to `sam local invoke`."""
    with containers.api(template, log) as url:

        def invoke(function: str, event: Any) -> Any:  # noqa: ANN401 - any JSON value
            return send(url, event) if "rawPath" in event else containers.invoke(function, event, template, log)

        yield Deployed(servers, invoke, answers, HOST_OF_CONTAINERS, url)
