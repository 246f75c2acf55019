import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import takewhile
from typing import IO

import pytest

from local.port import free_port
from tests.local.conftest import Checkout, Client, Reply


class Run:
    """`python -m local` as a person starts it, on a port of its own."""

    def __init__(self, checkout: Checkout) -> None:
        self.port = free_port()
        self.process = checkout.python("-m", "local", PORT=str(self.port))
        assert self.process.stdout
        self.banner = "".join(paragraph(self.process.stdout) + paragraph(self.process.stdout))
        self.errors = ""
        self.client = Client(f"http://localhost:{self.port}")

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Send the signal, as a terminal or `kill` does; return the exit code and what it still said."""
        send = os.killpg if how == signal.SIGINT else os.kill
        send(self.process.pid, how)
        said, self.errors = self.process.communicate(timeout=10)
        return self.process.returncode, said.strip()


def paragraph(lines: IO[str]) -> list[str]:
    """The lines up to an empty one, or to the end of a process that says no more."""
    return list(takewhile(lambda line: line not in ("", "\n"), iter(lines.readline, "")))


@pytest.fixture
def run(checkout: Checkout) -> Iterator[Run]:
    run = Run(checkout)
    yield run
    if run.process.poll() is None:
        run.end(signal.SIGKILL)


def becomes(condition: Callable[[], bool], seconds: float = 6) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def tell_meanwhile(run: Run, *, sleep: float) -> Future[Reply]:
    """A request that is under way when this returns."""
    threads = ThreadPoolExecutor(1)
    reply = threads.submit(run.client.tell, "/echo/x", sleep=sleep)
    threads.shutdown(wait=False)
    time.sleep(0.5)
    return reply


def test_it_says_where_everything_is_and_serves(run: Run) -> None:
    for address in (rf"http://localhost:{run.port}/docs", r"postgresql://lectern_app:\S+@127", "redis://127"):
        assert re.search(address, run.banner)
    assert run.client.tell("/echo/x").status == 200


def test_ctrl_c_ends_it_with_a_line_and_leaves_no_process(run: Run, checkout: Checkout) -> None:
    run.client.tell("/echo/x")
    code, said = run.end(signal.SIGINT)
    assert (code, said.splitlines()[-1]) == (0, "Lectern has stopped; its data is kept.")
    assert run.errors == ""
    assert checkout.processes() == []


def test_a_function_is_told_the_addresses_that_its_template_asks_for_and_no_other(run: Run) -> None:
    variables = run.client.tell("/echo/x").json()["variables"]
    assert variables["DATABASE_URL"] in run.banner
    assert variables["REDIS_URL"] in run.banner
    assert not {"DATABASE_OWNER_URL", "DATABASE_SECRET_ARN", "TOKEN_KEY"} & set(variables)


def test_ctrl_c_ends_it_within_seconds_while_a_function_is_busy(run: Run, checkout: Checkout) -> None:
    tell_meanwhile(run, sleep=15)
    began = time.monotonic()
    code, _ = run.end(signal.SIGINT)
    assert (code, run.errors, checkout.processes()) == (0, "", [])
    assert time.monotonic() - began < 7


def test_a_request_under_way_at_ctrl_c_is_answered(run: Run) -> None:
    reply = tell_meanwhile(run, sleep=1)
    run.end(signal.SIGINT)
    assert reply.result().status == 200


def test_kill_9_leaves_no_process_even_while_a_function_is_busy(run: Run, checkout: Checkout) -> None:
    tell_meanwhile(run, sleep=15)
    run.end(signal.SIGKILL)
    assert becomes(lambda: checkout.processes() == [])


def test_a_second_start_after_kill_9_works_with_the_same_credentials(run: Run, checkout: Checkout) -> None:
    run.end(signal.SIGKILL)
    again = Run(checkout)
    credentials = r"lectern_app:\S+@"
    assert re.findall(credentials, again.banner) == re.findall(credentials, run.banner)
    assert again.end(signal.SIGTERM)[0] == 0


def test_a_port_in_use_is_one_line_and_exit_code_1(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = checkout.python("-m", "local", PORT=port)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert said.startswith(f"Port {port}, for the API, cannot be used (Address already in use).")


def test_a_second_stack_on_the_same_checkout_is_refused_in_one_line(run: Run, checkout: Checkout) -> None:
    process = checkout.python("-m", "local", PORT=str(free_port()))
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert "runs from this checkout already" in said
    assert run.client.tell("/echo/x").status == 200


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_port_that_is_none_is_one_line(checkout: Checkout, port: str) -> None:
    process = checkout.python("-m", "local", PORT=port)
    assert process.communicate(timeout=20)[1] == f"PORT is '{port}', and must be a number from 1 to 65535.\n"


def test_a_job_is_run_from_another_terminal_and_its_messages_reach_their_function(run: Run, checkout: Checkout) -> None:
    received = checkout.folder / "received.json"
    said, _ = checkout.python("-m", "local", "run-job", "nightly").communicate(timeout=20)
    assert json.loads(said) == {"job": "nightly"}
    assert becomes(received.exists)
    assert "run-job nightly" in run.banner


@pytest.mark.usefixtures("run")
def test_a_job_that_there_is_not_is_one_line(checkout: Checkout) -> None:
    process = checkout.python("-m", "local", "run-job", "weekly ../x")
    assert process.communicate(timeout=20)[1] == "There is no job weekly ../x. There are: nightly.\n"
    assert process.returncode == 1


def test_a_job_without_a_stack_is_one_line(checkout: Checkout) -> None:
    process = checkout.python("-m", "local", "run-job", "nightly")
    assert process.communicate(timeout=20)[1] == "No stack runs from this checkout. Start one: make run\n"


def test_it_ends_and_says_so_when_its_database_has_ended(run: Run, checkout: Checkout) -> None:
    postmaster = checkout.state_folder() / "postgres" / "data" / "postmaster.pid"
    os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)
    _, said = run.process.communicate(timeout=20)

    assert (run.process.returncode, said) == (
        1,
        "PostgreSQL or Valkey has ended, so Lectern has. Start it again: make run\n",
    )
