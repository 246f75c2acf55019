"""The built functions, without Docker by the emulator and in it by `sam local`, each way on a database of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import IO, Any

import pytest

from local.sam import containers
from local.sam.build import built_functions
from local.sam.emulator import emulated
from local.sam.samples import add_rows
from local.servers import Servers
from tests.sam.deployed import Deployed, Served

type Invoke = Callable[[str, Any], Any]


@pytest.fixture(scope="package")
def log() -> Iterator[IO[bytes]]:
    """Shown by pytest with the test that fails."""
    with os.fdopen(os.dup(2), "wb") as stderr:
        yield stderr


@pytest.fixture(scope="package", params=["emulator", "containers"])
def deployed(request: pytest.FixtureRequest, log: IO[bytes]) -> Iterator[Deployed]:
    way = {"emulator": _emulated, "containers": _contained}[request.param]
    with Servers.start(environ={}) as servers, way(servers, log) as invoke:
        migrated = invoke("MigrateFunction", {})
        add_rows(servers.app_url)
        yield Deployed(servers, invoke, migrated)


@pytest.fixture(scope="package")
def api(log: IO[bytes]) -> Iterator[Served]:
    """As `sam local start-api` serves it."""
    with Servers.start(environ={}) as servers, containers.in_reach(servers), containers.api(log) as url:
        servers.migrate()
        add_rows(servers.app_url)
        yield Served(servers, url)


@contextmanager
def _emulated(servers: Servers, log: IO[bytes]) -> Iterator[Invoke]:
    functions = {function.name: function for function in built_functions(servers)}
    with ExitStack() as environments:

        @cache
        def running(name: str) -> Callable[[Any], Any]:
            function = functions[name]
            return environments.enter_context(emulated(function, servers.variables(function), log))

        yield lambda name, event: running(name)(event)


@contextmanager
def _contained(servers: Servers, log: IO[bytes]) -> Iterator[Invoke]:
    with containers.in_reach(servers):
        yield partial(containers.invoke, log=log)
