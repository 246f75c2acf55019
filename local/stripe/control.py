"""/_control: the operations, for another process. POST /_control/pay with a JSON object of its arguments, and so on.

GET /_control/events and /_control/requests answer what happened; POST /_control/settings sets the attributes.
"""

import inspect
import json
from typing import Any

from local.stripe.errors import ApiError
from local.stripe.message import Reply, Request, as_json
from local.stripe.operations import Operations

PREFIX = "/_control/"
OPERATIONS = frozenset(
    {
        *("close_dispute", "complete_onboarding", "deliver", "dispute", "expire", "fail", "open_account", "pay"),
        *("pay_invoice", "refund", "resend", "settle", "settle_refund"),
    }
)
SETTINGS = frozenset({"auto_deliver", "event_version", "latency_seconds", "webhook_secret", "webhook_url"})


def answer(stripe: Operations, request: Request) -> Reply:
    try:
        return as_json(200, _answer(stripe, request.method, request.path.removeprefix(PREFIX), request.body))
    except ApiError as error:
        return error.reply()
    except (TypeError, ValueError) as error:
        return ApiError(str(error)).reply()


def _answer(stripe: Operations, method: str, name: str, body: str) -> Any:  # noqa: ANN401 - any JSON value
    match method, name:
        case "GET", "events":
            return stripe.events()
        case "GET", "requests":
            return [_told(each) for each in stripe.requests]
        case "POST", "settings":
            return _set(stripe, _arguments(body))
        case "POST", _ if name in OPERATIONS:
            operation = getattr(stripe, name)
            arguments = _arguments(body)
            inspect.signature(operation).bind(**arguments)
            return operation(**arguments)
        case _:
            raise ApiError(f"There is no {method} {PREFIX}{name}.", status=404)


def _arguments(body: str) -> dict[str, Any]:
    arguments = json.loads(body or "{}")
    if not isinstance(arguments, dict):
        raise TypeError("The body must be a JSON object.")
    return arguments


def _set(stripe: Operations, values: dict[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - SETTINGS:
        raise ValueError(f"There are no settings {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(stripe, name, value)
    return {name: getattr(stripe, name) for name in sorted(SETTINGS)}


def _told(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "account": request.account,
        "idempotency_key": request.idempotency_key,
    }
