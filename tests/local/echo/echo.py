"""A function that does what its event tells it to, for the tests of the local stack."""

import json
import os
import time
from typing import Any

# Made once per environment: a test sees by it that the module is imported once.
IMPORTED_AT = time.time_ns()


def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - any JSON value is an answer
    told = json.loads(event["body"]) if event.get("body") and not event["isBase64Encoded"] else event
    print("told:", told)  # noqa: T201 - standard output is the function's own
    time.sleep(told.get("sleep", 0))
    if "raise" in told:
        raise ValueError(told["raise"])
    if "exit" in told:
        os._exit(told["exit"])
    if "set" in told:
        return {told["set"]}
    if "answer" in told:
        return told["answer"]
    return {"statusCode": 200, "body": json.dumps(_seen(event, context))}


def _seen(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - the runtime's own class
    return {
        "event": event,
        "pid": os.getpid(),
        "imported_at": IMPORTED_AT,
        "variables": dict(os.environ),
        "request_id": context.aws_request_id,
        "function": [context.function_name, context.memory_limit_in_mb, context.invoked_function_arn],
        "remaining": context.get_remaining_time_in_millis(),
        "finished": time.monotonic(),
    }
