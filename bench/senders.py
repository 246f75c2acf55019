"""Handlers that fill a queue and say what it took: the dispatcher, and a bare loop over batches that are ready."""

import resource
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from dispatcher import app
from lectern.queue import CONNECTIONS


def dispatch(event: dict[str, Any], context: LambdaContext) -> dict[str, float]:
    """`peak` is the most memory that the process has had so far, in KiB."""
    started = time.perf_counter()
    app.handler(event, context)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def send_bare(event: dict[str, Any], _: LambdaContext) -> dict[str, float]:
    """By as many threads as the dispatcher has."""
    sqs = boto3.client("sqs", config=Config(max_pool_connections=CONNECTIONS))

    def send(entries: list[dict[str, str]]) -> None:
        assert not sqs.send_message_batch(QueueUrl=event["queue"], Entries=entries).get("Failed")

    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(send, event["batches"]))
    return {"seconds": time.perf_counter() - started}
