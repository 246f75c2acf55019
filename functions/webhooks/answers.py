"""What a webhook is answered: that we have it, or a problem (RFC 9457), which the sender keeps in its log."""

import json
from http import HTTPStatus
from typing import Any

type Answer = dict[str, Any]


def received() -> Answer:
    return _answer(HTTPStatus.OK, "application/json", {"received": True})


def problem(status: HTTPStatus, code: str, detail: str) -> Answer:
    told = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail, "code": code}
    return _answer(status, "application/problem+json", told)


def _answer(status: HTTPStatus, content_type: str, body: dict[str, object]) -> Answer:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
    return {"statusCode": int(status), "headers": headers, "body": json.dumps(body), "isBase64Encoded": False}
