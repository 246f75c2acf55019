"""Queues of the local SQS, and of moto for what both must do alike, spoken to by boto3."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.sqs import LocalSqs


@dataclass(frozen=True, slots=True)
class Spoken:
    """A queue and the client that speaks to it."""

    client: Any
    url: str

    def send(self, body: str = "Hello", **more: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.send_message(QueueUrl=self.url, MessageBody=body, **more)
        return answer

    def send_all(self, *entries: dict[str, Any]) -> dict[str, Any]:
        numbered = [{"Id": str(number), "MessageBody": "Hello", **each} for number, each in enumerate(entries)]
        answer: dict[str, Any] = self.client.send_message_batch(QueueUrl=self.url, Entries=numbered)
        return answer

    def receive(self, most: int = 10, **more: object) -> list[dict[str, Any]]:
        answer = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=most, **more)
        return list(answer.get("Messages", []))

    def bodies(self, most: int = 10) -> list[str]:
        return [message["Body"] for message in self.receive(most)]

    def delete(self, message: dict[str, Any]) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def hide(self, message: dict[str, Any], seconds: int) -> None:
        self.client.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
        )

    def attribute(self, name: str) -> str:
        attributes = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return str(attributes[name])

    def counts(self) -> tuple[int, int, int]:
        """Visible, in flight and delayed messages."""
        kinds = ("", "NotVisible", "Delayed")
        visible, in_flight, delayed = (int(self.attribute(f"ApproximateNumberOfMessages{kind}")) for kind in kinds)
        return visible, in_flight, delayed

    def another(self, **attributes: str) -> "Spoken":
        return make_queue(self.client, **attributes)

    def with_dead_letters(self, most_receives: int) -> tuple["Spoken", "Spoken"]:
        """A new queue that gives messages up, and where it sends them."""
        dead = self.another()
        policy = {"deadLetterTargetArn": dead.attribute("QueueArn"), "maxReceiveCount": most_receives}
        return self.another(RedrivePolicy=json.dumps(policy)), dead


def client_of(endpoint: str | None) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    return boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - nobody checks it
    )


def make_queue(client: Any, **attributes: str) -> Spoken:  # noqa: ANN401 - boto3 makes its clients at run time
    name = f"queue-{uuid.uuid4().hex}"
    return Spoken(client, client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


@pytest.fixture(scope="session")
def endpoint() -> Iterator[LocalSqs]:
    with LocalSqs() as sqs:
        yield sqs


@pytest.fixture
def local_queue(endpoint: LocalSqs) -> Spoken:
    return make_queue(client_of(endpoint.url))


@pytest.fixture(params=["local", "moto"])
def queue(request: pytest.FixtureRequest) -> Iterator[Spoken]:
    if request.param == "local":
        yield request.getfixturevalue("local_queue")
        return
    with mock_aws():
        yield make_queue(client_of(None))
