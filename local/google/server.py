"""The server: takes requests on a loopback port, and lets calls fail as ordered."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import override

from local.google import api, kept, pages, sign_in
from local.google.control import REMOTE
from local.google.courier import Courier
from local.google.faults import Where
from local.google.operations import Operations
from local.google.platform import Platform
from local.http_server import Break, Reply, Request
from local.kept_file import KeptFile
from local.port import HOST
from local.remote import PREFIX
from local.stand_in import StandIn, port_to_serve_at


class LocalGoogle(Operations, StandIn):
    """One Google."""

    purpose = "the local Google"

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
        self._kept = KeptFile(kept_in) if kept_in else None
        self.port = port_to_serve_at(port, self._kept)
        super().__init__(f"http://{HOST}:{self.port}", client_id=client_id, client_secret=client_secret, clock=clock)
        if self._kept:
            kept.restore(self, self._kept.document)

    @override
    def keep(self) -> None:
        if self._kept:
            self._kept.write(kept.as_json(self, self.port))

    @override
    def _courier(self) -> Courier:
        return Courier(self)

    @override
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
