"""The server: takes requests on a loopback port, and lets the API's fail as ordered."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self, override

from local.http_server import Break, HttpServer, Reply, Request
from local.port import HOST, free_port, is_free
from local.remote import PREFIX
from local.stripe import api, pages
from local.stripe.control import REMOTE
from local.stripe.courier import Courier
from local.stripe.faults import LOST
from local.stripe.kept import Kept
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
        self._running: tuple[HttpServer, Courier] | None = None
        if self._kept:
            self._kept.restore(self)

    def start(self) -> None:
        """Serve from now on; raises `StartError` when the port is in use."""
        courier = Courier(self)
        self._running = HttpServer(self._app, self.port, purpose="the local Stripe"), courier
        courier.start()

    def stop(self) -> None:
        """Break off what is under way; what this Stripe knows stays."""
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
        if request.path.startswith("/v1/"):
            self.requests.append(request)
            return self._call(request)
        if request.path.startswith(PREFIX):
            return REMOTE.answer(self, request)
        return pages.answer(self, request)

    def _call(self, request: Request) -> Reply | Break:
        how = self.faults.take()
        if how in LOST:
            return LOST[how]
        reply = api.answer(self, request, fails=how == "saved")
        if how == "late":
            return "hang up"
        return replace(reply, body="{") if how == "garbled" else reply
