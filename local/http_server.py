"""HTTP on a loopback port, for the servers that stand in for a provider: a thread to each connection.

What is answered is the application's. It may also break its connection off in the ways that networks do, which a server
that means well (`local.asgi`) cannot.
"""

import socket
import struct
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any, Literal

from local.port import HOST, require_free


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` are by lower-case name; `query` and `body` as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception, ABC):
    """Raised where a request turns out to be one that is refused; the reply says why."""

    @abstractmethod
    def reply(self) -> Reply: ...


# In place of a reply. `silence`: nothing comes until the client hangs up. `hang up`: the connection ends. `reset`: it
# breaks.
type Break = Literal["silence", "hang up", "reset"]
type App = Callable[[Request], Reply | Break]


class HttpServer:
    """Serves from construction until `stop`."""

    def __init__(self, app: App, port: int, *, purpose: str) -> None:
        """Raises `StartError` when the port is in use."""
        require_free(port, purpose=purpose, remedy="Stop that program, or choose another port.")
        self._server = _Server((HOST, port), app)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name=purpose)
        self._thread.start()

    def stop(self) -> None:
        """Break off what is under way."""
        self._server.shutdown()
        self._thread.join()
        self._server.break_off()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: App) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as socketserver has it
        self._open.discard(request)
        super().shutdown_request(request)

    def break_off(self) -> None:
        """End the connections, so that their threads end; clients keep theirs open for a next request."""
        for connection in tuple(self._open):
            with suppress(OSError):  # closed by its own thread just now
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        if not isinstance(sys.exception(), ConnectionError):  # a client may leave at any time
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # One packet for head and body: apart, the second waits for the first's acknowledgement.
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        match self.server.app(self._request()):
            case Reply() as reply:
                self._send(reply)
            case "silence":
                self.rfile.read(1)
                self.close_connection = True
            case "hang up":
                self.close_connection = True
            case "reset":
                self._reset()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing: whoever answers keeps the requests."""

    def _request(self) -> Request:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, path, query, headers, body.decode())

    def _reset(self) -> None:
        # Closing a socket that may not linger resets its connection.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode()
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
