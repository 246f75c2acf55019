"""Counts the round trips between a client and a server, by standing between the two and looking at neither's words."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread


class RoundTrips:
    """How often the client has sent something after the server had the last word: what a network's delay multiplies."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()
        self._client_spoke_last = False

    def spoke(self, *, client: bool) -> None:
        with self._lock:
            if client and not self._client_spoke_last:
                self.count += 1
            self._client_spoke_last = client


@contextmanager
def counting_proxy(server: tuple[str, int]) -> Iterator[tuple[int, RoundTrips]]:
    """A port that leads to the server, and the trips through it; for one connection at a time."""
    trips = RoundTrips()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_serve, args=(listening, server, trips), daemon=True).start()
        yield listening.getsockname()[1], trips


def _serve(listening: socket.socket, server: tuple[str, int], trips: RoundTrips) -> None:
    with suppress(OSError):
        while True:
            client = listening.accept()[0]
            upstream = socket.create_connection(server)
            for end in (client, upstream):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink, is_client in ((client, upstream, True), (upstream, client, False)):
                Thread(target=_forward, args=(source, sink, trips, is_client), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket, trips: RoundTrips, is_client: bool) -> None:  # noqa: FBT001
    with suppress(OSError), source, sink:
        while data := source.recv(65536):
            trips.spoke(client=is_client)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
