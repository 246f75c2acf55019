"""What stands in for somebody else's service: a server on a loopback port, and a courier for what it has to tell."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol, Self

from local.http_server import Break, HttpServer, Reply, Request
from local.kept_file import KeptFile
from local.port import free_port, is_free


class Courier(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class StandIn(ABC):
    """A context manager; it may be stopped and started again, on its port and with what it knows."""

    purpose: ClassVar[str]
    port: int
    _running: tuple[HttpServer, Courier] | None = None

    def start(self) -> None:
        """Serve from now on; raises `StartError` when the port is in use."""
        courier = self._courier()
        self._running = HttpServer(self._app, self.port, purpose=self.purpose), courier
        courier.start()

    def stop(self) -> None:
        """Break off what is under way; what is known stays."""
        if self._running:
            server, courier = self._running
            courier.stop()
            server.stop()
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @abstractmethod
    def _app(self, request: Request) -> Reply | Break: ...

    @abstractmethod
    def _courier(self) -> Courier: ...


def port_to_serve_at(wanted: int, kept: KeptFile | None) -> int:
    """The one that is wanted, else that of the run before if it is free, else any."""
    before = kept.port if kept else None
    return wanted or (before if before and is_free(before) else free_port())
