"""The server: takes requests on a loopback port, each in a thread, and lets the API's fail as ordered."""

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any, Self, override

from local.port import HOST, free_port, is_free, require_free
from local.stripe import api, control, pages
from local.stripe.courier import Courier
from local.stripe.faults import BLOCKED, BROKEN, RATE_LIMITED
from local.stripe.kept import Kept
from local.stripe.message import Reply, Request
from local.stripe.operations import Operations

LOCAL_SECRET = "whsec_local_7f3a91c2d45e"  # noqa: S105 - it guards nothing


class LocalStripe(Operations):
    """One Stripe, as a context manager; it may be stopped and started again, on its port and with what it knows."""

    def __init__(
        self,
        port: int = 0,
        *,
        webhook_url: str | None = None,
        webhook_secret: str = LOCAL_SECRET,
        api_key: str = "sk_test_local",
        clock: Callable[[], float] = time.time,
        kept_in: Path | None = None,
    ) -> None:
        """`kept_in` is a file in which what it knows outlives the process."""
        self._kept = Kept(kept_in) if kept_in else None
        self.port = port or self._port_of_before() or free_port()
        super().__init__(
            f"http://{HOST}:{self.port}",
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            api_key=api_key,
            clock=clock,
        )
        self._running: tuple[_Server, threading.Thread, Courier] | None = None
        if self._kept:
            self._kept.restore(self)

    def start(self) -> None:
        """Serve from now on; raises `StartError` when the port is in use."""
        require_free(self.port, purpose="the local Stripe", remedy="Stop that program, or choose another port.")
        server = _Server((HOST, self.port), self)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="stripe")
        courier = Courier(self)
        self._running = server, thread, courier
        thread.start()
        courier.start()

    def stop(self) -> None:
        """Break off what is under way; what this Stripe knows stays."""
        if self._running:
            server, thread, courier = self._running
            courier.stop()
            server.shutdown()
            thread.join()
            server.break_off()
            server.server_close()
            self._running = None

    @override
    def keep(self) -> None:
        if self._kept:
            self._kept.save(self, self.port)

    def _port_of_before(self) -> int | None:
        port = self._kept.port if self._kept else None
        return port if port and is_free(port) else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stripe: Operations) -> None:
        self.stripe = stripe
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
        request = self._request()
        if request.path.startswith("/v1/"):
            self._call(request)
        elif request.path.startswith(control.PREFIX):
            self._send(control.answer(self.server.stripe, request))
        else:
            self._send(pages.answer(self.server.stripe, request))

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        """Say nothing: `requests` is the log."""

    def _request(self) -> Request:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, path, query, headers, body.decode())

    def _call(self, request: Request) -> None:
        stripe = self.server.stripe
        stripe.requests.append(request)
        match stripe.faults.take():
            case None:
                self._send(api.answer(stripe, request))
            case "500":
                self._send(BROKEN.reply())
            case "429":
                self._send(RATE_LIMITED.reply())
            case "blocked":
                self._send(BLOCKED)
            case "timeout":
                self.rfile.read(1)  # ends when the client hangs up
                self.close_connection = True
            case "reset":
                self._reset()
            case "garbled":
                self._send(replace(api.answer(stripe, request), body="{"))
            case "late":
                api.answer(stripe, request)
                self.close_connection = True

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
