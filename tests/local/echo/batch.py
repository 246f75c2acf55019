"""A function that does with each message of a queue what its body says, for the tests of the event source mapping."""

import json
import os
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], _: object) -> Any:  # noqa: ANN401 - any JSON value is an answer
    if "Records" not in event:
        if "QUEUE_URL" in os.environ:
            _send({"write": str(Path(__file__).with_name("received.json"))})
        return event
    told = {record["messageId"]: json.loads(record["body"]) for record in event["Records"]}
    for each in told.values():
        if "write" in each:
            Path(each["write"]).write_text(json.dumps(event))
        time.sleep(each.get("sleep", 0))
        if "raise" in each:
            raise ValueError(each["raise"])
        if "answer" in each:
            return each["answer"]
    return {"batchItemFailures": [{"itemIdentifier": key} for key, each in told.items() if each.get("fail")]}


def _send(body: dict[str, str]) -> None:
    import boto3  # noqa: PLC0415 - slow, and for schedules alone

    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(body))
