"""Readings as CloudWatch takes them from a log: in its embedded metric format, a line for each set of labels.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterable
from itertools import groupby

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from lectern.monitoring.reading import Reading
from lectern.settings import metrics_namespace


def publish(readings: Iterable[Reading], request_id: str) -> None:
    in_order = sorted(readings, key=_labels)
    for labels, of_them in groupby(in_order, key=_labels):
        metrics = EphemeralMetrics(namespace=metrics_namespace())
        for name, value in labels:
            metrics.add_dimension(name, value)
        metrics.add_metadata("function_request_id", request_id)
        for reading in of_them:
            metrics.add_metric(_name(reading.gauge), _unit(reading.gauge), reading.value)
        metrics.flush_metrics()


def _labels(reading: Reading) -> tuple[tuple[str, str], ...]:
    return tuple(reading.labels.items())


def _name(gauge: str) -> str:
    """As CloudWatch's own metrics are spelled: `BacklogOldestSeconds`."""
    return "".join(word.capitalize() for word in gauge.split("_"))


def _unit(gauge: str) -> MetricUnit:
    return MetricUnit.Seconds if gauge.endswith("_seconds") else MetricUnit.Count
