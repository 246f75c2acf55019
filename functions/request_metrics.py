"""A line for each request that a function has answered: how long that took, whether it failed, and for which teacher.

It is in CloudWatch's embedded metric format, and so a metric of each route as well, and of each version, by which a
release that fails is told from the one that it replaces. CloudWatch bills every combination of dimensions: the route is
as it was declared, never the path that was asked for. The sample count of a metric is the number of requests.
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

_LATENCY = {"Name": "Latency", "Unit": "Milliseconds"}
_FAULTS = {"Name": "Faults", "Unit": "Count"}


def tell_request(log_keys: Mapping[str, Any], version: str, status: int, seconds: float) -> None:
    """`log_keys` are those of the function's log, in which its edge has left `route` and `teacher_id`.

    `version` is the function's that has answered, as its context names it.
    """
    # By hand: Powertools' Metrics takes four times as long, in every request.
    told = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [_metrics("route", _LATENCY, _FAULTS), _metrics("version", _FAULTS)],
        },
        "service": log_keys["service"],
        "route": log_keys.get("route", UNROUTED),
        "version": version,
        "Latency": round(seconds * 1000, 2),
        "Faults": int(status >= HTTPStatus.INTERNAL_SERVER_ERROR),
        "status": status,
        "teacher_id": log_keys.get("teacher_id"),
        "function_request_id": log_keys["function_request_id"],
    }
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def _metrics(of_each: str, *metrics: Mapping[str, str]) -> dict[str, Any]:
    return {"Namespace": metrics_namespace(), "Dimensions": [["service", of_each]], "Metrics": metrics}
