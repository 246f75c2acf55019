"""The actions of the API, each from the arguments of its request to the document of its answer.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from local.environment import ACCOUNT
from local.sqs import batches, message
from local.sqs.errors import SqsError, invalid, missing
from local.sqs.faults import Faults
from local.sqs.message import Content, Delivery
from local.sqs.queue import MOST_VISIBILITY_SECONDS, Queue
from local.sqs.queues import Move, Queues

type Json = dict[str, Any]

MOST_RECEIVED = 10
MOST_WAIT_SECONDS = 20


class Actions:
    def __init__(self, url: str, queues: Queues, faults: Faults, now: Callable[[], float]) -> None:
        self._url = url
        self._queues = queues
        self._faults = faults
        self._now = now
        self._actions: dict[str, Callable[[Json], Json]] = {
            "CreateQueue": self._create_queue,
            "GetQueueUrl": self._get_queue_url,
            "ListQueues": self._list_queues,
            "GetQueueAttributes": self._get_queue_attributes,
            "SetQueueAttributes": self._set_queue_attributes,
            "PurgeQueue": self._purge_queue,
            "SendMessage": self._send_message,
            "SendMessageBatch": self._send_message_batch,
            "ReceiveMessage": self._receive_message,
            "DeleteMessage": self._delete_message,
            "DeleteMessageBatch": self._delete_message_batch,
            "ChangeMessageVisibility": self._change_message_visibility,
            "ChangeMessageVisibilityBatch": self._change_message_visibility_batch,
            "StartMessageMoveTask": self._start_message_move_task,
            "ListMessageMoveTasks": self._list_message_move_tasks,
        }

    def answer(self, action: str, given: Json) -> Json:
        """Raises `SqsError`, also for what SQS can do and this cannot."""
        if action not in self._actions:
            code = "AWS.SimpleQueueService.UnsupportedOperation"
            raise SqsError("UnsupportedOperation", f"The local SQS has no {action}.", code=code)
        return self._actions[action](given)

    def queue_url(self, queue: Queue) -> str:
        return f"{self._url}/{ACCOUNT}/{queue.name}"

    def _create_queue(self, given: Json) -> Json:
        return {"QueueUrl": self.queue_url(self._queues.create(given["QueueName"], given.get("Attributes") or {}))}

    def _get_queue_url(self, given: Json) -> Json:
        return {"QueueUrl": self.queue_url(self._queues.named(given["QueueName"]))}

    def _list_queues(self, given: Json) -> Json:
        prefix = given.get("QueueNamePrefix") or ""
        return {"QueueUrls": [self.queue_url(each) for each in self._queues.all() if each.name.startswith(prefix)]}

    def _get_queue_attributes(self, given: Json) -> Json:
        known, asked = _attributes(self._queue(given)), given.get("AttributeNames") or []
        if "All" in asked:
            return {"Attributes": known}
        return {"Attributes": {name: known[name] for name in asked if name in known}}

    def _set_queue_attributes(self, given: Json) -> Json:
        self._queues.configure(self._queue(given).name, given["Attributes"])
        return {}

    def _purge_queue(self, given: Json) -> Json:
        self._queue(given).purge()
        return {}

    def _send_message(self, given: Json) -> Json:
        return _sent(self._send(self._queue(given), given))

    def _send_message_batch(self, given: Json) -> Json:
        queue, entries = self._queue(given), given.get("Entries") or []
        batches.check_size(entries)
        return batches.each(entries, "Send", lambda entry: self._send_entry(queue, entry))

    def _send_entry(self, queue: Queue, entry: Json) -> Json:
        if self._faults.refuses_entry():
            raise SqsError("InternalError", "We encountered an internal error.", senders_fault=False)
        return _sent(self._send(queue, entry))

    def _send(self, queue: Queue, given: Json) -> Content:
        seconds = message.delay(given, queue.settings.delay_seconds)
        content = message.read(given, queue.settings.most_bytes, self._now())
        queue.send(content, seconds)
        return content

    def _receive_message(self, given: Json) -> Json:
        queue = self._queue(given)
        most = _within(given, "MaxNumberOfMessages", 1, 1, MOST_RECEIVED)
        wait = _within(given, "WaitTimeSeconds", queue.settings.wait_seconds, 0, MOST_WAIT_SECONDS)
        visibility = _within(given, "VisibilityTimeout", queue.settings.visibility_seconds, 0, MOST_VISIBILITY_SECONDS)
        return {"Messages": [_told(each, given) for each in queue.receive(most, visibility, wait)]}

    def _delete_message(self, given: Json) -> Json:
        self._queue(given).delete(given["ReceiptHandle"])
        return {}

    def _delete_message_batch(self, given: Json) -> Json:
        return batches.each(given.get("Entries"), "Delete", lambda entry: self._delete_message(given | entry))

    def _change_message_visibility(self, given: Json) -> Json:
        self._queue(given).change_visibility(given["ReceiptHandle"], given["VisibilityTimeout"])
        return {}

    def _change_message_visibility_batch(self, given: Json) -> Json:
        return batches.each(
            given.get("Entries"), "ChangeVisibility", lambda entry: self._change_message_visibility(given | entry)
        )

    def _start_message_move_task(self, given: Json) -> Json:
        return {"TaskHandle": self._queues.move(given["SourceArn"], given.get("DestinationArn")).handle}

    def _list_message_move_tasks(self, given: Json) -> Json:
        moves = self._queues.moves(given["SourceArn"])
        return {"Results": [_moved(each) for each in moves[: given.get("MaxResults") or 1]]}

    def _queue(self, given: Json) -> Queue:
        if not given.get("QueueUrl"):
            raise missing("QueueUrl")
        return self._queues.named(given["QueueUrl"].rpartition("/")[2])


def _attributes(queue: Queue) -> dict[str, str]:
    counts = queue.counts()
    return {
        **queue.settings.texts,
        "QueueArn": queue.arn,
        "CreatedTimestamp": str(queue.created),
        "ApproximateNumberOfMessages": str(counts.visible),
        "ApproximateNumberOfMessagesNotVisible": str(counts.in_flight),
        "ApproximateNumberOfMessagesDelayed": str(counts.delayed),
    }


def _sent(content: Content) -> Json:
    answer = {"MessageId": content.message_id, "MD5OfMessageBody": content.body_md5}
    return answer | ({"MD5OfMessageAttributes": content.attributes_md5} if content.attributes_md5 else {})


def _told(delivery: Delivery, given: Json) -> Json:
    content = delivery.content
    # The older name of the parameter is still taken.
    wanted = [*(given.get("MessageSystemAttributeNames") or []), *(given.get("AttributeNames") or [])]
    system = {name: value for name, value in delivery.system_attributes().items() if "All" in wanted or name in wanted}
    attributes = _chosen(content.attributes, given.get("MessageAttributeNames") or [])
    told: Json = {
        "MessageId": content.message_id,
        "ReceiptHandle": delivery.receipt_handle,
        "MD5OfBody": content.body_md5,
        "Body": content.body,
    }
    if system:
        told["Attributes"] = system
    if attributes:
        told |= {"MessageAttributes": attributes, "MD5OfMessageAttributes": message.digest(attributes)}
    return told


def _chosen(attributes: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    if {"All", ".*"} & set(names):
        return dict(attributes)
    prefixes = tuple(name.removesuffix("*") for name in names if name.endswith(".*"))
    return {name: value for name, value in attributes.items() if name in names or name.startswith(prefixes)}


def _moved(move: Move) -> Json:
    return {
        "Status": "COMPLETED",
        "SourceArn": move.source_arn,
        **({"DestinationArn": move.destination_arn} if move.destination_arn else {}),
        "ApproximateNumberOfMessagesMoved": move.moved,
        "ApproximateNumberOfMessagesToMove": move.moved,
        "StartedTimestamp": move.started,
    }


def _within(given: Json, name: str, default: int, least: int, most: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if not least <= value <= most:
        raise invalid(name, value, f"Must be between {least} and {most}, if provided.")
    return int(value)
