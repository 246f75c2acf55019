"""One POST to a receiver of webhooks, as the providers send it."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10.0
NO_ANSWER = 0

_OK, _REDIRECT = 200, 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that the receiver answers, `NO_ANSWER` when none comes; a redirect is not followed."""
    address = urlsplit(url)
    target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return NO_ANSWER
    else:
        return response.status
    finally:
        connection.close()


def taken(status: int) -> bool:
    """Whether the receiver has it, so that it is not sent again."""
    return _OK <= status < _REDIRECT
