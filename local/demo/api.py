"""The API as a client sees it: a request over a socket, and the answer that the step needs or the end of the demo."""

import json
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

BROWSER = "Mozilla/5.0 (a demo)"


class StepFailed(RuntimeError):
    """A step of the demo did not turn out as it claims."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Api:
    """A client of one stack, signed in when it has a token."""

    url: str
    token: str | None = None

    def signed_in(self, token: str) -> "Api":
        return replace(self, token=token)

    def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - any JSON value
        return self._expect(200, "GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: dict[str, object], status: int = 201) -> Any:  # noqa: ANN401 - any JSON value
        return self._expect(status, "POST", path, body)

    def put(self, path: str, body: object) -> Any:  # noqa: ANN401 - any JSON value
        return self._expect(200, "PUT", path, body)

    def send(self, method: str, path: str, body: object) -> Answer:
        """Whatever comes back, for a step in which a refusal is the point."""
        address = urlsplit(self.url)
        connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection = connect(address.hostname or "", address.port, timeout=30)
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4()), "User-Agent": BROWSER}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        return Answer(response.status, json.loads(text) if text else None)

    def _expect(self, status: int, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - any JSON value
        answer = self.send(method, path, body)
        if answer.status != status:
            raise StepFailed(f"{method} {path} answered {answer.status} instead of {status}: {answer.body}")
        return answer.body


def sent_back(page: str) -> dict[str, str]:
    """The query of the address that the page sends a browser to."""
    address = urlsplit(page)
    connection = HTTPConnection(address.netloc, timeout=30)
    try:
        connection.request("GET", f"{address.path}?{address.query}")
        location = connection.getresponse().headers.get("Location", "")
    finally:
        connection.close()
    return dict(parse_qsl(urlsplit(location).query))
