"""The monitor: takes a schedule's event and tells CloudWatch, and takes GET /metrics of whoever else watches.

What is told is `lectern.monitoring`'s. CloudWatch's alarms in template.yaml count on the first.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from function_log import function_log
from lectern import clock
from lectern.monitoring.readings import take_readings
from monitor.publish import publish
from monitor.scrape import Answer, answer_scrape

logger = function_log()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Answer | None:
    if "routeKey" in event:
        return answer_scrape(event, clock.now())
    publish(take_readings(clock.now()), context.aws_request_id)
    return None
