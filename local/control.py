"""Run a job of a stack that another process serves: where that stack listens is in the checkout's state."""

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote

from local.errors import StartError
from local.port import HOST, free_port
from local.schedules import NoSuchJob, Schedules
from local.state import state_folder


class Control:
    """Takes `POST /jobs/NAME` while it is entered."""

    def __init__(self, schedules: Schedules) -> None:
        self._server = _Server((HOST, free_port()), schedules)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="control")

    def __enter__(self) -> Self:
        self._thread.start()
        _address_file().write_text(f"http://{HOST}:{self._server.server_port}")
        return self

    def __exit__(self, *_: object) -> None:
        _address_file().unlink(missing_ok=True)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def run_job(job: str) -> str:
    """Run it on the stack of this checkout, and return what its function answered; raises `StartError`."""
    file = _address_file()
    url = file.read_text() if file.exists() else None
    try:
        request = urllib.request.Request(f"{url}/jobs/{quote(job, safe='')}", method="POST")  # noqa: S310 - our own address
        with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
            answer: str = response.read().decode()
            return answer
    except urllib.error.HTTPError as error:
        with error:
            raise StartError(error.read().decode()) from None
    except (ValueError, OSError):
        raise StartError("No stack runs from this checkout. Start one: make run") from None


class _Server(ThreadingHTTPServer):
    # A job that is still dispatched ends with the functions, and is not waited for.
    block_on_close = False

    def __init__(self, address: tuple[str, int], schedules: Schedules) -> None:
        self.schedules = schedules
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        try:
            result = self.server.schedules.run_now(unquote(self.path.removeprefix("/jobs/")))
        except NoSuchJob as error:
            self._send(404, str(error))
        else:
            self._send(500 if result.failed else 200, json.dumps(result.payload))

    def log_message(self, *_: object) -> None:
        """Say nothing: the functions have logs of their own."""

    def _send(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _address_file() -> Path:
    return state_folder() / "control"
