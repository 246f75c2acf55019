"""The booking function as a WSGI application, for tools that speak HTTP."""

import base64
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from tests.http.api import Api, invoke

type Environ = dict[str, Any]
type StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    event = Api().event(environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode(errors="replace"), {})
    event["rawQueryString"] = environ.get("QUERY_STRING", "")
    query = parse_qs(event["rawQueryString"], keep_blank_values=True)
    event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    event["headers"] |= _headers(environ)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    event |= {"body": base64.b64encode(body).decode() or None, "isBase64Encoded": True}
    answer = invoke(event)
    start_response(
        f"{answer.status} {HTTPStatus(answer.status).phrase}",
        [(name, str(value)) for name, value in answer.headers.items()],
    )
    return [answer.text.encode("utf-8", "surrogatepass")]


def _headers(environ: Environ) -> dict[str, str]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return headers | {"content-type": environ.get("CONTENT_TYPE", "")}
