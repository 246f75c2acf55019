"""GET /metrics, for whoever shows the token; to anybody else it tells nothing, and asks nothing of anybody."""

import hmac
import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from lectern.monitoring.readings import take_readings, take_readings_of_cloudwatch
from lectern.settings import metrics_token
from monitor.prometheus import CONTENT_TYPE, exposition

type Answer = dict[str, Any]


def answer_scrape(request: dict[str, Any], now: datetime) -> Answer:
    # API Gateway writes the names in lower case, and `sam local start-api` as it likes.
    headers = {name.lower(): value for name, value in request["headers"].items()}
    if not _shows_token(headers.get("authorization", "")):
        return _refusal()
    readings = [*take_readings(now), *take_readings_of_cloudwatch(now)]
    described = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return {"statusCode": int(HTTPStatus.OK), "headers": described, "body": exposition(readings)}


def _shows_token(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    # In constant time, so that nobody finds out by how long it takes how much of a guess was right.
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), metrics_token())


def _refusal() -> Answer:
    status = HTTPStatus.UNAUTHORIZED
    told = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": "Show the metrics' token: Authorization: Bearer <token>.",
        "code": "bad_metrics_token",
    }
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", "WWW-Authenticate": "Bearer"}
    return {"statusCode": int(status), "headers": headers, "body": json.dumps(told)}
