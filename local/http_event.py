"""Between HTTP and Lambda: an HTTP API's event, payload format 2.0, and the response from the answer to it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from local.template import Route

# Measured on AWS (ministackorg/ministack, pull request 766): everything else reaches the function in base64,
# a form and a body without a type as well.
TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")

# The connection to the client is ours, and so is what describes it.
OWN_HEADERS = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})
BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: `path` decoded, as HTTP APIs hand it on, the query not."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str
    protocol: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def message(status: int, text: str) -> Response:
    """A response of the gateway's own, in its own words."""
    body = json.dumps({"message": text}).encode()
    return Response(status, (("content-type", "application/json"),), body)


def event(request: Request, route: Route, path_parameters: Mapping[str, str]) -> dict[str, Any]:
    """The event for a request that takes the route."""
    query = _joined(parse_qsl(request.query, keep_blank_values=True))
    cookies = [cookie for name, value in request.headers if name == "cookie" for cookie in value.split("; ")]
    headers = _joined((name, value) for name, value in request.headers if name != "cookie")
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers | _forwarding_headers(request, headers),
        **({"queryStringParameters": query} if query else {}),
        "requestContext": _request_context(request, route, headers),
        **({"pathParameters": dict(path_parameters)} if path_parameters else {}),
        **_body(request.body, headers.get("content-type", "")),
    }


def response(payload: Any) -> Response | None:  # noqa: ANN401 - whatever the function returned
    """The response that the function's answer describes; None when it describes none.

    An answer without a `statusCode` is the body of a 200 response, as JSON.
    """
    if not isinstance(payload, dict) or "statusCode" not in payload:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return Response(200, (("content-type", "application/json"),), text.encode())
    try:
        return _described(payload)
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return None


def _described(payload: dict[str, Any]) -> Response:
    status = int(payload["statusCode"])
    if not 200 <= status <= 599:  # noqa: PLR2004 - what HTTP calls a final response
        raise ValueError(status)
    body = payload.get("body") or ""
    content = base64.b64decode(body, validate=True) if payload.get("isBase64Encoded") else body.encode()
    given = {name.lower(): _header(value) for name, value in (payload.get("headers") or {}).items()}
    headers = {"content-type": "text/plain; charset=utf-8"} | given
    kept = [(name, value) for name, value in headers.items() if name not in OWN_HEADERS]
    cookies = [("set-cookie", _header(cookie)) for cookie in payload.get("cookies") or ()]
    return Response(status, (*kept, *cookies), b"" if status in BODILESS else content)


def _header(value: Any) -> str:  # noqa: ANN401 - whatever the function returned
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    text = value if isinstance(value, str) else json.dumps(value)
    text.encode("latin-1")
    if any(mark in text for mark in "\r\n\0"):
        raise ValueError(text)
    return text


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(given) for name, given in values.items()}


def _forwarding_headers(request: Request, headers: Mapping[str, str]) -> dict[str, str]:
    before = [headers["x-forwarded-for"]] if "x-forwarded-for" in headers else []
    _, _, port = headers.get("host", "").rpartition(":")
    trace = f"Root=1-{int(request.received.timestamp()):08x}-{secrets.token_hex(12)}"
    return {
        "x-amzn-trace-id": headers.get("x-amzn-trace-id", trace),
        "x-forwarded-for": ", ".join([*before, request.client]),
        "x-forwarded-port": port if port.isdigit() else "80",
        "x-forwarded-proto": "http",
    }


def _request_context(request: Request, route: Route, headers: Mapping[str, str]) -> dict[str, Any]:
    domain = headers.get("host", "localhost").partition(":")[0]
    return {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.client,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": secrets.token_urlsafe(12),
        "routeKey": route.key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", request.received.utctimetuple()),
        "timeEpoch": int(request.received.timestamp() * 1000),
    }


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {"isBase64Encoded": False}
    if content_type.lower().startswith(TEXT_TYPES):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass  # no text after all, so it travels as bytes do
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
