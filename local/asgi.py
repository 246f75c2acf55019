"""An ASGI application served on a loopback port, from a thread of its own; what it answers is the application's."""

import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from local.errors import StartError
from local.port import HOST

# https://asgi.readthedocs.io/en/latest/specs/www.html
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Message, Receive, Send], Awaitable[None]]

DRAIN_SECONDS = 3


class AsgiServer:
    """Serves from construction on."""

    def __init__(self, app: App, port: int, *, purpose: str, remedy: str) -> None:
        """Take a port (0: a free one); raises `StartError` with purpose and remedy when it is in use."""
        self._socket = _listen(port, purpose, remedy)
        config = uvicorn.Config(
            app,
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
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name=purpose)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    def drain(self) -> None:
        """Take no more requests, and give those under way `DRAIN_SECONDS`."""
        self._server.should_exit = True
        self._thread.join(DRAIN_SECONDS)

    def join(self) -> None:
        """Wait until the last request is answered or broken off; after `drain`."""
        self._thread.join()


def _listen(port: int, purpose: str, remedy: str) -> socket.socket:
    # By its protocol, not by the default: asyncio turns Nagle's delay off only where it reads TCP.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise StartError(f"Port {port}, for {purpose}, cannot be used ({error.strerror}). {remedy}") from None
    listener.listen()
    return listener


async def read_body(receive: Receive, most_bytes: int) -> bytes | None:
    """The request's body; None when it breaks off, or is larger than `most_bytes`."""
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            return None
        body += part.get("body", b"")
        if len(body) > most_bytes:
            return None
        if not part.get("more_body"):
            return bytes(body)
