"""One log for a whole function: what the layer says comes beside what its handler says, with the same keys."""

import logging

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.filters import SuppressFilter

_LAYER = "lectern"


def function_log() -> Logger:
    """Powertools' logger of this function. Its keys, say `teacher_id`, stand on every line until the next event.

    They are dropped then by `inject_lambda_context(clear_state=True)`: a line must never name another's teacher.
    """
    log = Logger()
    of_layer = logging.getLogger(_LAYER)
    of_layer.handlers = [log.registered_handler]
    of_layer.setLevel(log.log_level)
    # Lambda's own handler would write each line again, as Powertools knows of its own.
    for handler in logging.root.handlers:
        handler.addFilter(SuppressFilter(_LAYER))
    return log
