"""TCP ports of the loopback address: finding a free one, and saying plainly that one is taken."""

import secrets
import socket

from local.errors import StartError

HOST = "127.0.0.1"

# Below the ports that Linux (32768) and macOS (49152) give to outgoing connections: a server that stops and
# starts again on its port must not find a client's connection sitting on it.
FIRST, LAST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now, as servers bind: over connections that linger."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on; random, so that test runs side by side seldom meet."""
    for _ in range(1000):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if is_free(port):
            return port
    raise StartError(f"No port between {FIRST} and {LAST} is free: too many servers run on this machine.")


def require_free(port: int, *, purpose: str, remedy: str) -> None:
    """Raise `StartError` in one line when something listens on the port already."""
    if not is_free(port):
        raise StartError(f"Port {port}, for {purpose}, is in use by another program. {remedy}")
