"""The HTTP API: takes requests on a port, hands each to its function, and answers what the function answers.

What an event and a response look like is `local.http_event`'s affair; which route is taken, `local.routes`'.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Self

from local import http_event
from local.asgi import AsgiServer, Message, Receive, Send, read_body
from local.http_event import Request, Response
from local.pool import Pool
from local.port import HOST
from local.routes import match

# API Gateway's limit for a request.
MAX_BODY_BYTES = 10 * 1024 * 1024

# Requests that wait for an environment each hold a thread; more than these wait for a thread.
THREADS = 64


class Gateway:
    """Serves in a thread of its own from construction until `close`."""

    def __init__(self, pools: Iterable[Pool], port: int) -> None:
        """Serve the pools' routes on the port (0: a free one); raises `StartError` when it is in use."""
        self._pools = tuple(pools)
        self._routes = {route: pool for pool in self._pools for route in pool.function.routes}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="invocation")
        remedy = "Stop that program, or choose another port: PORT=8080 make run"
        self._server = AsgiServer(self._app, port, purpose="the API", remedy=remedy)

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.port}"

    def close(self) -> None:
        """Take no more requests; those under way have a moment, then their functions are ended."""
        self._server.drain()
        for pool in self._pools:
            pool.close()
        self._server.join()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _app(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await read_body(receive, MAX_BODY_BYTES)
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


async def _write(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.status not in http_event.BODILESS:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
