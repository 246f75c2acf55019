"""The server: takes requests on a loopback port, and lets the API's fail as ordered."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import override

from local.http_server import Break, Reply, Request
from local.kept_file import KeptFile
from local.port import HOST
from local.remote import PREFIX
from local.stand_in import StandIn, port_to_serve_at
from local.stripe import api, kept, pages
from local.stripe.control import REMOTE
from local.stripe.courier import Courier
from local.stripe.faults import LOST
from local.stripe.operations import Operations

LOCAL_SECRET = "whsec_local_7f3a91c2d45e"  # noqa: S105 - it guards nothing


class LocalStripe(Operations, StandIn):
    """One Stripe."""

    purpose = "the local Stripe"

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
        self._kept = KeptFile(kept_in) if kept_in else None
        self.port = port_to_serve_at(port, self._kept)
        super().__init__(
            f"http://{HOST}:{self.port}",
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            api_key=api_key,
            clock=clock,
        )
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
