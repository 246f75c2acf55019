"""Whether Stripe has sent a body: https://docs.stripe.com/webhooks#verify-manually."""

import hmac
from collections.abc import Sequence
from datetime import datetime

# How far Stripe's clock, at the time of sending, and ours may differ: so long could a delivery be replayed, too.
TOLERANCE_SECONDS = 300

_SCHEME = "v1"


def is_from_stripe(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> bool:
    """The header is `Stripe-Signature`, the body raw: a byte more or less is another message.

    Each secret is tried, as while one is rotated both sign, or either.
    """
    parts = [part.partition("=")[::2] for part in header.split(",")]
    sent_at = next((value for name, value in parts if name == "t"), "")
    signatures = [value.encode() for name, value in parts if name == _SCHEME]
    if not sent_at.isascii() or not sent_at.isdecimal():
        return False
    message = sent_at.encode() + b"." + body
    expected = [hmac.digest(secret.encode(), message, "sha256").hex().encode() for secret in secrets]
    # All are compared, so that the time taken does not tell which one nearly fits.
    matches = [hmac.compare_digest(one, other) for one in expected for other in signatures]
    return any(matches) and abs(now.timestamp() - int(sent_at)) <= TOLERANCE_SECONDS
