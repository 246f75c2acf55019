"""What is kept of an event until its payment comes: all that `facts` reads of what can wait, and nobody's name."""

from collections.abc import Mapping
from typing import Any

from lectern.payments.facts import Event

type _Fields = Mapping[str, "_Fields"]

_PLAIN: _Fields = {}
# A reference, which may be expanded.
_ID: _Fields = {"id": _PLAIN}
_REFUND: _Fields = {
    **dict.fromkeys(("id", "amount", "currency", "failure_reason", "status"), _PLAIN),
    "charge": _ID,
    "metadata": dict.fromkeys(("lectern_payment_id", "lectern_refund_id"), _PLAIN),
    "payment_intent": _ID,
}
_EVENT: _Fields = {
    **dict.fromkeys(("id", "object", "type", "api_version", "created", "livemode", "account"), _PLAIN),
    "data": {
        # A refund, or the charge, dispute or payment of an invoice, whose fields of one name mean the same.
        "object": {
            **_REFUND,
            **dict.fromkeys(("amount_refunded", "created"), _PLAIN),
            "invoice": _ID,
            "payment": {"charge": _ID, "payment_intent": _ID},
            "refunds": {"data": _REFUND},
        }
    },
}


def redacted(event: Event) -> dict[str, Any]:
    """To be read again by `read_event`, and its object by the reader that it was read by."""
    kept: dict[str, Any] = _kept(event.raw, _EVENT)
    return kept


def _kept(told: object, fields: _Fields) -> Any:  # noqa: ANN401 - as much of any JSON
    if isinstance(told, dict):
        return {name: _kept(told[name], inner) for name, inner in fields.items() if name in told}
    if isinstance(told, list):
        return [_kept(each, fields) for each in told]
    return told
