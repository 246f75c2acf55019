"""The queues of the jobs on a local SQS, wired by the settings of a function's environment."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from lectern import queue
from lectern.jobs.registry import JOBS
from lectern.settings import queue_variable
from local.sqs.server import LocalSqs

CONTINUATION = "continuation"
SCHEDULE_DEAD_LETTERS = "schedule-dead-letters"


@dataclass(frozen=True)
class Queues:
    """A job's queue has its name; its dead letters are in `{name}-dead`."""

    server: LocalSqs
    client: Any

    def url(self, name: str) -> str:
        url: str = self.client.get_queue_url(QueueName=name)["QueueUrl"]
        return url

    def receive(self, name: str, visibility: int = 30) -> list[dict[str, Any]]:
        """Up to ten, hidden for so many seconds."""
        received: list[dict[str, Any]] = self.client.receive_message(
            QueueUrl=self.url(name),
            MaxNumberOfMessages=10,
            VisibilityTimeout=visibility,
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        return received

    def drain(self, name: str) -> list[dict[str, Any]]:
        """All of them, taken out of the queue."""
        taken = []
        while batch := self.receive(name):
            entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(batch)]
            self.client.delete_message_batch(QueueUrl=self.url(name), Entries=entries)
            taken += batch
        return taken

    def bodies(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(each["Body"]) for each in self.drain(name)]


@contextmanager
def queues_of_the_jobs(environment: pytest.MonkeyPatch) -> Iterator[Queues]:
    """Wired by the test's own monkeypatch, which undoes what the test changes before it undoes this."""
    with LocalSqs() as server:
        settings = {
            "AWS_ENDPOINT_URL_SQS": server.url,
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "CONTINUATION_QUEUE_URL": _queue_with_dead_letters(server, CONTINUATION),
            "SCHEDULE_DEAD_LETTERS_URL": server.create_queue(SCHEDULE_DEAD_LETTERS),
        }
        settings |= {queue_variable(job.name): _queue_with_dead_letters(server, job.name) for job in JOBS}
        for name, value in settings.items():
            environment.setenv(name, value)
        client = boto3.client("sqs")
        queue.close()
        yield Queues(server, client)
        queue.close()
        client.close()


def _queue_with_dead_letters(server: LocalSqs, name: str) -> str:
    server.create_queue(f"{name}-dead")
    redrive = {"deadLetterTargetArn": server.queue(f"{name}-dead").arn, "maxReceiveCount": 5}
    return server.create_queue(name, RedrivePolicy=json.dumps(redrive))
