"""Webhooks: takes API Gateway HTTP API events (payload format 2.0) of whoever tells us that something happened.

A success means that we have it and need not be told again, a failure that we must be. It does without Powertools'
resolver, whose routing and validation would cost a cold start more than all of this.
"""

import traceback
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lectern import clock
from lectern.errors import Unavailable
from snapshot import drop_connections_after_restore
from webhooks.answers import Answer, problem
from webhooks.stripe_delivery import take_delivery

_TAKES = {"POST /v1/webhooks/stripe": take_delivery}

logger = Logger()
drop_connections_after_restore()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Answer:
    take = _TAKES.get(event["routeKey"])
    if take is None:
        return problem(HTTPStatus.NOT_FOUND, "no_such_path", "There is no webhook at this path.")
    try:
        return take(event, clock.now())
    except Unavailable as error:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, error.code, error.message)
    except Exception as error:  # noqa: BLE001 - a failure of the function would be a 500 as well, and say less
        return _unexpected(error, context)


def _unexpected(error: Exception, context: LambdaContext) -> Answer:
    # The error's own words may quote a person's data; its kind and its place in the code do not.
    logger.error("unexpected error", error=type(error).__qualname__, stack=traceback.format_tb(error.__traceback__))
    detail = f"Something broke on our side; request {context.aws_request_id}. Send it again."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)
