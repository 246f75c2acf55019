"""One log for a whole function: what the layer says comes beside what its handler says, with the same keys."""

import logging
from typing import TYPE_CHECKING, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.filters import SuppressFilter

if TYPE_CHECKING:
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_LAYER = "lectern"


def function_log() -> Logger:
    """Powertools' logger of this function. Its keys, say `teacher_id`, stand on every line until the next event.

    They are dropped then by `inject_lambda_context(clear_state=True)`: a line must never name another's teacher.
    """
    log = Logger()
    # Lambda's filter knows the level of no line whose time has another form. Not by Logger's argument: the logger is
    # made by the first module that asks for it, which may be any.
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    cast("LambdaPowertoolsFormatter", log.registered_formatter).use_rfc3339_iso8601 = True
    # Lambda sets it to the function's level, and at DEBUG botocore tells each answer, and each secret with it.
    logging.root.setLevel(logging.WARNING)
    of_layer = logging.getLogger(_LAYER)
    of_layer.handlers = [log.registered_handler]
    of_layer.setLevel(log.log_level)
    # Lambda's own handler would write each line again, as Powertools knows of its own.
    for handler in logging.root.handlers:
        handler.addFilter(SuppressFilter(_LAYER))
    return log
