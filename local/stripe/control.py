"""/_control: the operations, for another process."""

from typing import Any

from local.http_server import Request
from local.remote import Remote
from local.stripe.message import account_of, idempotency_key_of
from local.stripe.operations import Operations


def _told(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "account": account_of(request),
        "idempotency_key": idempotency_key_of(request),
    }


REMOTE = Remote[Operations](
    operations=frozenset(
        {
            *("close_dispute", "complete_onboarding", "deliver", "dispute", "expire", "fail", "open_account", "pay"),
            *("pay_invoice", "refund", "resend", "settle", "settle_refund"),
        }
    ),
    settings=frozenset({"auto_deliver", "event_version", "latency_seconds", "webhook_secret", "webhook_url"}),
    told={
        "events": Operations.events,
        "requests": lambda stripe: [_told(request) for request in stripe.requests],
    },
)
