"""What the deployment keeps of its functions' logs, and how a request is found in them."""

import json
from typing import Any

from tests.template.stacks import in_both, of_type
from tests.template.test_template import DOCUMENT

# A line that has no level, as every line of metrics, counts as INFO.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
KEEPING_METRICS = {"TRACE", "DEBUG", "INFO"}


def test_no_level_of_the_log_takes_the_metrics_away() -> None:
    assert set(DOCUMENT["Parameters"]["LogLevel"]["AllowedValues"]) <= KEEPING_METRICS


@in_both
def test_a_request_has_the_id_by_which_its_function_logs_it(stack: dict[str, Any]) -> None:
    [stage] = of_type(stack, "AWS::ApiGatewayV2::Stage").values()

    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert logged["function_request_id"] == "$context.integration.requestId"
