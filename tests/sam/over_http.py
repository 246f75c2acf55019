"""An event of API Gateway's as the request that it tells of, and the response as a function's answer."""

import base64
import urllib.request
from typing import Any


def send(url: str, event: dict[str, Any]) -> dict[str, Any]:
    """The response of the API at `url`; raises HTTPError for one that is no success."""
    headers = {key: value for key, value in event["headers"].items() if key not in ("accept-encoding", "host")}
    body = base64.b64decode(event["body"]) if event.get("isBase64Encoded") else event.get("body", "").encode()
    method, path = event["requestContext"]["http"]["method"], f"{event['rawPath']}?{event['rawQueryString']}"
    request = urllib.request.Request(url + path, body or None, headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
        return {"statusCode": response.status, "body": response.read().decode()}
