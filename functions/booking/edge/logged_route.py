"""The route of a request, on every line of the log that it leads to."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from booking.edge.methods import MethodAwareResolver

_logger = Logger()


def log_route(app: MethodAwareResolver, next_middleware: NextMiddleware) -> Response[Any]:
    # What nobody has declared goes by the path that was asked for, which may hold anything.
    key = f"{app.request.method} {app.request.route}"
    if key in app.route_keys:
        _logger.append_keys(route=key)
    return next_middleware(app)
