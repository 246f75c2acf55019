"""What Lambda's event source mapping does for a queue: polls it, hands batches to the function, deletes what succeeded.

A message that failed is left alone: it comes back when its visibility ends, as the queue or the function has set that.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import threading
from collections.abc import Mapping
from typing import Any

from local.environment import REGION, Result
from local.pool import Pool
from local.sqs.message import Delivery
from local.sqs.queue import Queue
from local.template import EventSource

WAIT_SECONDS = 20


class EventSourceMapping:
    """Polls from construction until `close`, in as many threads as the function may run at once."""

    def __init__(self, source: EventSource, queue: Queue, pool: Pool) -> None:
        self._source = source
        self._queue = queue
        self._pool = pool
        self._closed = threading.Event()
        self._pollers = [
            threading.Thread(target=self._poll, name=f"{queue.name} poller {number}")
            for number in range(source.maximum_concurrency)
        ]
        for poller in self._pollers:
            poller.start()

    def close(self) -> None:
        """Poll no more, and wait for the batches under way; the queue is closed and the function stopped first."""
        self._closed.set()
        self._queue.close()
        for poller in self._pollers:
            poller.join()

    def _poll(self) -> None:
        while not self._closed.is_set():
            if batch := self._queue.receive(self._source.batch_size, wait_seconds=WAIT_SECONDS):
                self._handle(batch)

    def _handle(self, batch: list[Delivery]) -> None:
        result = self._pool.invoke({"Records": [_record(each, self._queue.arn) for each in batch]})
        failed = self._failed(result, {each.content.message_id for each in batch})
        for delivery in batch:
            if delivery.content.message_id not in failed:
                self._queue.delete(delivery.receipt_handle)

    def _failed(self, result: Result, batch: set[str]) -> set[str]:
        if result.failed:
            return batch
        return reported(result.payload, batch) if self._source.reports_item_failures else set()


def reported(answer: Any, batch: set[str]) -> set[str]:  # noqa: ANN401 - any JSON value
    """Which messages of the batch the answer says have failed: none when it says nothing, all when it makes no sense.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting-conditions
    """
    if not answer:
        return set()
    try:
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return batch
    return failed if failed.issubset(batch) else batch


def _record(delivery: Delivery, arn: str) -> dict[str, Any]:
    content = delivery.content
    return {
        "messageId": content.message_id,
        "receiptHandle": delivery.receipt_handle,
        "body": content.body,
        "attributes": delivery.system_attributes(),
        "messageAttributes": {name: _attribute(each) for name, each in content.attributes.items()},
        "md5OfBody": content.body_md5,
        **({"md5OfMessageAttributes": content.attributes_md5} if content.attributes_md5 else {}),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    values = {name[0].lower() + name[1:]: value for name, value in attribute.items()}
    return {"stringListValues": [], "binaryListValues": [], **values}
