"""A line for each request that a function has answered: how long that took, whether it failed, and for which teacher.

It is in CloudWatch's embedded metric format, and so a metric of each route as well. CloudWatch bills every combination
of dimensions: the route is as it was declared, never the path that was asked for. The sample count of either metric is
the number of requests.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from lectern.settings import metrics_namespace

# Whatever nobody has declared is one route.
UNROUTED = "none"

_METRICS = [{"Name": "Latency", "Unit": "Milliseconds"}, {"Name": "Faults", "Unit": "Count"}]


def tell_request(log_keys: Mapping[str, Any], status: int, seconds: float) -> None:
    """`log_keys` are those of the function's log, in which its edge has left `route` and `teacher_id`."""
    # By hand: Powertools' Metrics takes four times as long, in every request.
    told = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": metrics_namespace(), "Dimensions": [["service", "route"]], "Metrics": _METRICS}
            ],
        },
        "service": log_keys["service"],
        "route": log_keys.get("route", UNROUTED),
        "Latency": round(seconds * 1000, 2),
        "Faults": int(status >= HTTPStatus.INTERNAL_SERVER_ERROR),
        "status": status,
        "teacher_id": log_keys.get("teacher_id"),
        "function_request_id": log_keys["function_request_id"],
    }
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
