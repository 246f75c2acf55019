"""The echo functions behind pools and a gateway of their own, and a checkout to run `python -m local` in."""

import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.gateway import Gateway
from local.pool import Pool
from local.state import CHECKOUT
from local.template import functions

ECHO = Path(__file__).parent / "echo"
GIVEN = {"GIVEN": "by the stack"}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.body)


class Client:
    """Sends requests as they are given: no header added but Host and Content-Length, nothing followed."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url).netloc

    def send(self, method: str, target: str, body: bytes = b"", *headers: tuple[str, str]) -> Reply:
        connection = http.client.HTTPConnection(self.address, timeout=20)
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        reply = Reply(response.status, response.getheaders(), response.read())
        connection.close()
        return reply

    def tell(self, target: str, **told: object) -> Reply:
        """Have the echo function do something."""
        return self.send("POST", target, json.dumps(told).encode(), ("Content-Type", "application/json"))


@pytest.fixture
def pool() -> Iterator[Callable[..., Pool]]:
    """Makes the pool of a function of the echo template."""
    made = []

    def make(name: str, size: int = 3, variables: Mapping[str, str] = GIVEN) -> Pool:
        function = next(each for each in functions(ECHO / "template.yaml") if each.name == name)
        made.append(Pool(function, variables, size=size))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Speaks to a gateway before all functions of the echo template."""
    pools = [Pool(function, {}) for function in functions(ECHO / "template.yaml")]
    with Gateway(pools, 0) as gateway:
        yield Client(gateway.url)
    for each in pools:
        each.close()


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout whose template has the echo functions, and whose state is nobody else's."""

    folder: Path
    variables: dict[str, str]

    def python(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - this interpreter, with the tests' own arguments
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[str]:
        """The command lines of what still runs from here."""
        listing = subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        places = (str(self.folder), str(self.state_folder()))
        return [line for line in listing.splitlines() if any(place in line for place in places)]

    def state_folder(self) -> Path:
        code = "from local.state import state_folder; print(state_folder())"
        return Path(self.python("-c", code).communicate()[0].strip())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CHECKOUT / "local", folder / "local")
    shutil.copytree(ECHO, folder, dirs_exist_ok=True)
    path = os.pathsep.join([str(folder), str(CHECKOUT / "layers" / "shared")])
    made = Checkout(folder, {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": path})
    yield made
    shutil.rmtree(made.state_folder())
