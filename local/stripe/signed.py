"""`python -m local.stripe.signed events/stripe-checkout-completed.json > event.json`: the sample, signed now.

A signature is good for five minutes, so no file can keep one. The secret is the first of STRIPE_WEBHOOK_SECRETS, or the
one of the Stripe on this machine.
"""

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from local.stripe import LOCAL_SECRET
from local.stripe.deliveries import headers


def signed(event: dict[str, Any], secret: str, at: int) -> dict[str, Any]:
    """The HTTP API event of a delivery, as if it were made then (Unix seconds)."""
    signature = headers(base64.b64decode(event["body"]), secret, at)["Stripe-Signature"]
    return {**event, "headers": {**event["headers"], "stripe-signature": signature}}


if __name__ == "__main__":
    secrets = os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split() or [LOCAL_SECRET]
    sample = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(signed(sample, secrets[0], int(time.time())), indent=2))
