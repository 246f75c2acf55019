"""Webhook deliveries: an event as a signed POST, as Stripe sends it.

https://docs.stripe.com/webhooks/signature
"""

import hashlib
import hmac
import json

from local.stripe.platform import Resource


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
