"""The HTTP API: takes requests on a port, hands each to its function, and answers what the function answers.

What an event and a response look like is `local.http_event`'s affair; which route is taken, `local.routes`'.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Self

import uvicorn

from local import http_event
from local.errors import StartError
from local.http_event import Request, Response
from local.pool import Pool
from local.port import HOST
from local.routes import match

# https://asgi.readthedocs.io/en/latest/specs/www.html
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

# API Gateway's limit for a request.
MAX_BODY_BYTES = 10 * 1024 * 1024

# Requests that wait for an environment each hold a thread; more than these wait for a thread.
THREADS = 64
DRAIN_SECONDS = 3


class Gateway:
    """Serves in a thread of its own from construction until `close`."""

    def __init__(self, pools: Iterable[Pool], port: int) -> None:
        """Serve the pools' routes on the port (0: a free one); raises `StartError` when it is in use."""
        self._pools = tuple(pools)
        self._routes = {route: pool for pool in self._pools for route in pool.function.routes}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="invocation")
        self._socket = _listen(port)
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2 * DRAIN_SECONDS,  # a client may never finish its request
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="gateway")
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        """Take no more requests; those under way have `DRAIN_SECONDS`, then their functions are ended."""
        self._server.should_exit = True
        self._thread.join(DRAIN_SECONDS)
        for pool in self._pools:
            pool.close()
        self._thread.join()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _app(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            response = http_event.message(413, "Request Entity Too Large")
        else:
            response = await self._answer(_request(scope, body))
        await _write(send, response)

    async def _answer(self, request: Request) -> Response:
        found = match(self._routes, request.method, request.path)
        if found is None:
            return http_event.message(404, "Not Found")
        route, parameters = found
        event = http_event.event(request, route, parameters)
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._threads, self._routes[route].invoke, event)
        if result.timed_out:
            return http_event.message(503, "Service Unavailable")
        response = None if result.failed else http_event.response(result.payload)
        return response or http_event.message(500, "Internal Server Error")


def _listen(port: int) -> socket.socket:
    # By its protocol, not by the default: asyncio turns Nagle's delay off only where it reads TCP.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        advice = "Stop that program, or choose another port: PORT=8080 make run"
        raise StartError(f"Port {port}, for the API, cannot be used ({error.strerror}). {advice}") from None
    listener.listen()
    return listener


def _request(scope: Message, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        client=scope["client"][0] if scope["client"] else HOST,
        protocol=f"HTTP/{scope['http_version']}",
        received=datetime.now(UTC),
    )


async def _read(receive: Receive) -> bytes | None:
    """The request's body; None when it breaks off, or is larger than API Gateway takes."""
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            return None
        body += part.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not part.get("more_body"):
            return bytes(body)


async def _write(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.status not in http_event.BODILESS:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
