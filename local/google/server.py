"""The server: takes requests on a loopback port, and lets calls fail as ordered."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self, override

from local.google import api, pages, sign_in
from local.google.control import REMOTE
from local.google.courier import Courier
from local.google.faults import Where
from local.google.kept import Kept
from local.google.operations import Operations
from local.google.platform import Platform
from local.http_server import Break, HttpServer, Reply, Request
from local.port import HOST, free_port, is_free
from local.remote import PREFIX


class LocalGoogle(Operations):
    """One Google, as a context manager; it may be stopped and started again, on its port and with what it knows."""

    def __init__(
        self,
        port: int = 0,
        *,
        client_id: str = "local.apps.googleusercontent.com",
        client_secret: str = "GOCSPX-local",  # noqa: S107 - it guards nothing
        clock: Callable[[], float] = time.time,
        kept_in: Path | None = None,
    ) -> None:
        """`kept_in` is a file in which what it knows outlives the process; `clock` tells seconds since the epoch."""
        self._kept = Kept(kept_in) if kept_in else None
        self.port = port or self._port_of_before() or free_port()
        super().__init__(f"http://{HOST}:{self.port}", client_id=client_id, client_secret=client_secret, clock=clock)
        self._running: tuple[HttpServer, Courier] | None = None
        if self._kept:
            self._kept.restore(self)

    def start(self) -> None:
        """Serve from now on; raises `StartError` when the port is in use."""
        courier = Courier(self)
        self._running = HttpServer(self._app, self.port, purpose="the local Google"), courier
        courier.start()

    def stop(self) -> None:
        """Break off what is under way; what this Google knows stays."""
        if self._running:
            server, courier = self._running
            courier.stop()
            server.stop()
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

    def _app(self, request: Request) -> Reply | Break:
        if request.path.startswith(api.PREFIX):
            return self._call(request, "watch" if request.path.endswith("/watch") else "calendar", api.answer)
        if request.path in (sign_in.TOKEN, sign_in.REVOKE):
            return self._call(request, "token", sign_in.answer)
        if request.path == sign_in.CONSENT:
            return sign_in.answer(self, request)
        if request.path.startswith(PREFIX):
            return REMOTE.answer(self, request)
        return pages.answer(self, request)

    def _call(self, request: Request, where: Where, answer: Callable[[Platform, Request], Reply]) -> Reply | Break:
        self.requests.append(request)
        fault = self.faults.take(where, request.method)
        if fault and (lost := fault.lost()):
            return lost
        reply = answer(self, request)
        match fault.how if fault else None:
            case "late":
                return "hang up"
            case "garbled":
                return replace(reply, body="{")
            case _:
                return reply
