"""The way to a host that a teacher has named, who may have named one of ours: only addresses of the open internet.

A name is resolved once, and what is connected to is the address that was looked at: a name that is asked a second time
may point elsewhere by then (DNS rebinding). What is asked there is left to `lectern.ics.fetch`.
"""

import socket
import ssl
import time
from collections.abc import Buffer, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Thread, Timer

from lectern.errors import Conflict
from lectern.outbound import CONNECT_SECONDS, Unreachable

HTTPS_PORT = 443

# For a file from first to last: names, connections, redirections and repetitions.
LONGEST_SECONDS = 10.0
# A name may have hundreds, and nobody at any of them.
MOST_DIALLED = 2

LARGEST_BYTES = 2 * 1024 * 1024
# Of a connection, with headers and the marks between chunks.
MOST_BYTES_RECEIVED = 2 * LARGEST_BYTES

# What IANA gives to networks (RFC 4291, section 2.4); all other IPv6 addresses are local, special or not in use.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# IPv4 as the translator of an IPv6-only network is asked for it (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")


class _Metered(ssl.SSLSocket):
    """http.client reads what a server says that it sends: without an end, when a chunk's length is below zero."""

    received = 0

    def recv_into(self, buffer: Buffer, nbytes: int | None = None, flags: int = 0) -> int:
        received = super().recv_into(buffer, nbytes, flags)
        self.received += received
        if self.received > MOST_BYTES_RECEIVED:
            raise too_large()
        return received


def too_large() -> Conflict:
    return Conflict("ics_too_large", f"The calendar has more than {LARGEST_BYTES // 1024**2} MB.")


@dataclass(frozen=True, slots=True)
class Internet:
    """What it is made of, so that a test can put itself in its place.

    `resolve` gives a name's addresses, `dial` connects to one of them at port 443 within so many seconds, and `trust`
    tells whose certificates count. A file has to be there after `longest_seconds`.
    """

    resolve: Callable[[str], list[str]]
    dial: Callable[[str, float], socket.socket]
    trust: Callable[[], ssl.SSLContext]
    longest_seconds: float = LONGEST_SECONDS

    @contextmanager
    def connection(self, host: str, until: float) -> Iterator[HTTPSConnection]:
        """A connection whose peer has proved to be `host`, and which is cut at `until`, by the monotonic clock.

        Raises Conflict `ics_address_refused`, `ics_untrusted` and, when that much is read from it, `ics_too_large`;
        and Unreachable or OSError when nobody is there, or not soon enough.
        """
        context = self.trust()
        context.sslsocket_class = _Metered
        with self._dialled(host, until) as raw, _cut_at(until, raw):
            connection = HTTPSConnection(host, context=context)
            try:
                connection.sock = context.wrap_socket(raw, server_hostname=host)
                yield connection
            except ssl.SSLCertVerificationError as error:
                raise Conflict(
                    "ics_untrusted", "The calendar's host has a certificate that nobody vouches for."
                ) from error
            finally:
                connection.close()

    def _dialled(self, host: str, until: float) -> socket.socket:
        addresses = self._addresses(host).result(_left(until))
        # One that is not is no accident, and the others are not to be tried.
        if not all(is_public(ip_address(address)) for address in addresses):
            raise Conflict("ics_address_refused", "The calendar's host is not on the open internet.")
        for address in addresses[:MOST_DIALLED]:
            with suppress(OSError):
                return self.dial(address, min(CONNECT_SECONDS, _left(until)))
        raise Unreachable(f"none of {len(addresses)} addresses can be connected to")

    def _addresses(self, host: str) -> Future[list[str]]:
        """Asked for in a thread that may be left behind, as nothing ends the resolver but its own patience."""
        answer: Future[list[str]] = Future()

        def ask() -> None:
            try:
                answer.set_result(self.resolve(host))
            except Exception as error:  # noqa: BLE001 - raised again by who waits for the answer
                answer.set_exception(error)

        Thread(target=ask, daemon=True).start()
        return answer


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is anybody's on the internet: not private, local, shared, reserved or a group's.

    https://www.iana.org/assignments/iana-ipv4-special-registry/ and its IPv6 twin, by `ipaddress`; an IPv6 address that
    stands for an IPv4 one is as public as that.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if inside := _ipv4_inside(address):
        return is_public(inside)
    return address in _GLOBAL_UNICAST and address.is_global


def _ipv4_inside(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextmanager
def _cut_at(until: float, connected: socket.socket) -> Iterator[None]:
    """A socket's own timeout begins anew with each byte, of which a slow server sends one at a time."""
    # TLS takes the socket over, and this one goes on to mean the same connection.
    twin = connected.dup()
    timer = Timer(_left(until), _shut, [twin])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        twin.close()
    # What was cut looks like what its server has ended.
    _left(until)


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _dial(address: str, seconds: float) -> socket.socket:
    connected = socket.create_connection((address, HTTPS_PORT), seconds)
    connected.settimeout(LONGEST_SECONDS)
    return connected


INTERNET = Internet(_resolve, _dial, cache(ssl.create_default_context))
