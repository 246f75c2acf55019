"""How old the queues' oldest messages are, which SQS tells nobody but CloudWatch."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lectern import settings
from lectern.errors import Unavailable
from lectern.monitoring.queues import queue_urls
from lectern.monitoring.reading import Reading

# SQS tells it each minute, and some minutes late; of a queue that was empty for hours it tells nothing.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
LOOKS_BACK = timedelta(minutes=10)
PERIOD_SECONDS = 60


def read_queue_ages(now: datetime) -> list[Reading]:
    """The newest number of each queue. Raises Unavailable when CloudWatch does not answer."""
    urls = queue_urls()
    names = {f"age{number}": name for number, name in enumerate(urls)}
    answers = _ask([_query(query, urls[name]) for query, name in names.items()], now)
    return [
        Reading("queue_oldest_message_seconds", answer["Values"][0], {"queue": names[answer["Id"]]})
        for answer in answers
        if answer["Values"]
    ]


def _query(query_id: str, url: str) -> dict[str, object]:
    queue_name = {"Name": "QueueName", "Value": url.rpartition("/")[2]}
    metric = {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": [queue_name]}
    return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": "Maximum"}}


def _ask(queries: list[dict[str, object]], now: datetime) -> list[Mapping[str, Any]]:
    # Half a second to import and to open, which a monitor outside of AWS does not pay.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 1})
    try:
        client = boto3.client("cloudwatch", region_name=settings.cloudwatch_region(), config=config)
        answer = client.get_metric_data(
            MetricDataQueries=queries, StartTime=now - LOOKS_BACK, EndTime=now, ScanBy="TimestampDescending"
        )
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("cloudwatch_unavailable", "CloudWatch does not answer, or refuses.") from error
    results: list[Mapping[str, Any]] = answer["MetricDataResults"]
    return results
