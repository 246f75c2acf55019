"""Webhook deliveries: an event as a signed POST, as Stripe sends it.

https://docs.stripe.com/webhooks/signature
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from local.stripe.platform import Resource

TIMEOUT_SECONDS = 10.0
NO_ANSWER = 0


def encoded(event: Resource) -> bytes:
    return json.dumps(event, indent=2).encode()


def headers(body: bytes, secret: str, at: int) -> dict[str, str]:
    """The headers of a delivery, signed at that moment."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": f"t={at},v1={signature}",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def post(url: str, body: bytes, named: Mapping[str, str]) -> int:
    """The status that the receiver answers, 0 when none comes; a redirect is not followed."""
    address = urlsplit(url)
    target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", target, body, dict(named))
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return NO_ANSWER
    else:
        return response.status
    finally:
        connection.close()
