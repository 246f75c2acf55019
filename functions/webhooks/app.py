"""Webhooks: takes API Gateway HTTP API events (payload format 2.0) of whoever tells us that something happened.

A success means that we have it and need not be told again, a failure that we must be. It does without Powertools'
resolver, whose routing and validation would cost a cold start more than all of this.
"""

import time
import traceback
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from function_log import function_log
from lectern import clock
from lectern.errors import Unavailable
from request_metrics import tell_request
from snapshot import drop_connections_after_restore
from webhooks.answers import Answer, problem
from webhooks.google_push import take_notification
from webhooks.stripe_delivery import take_delivery

_TAKES = {"POST /v1/webhooks/stripe": take_delivery, "POST /v1/webhooks/google": take_notification}

logger = function_log()
drop_connections_after_restore()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Answer:
    began = time.perf_counter()
    answer = _answer(event, context)
    seconds = time.perf_counter() - began
    tell_request(logger.get_current_keys(), context.function_version, answer["statusCode"], seconds)
    return answer


def _answer(event: dict[str, Any], context: LambdaContext) -> Answer:
    take = _TAKES.get(event["routeKey"])
    if take is None:
        return problem(HTTPStatus.NOT_FOUND, "no_such_path", "There is no webhook at this path.")
    logger.append_keys(route=event["routeKey"])
    # API Gateway writes the names in lower case, and `sam local start-api` as it likes.
    headers = {name.lower(): value for name, value in event["headers"].items()}
    try:
        return take({**event, "headers": headers}, clock.now())
    except Unavailable as error:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, error.code, error.message)
    except Exception as error:  # noqa: BLE001 - a failure of the function would be a 500 as well, and say less
        return _unexpected(error, context)


def _unexpected(error: Exception, context: LambdaContext) -> Answer:
    # The error's own words may quote a person's data; its kind and its place in the code do not.
    logger.error("unexpected error", error=type(error).__qualname__, stack=traceback.format_tb(error.__traceback__))
    detail = f"Something broke on our side; request {context.aws_request_id}. Send it again."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)
