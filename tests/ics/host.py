"""A host on the internet, as far as a test goes: names that resolve as it likes, and a TLS server behind them all."""

import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lectern.ics.internet import Internet

PUBLIC = "93.184.215.14"
# A certificate's wildcard stands for one label, so each test has names, and so circuits, of its own.
DOMAIN = "calendars.example"


@dataclass
class Reply:
    """`then` writes the rest of a body that does not come as announced, or of which `headers` have no length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[BaseHTTPRequestHandler], None] = lambda _: None
    tells_length: bool = True


@dataclass
class Host:
    """`addresses` are a name's answers one after the other, the last for ever; `replies` are by path."""

    port: int
    trust: ssl.SSLContext
    replies: dict[str, Reply] = field(default_factory=dict)
    addresses: dict[str, list[list[str]]] = field(default_factory=dict)
    resolved: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    requests: defaultdict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def internet(self, longest_seconds: float = 5) -> Internet:
        return Internet(self._resolve, self._dial, lambda: self.trust, longest_seconds)

    def _resolve(self, name: str) -> list[str]:
        self.resolved.append(name)
        answers = self.addresses.get(name, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _dial(self, address: str, _seconds: float) -> socket.socket:
        self.dialled.append(address)
        return socket.create_connection(("127.0.0.1", self.port), 5)


@contextmanager
def running_host(folder: Path) -> Iterator[Host]:
    certificate, key = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # Each connection shakes hands in its own thread: one that is cut off must not keep the others waiting.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are what is tested
    host = Host(server.server_port, ssl.create_default_context(cafile=certificate))
    _Handler.host = host
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    host: Host

    def do_GET(self) -> None:
        self.host.requests[self.path].append({name.lower(): value for name, value in self.headers.items()})
        reply = self.host.replies.get(self.path, Reply(status=404))
        self.send_response(reply.status)
        length = {"Content-Length": str(len(reply.body))} if reply.tells_length else {}
        for name, value in (length | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        reply.then(self)

    def log_message(self, *_: object) -> None:
        """Not among the words of pytest."""


def _certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DOMAIN)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"*.{DOMAIN}")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(paths[0]), str(paths[1])
