"""What moto does not do, or otherwise than SQS: waiting, fairness, faults, refusals."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import pytest
from botocore.exceptions import ClientError

from local.errors import StartError
from local.sqs import LocalSqs
from tests.local.sqs.conftest import Spoken, client_of, make_queue


def test_a_receiver_that_waits_has_a_message_as_soon_as_it_is_sent(local_queue: Spoken) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(local_queue.receive, WaitTimeSeconds=10)
        time.sleep(0.3)
        local_queue.send("at last")
        assert [message["Body"] for message in waiting.result()] == ["at last"]
    assert 0.3 <= time.monotonic() - began < 2


def test_a_receiver_that_waits_has_a_message_as_soon_as_it_is_visible_again(local_queue: Spoken) -> None:
    local_queue.send()
    local_queue.receive(VisibilityTimeout=1)
    began = time.monotonic()
    assert len(local_queue.receive(WaitTimeSeconds=10)) == 1
    assert 0.8 <= time.monotonic() - began < 2


def test_waiting_ends_without_a_message_when_its_time_is_up(local_queue: Spoken) -> None:
    began = time.monotonic()
    assert local_queue.receive(WaitTimeSeconds=1) == []
    assert 0.9 <= time.monotonic() - began < 2


def test_a_busy_group_does_not_hold_back_another(local_queue: Spoken) -> None:
    for number in range(4):
        local_queue.send(f"noisy {number}", MessageGroupId="noisy")
    local_queue.send("quiet", MessageGroupId="quiet")
    assert local_queue.bodies(1) == ["noisy 0"]
    assert local_queue.bodies(1) == ["quiet"]
    assert local_queue.bodies() == ["noisy 1", "noisy 2", "noisy 3"]


def test_a_group_whose_messages_are_done_is_busy_no_more(local_queue: Spoken) -> None:
    for body in ("first", "second"):
        local_queue.send(body, MessageGroupId="noisy")
    local_queue.delete(local_queue.receive(1)[0])
    local_queue.send("quiet", MessageGroupId="quiet")
    assert local_queue.bodies() == ["second", "quiet"]


def test_messages_without_a_group_keep_their_order(local_queue: Spoken) -> None:
    for number in range(4):
        local_queue.send(str(number))
    assert local_queue.bodies(2) + local_queue.bodies(2) == ["0", "1", "2", "3"]


def test_a_message_is_delivered_twice_on_order_even_when_it_was_deleted(
    endpoint: LocalSqs, local_queue: Spoken
) -> None:
    endpoint.faults.deliver_twice(1)
    local_queue.send("once")
    [first] = local_queue.receive(1)
    local_queue.delete(first)
    [second] = local_queue.receive()
    assert (first["MessageId"], first["Body"]) == (second["MessageId"], second["Body"])
    local_queue.delete(second)
    assert local_queue.counts() == (0, 0, 0)


def test_messages_come_out_of_order_on_order(endpoint: LocalSqs, local_queue: Spoken) -> None:
    endpoint.faults.shuffled = True
    try:
        sent = [str(number) for number in range(10)]
        local_queue.send_all(*[{"MessageBody": body} for body in sent])
        received = local_queue.bodies()
    finally:
        endpoint.faults.shuffled = False
    assert received != sent
    assert sorted(received) == sent


def test_entries_of_a_batch_are_refused_on_order(endpoint: LocalSqs, local_queue: Spoken) -> None:
    endpoint.faults.refuse_entries(2)
    answer = local_queue.send_all(*[{"MessageBody": body} for body in "abc"])
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [("0", False), ("1", False)]
    assert local_queue.bodies() == ["c"]


def test_each_message_is_received_by_one_of_many_receivers(local_queue: Spoken) -> None:
    for _ in range(20):
        local_queue.send_all(*[{}] * 10)
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: local_queue.receive(), range(40)))
    received = [message["MessageId"] for batch in batches for message in batch]
    assert len(received) == len(set(received)) == 200


def test_a_message_that_nobody_has_cannot_be_hidden(local_queue: Spoken) -> None:
    local_queue.send()
    [message] = local_queue.receive(VisibilityTimeout=0)
    with pytest.raises(local_queue.client.exceptions.MessageNotInflight):
        local_queue.hide(message, 5)


def test_an_old_receipt_deletes_a_message_that_is_visible_again(local_queue: Spoken) -> None:
    local_queue.send("late", MessageGroupId="g")
    [message] = local_queue.receive(VisibilityTimeout=0)
    local_queue.delete(message)
    local_queue.send("next", MessageGroupId="g")
    assert local_queue.bodies() == ["next"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"MessageBody": "bell \x07"}, "InvalidMessageContents"),
        ({"MessageGroupId": "two words"}, "InvalidParameterValue"),
        ({"MessageAttributes": {"a": {"DataType": "Date", "StringValue": "x"}}}, "InvalidParameterValue"),
        ({"MessageAttributes": {"a": {"DataType": "String"}}}, "InvalidParameterValue"),
        ({"MessageAttributes": {"a": {"DataType": "Binary", "StringValue": "x"}}}, "InvalidParameterValue"),
    ],
)
def test_a_message_that_sqs_refuses_is_refused(local_queue: Spoken, more: dict[str, object], code: str) -> None:
    message = {"MessageBody": "Hello", **more}
    with pytest.raises(ClientError) as refused:
        local_queue.client.send_message(QueueUrl=local_queue.url, **message)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("seconds", [-1, 43_201])
def test_a_receiver_hides_a_message_for_twelve_hours_at_most(local_queue: Spoken, seconds: int) -> None:
    with pytest.raises(ClientError, match="VisibilityTimeout"):
        local_queue.receive(VisibilityTimeout=seconds)


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("SendMessage", []),
        ("SendMessage", None),
        ("SendMessage", {"QueueUrl": 5, "MessageBody": "x"}),
        ("SendMessage", {"MessageBody": 5}),
        ("SendMessage", {"MessageBody": "x", "DelaySeconds": "1"}),
        ("SendMessage", {"MessageBody": "x", "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "!!!"}}}),
        ("ReceiveMessage", {"MaxNumberOfMessages": True}),
        ("DeleteMessage", {"ReceiptHandle": 5}),
        ("SendMessageBatch", {"Entries": [5]}),
        ("SendMessageBatch", {"Entries": {"Id": "a"}}),
    ],
)
def test_what_has_not_the_type_that_the_api_says_is_refused(
    endpoint: LocalSqs, local_queue: Spoken, action: str, given: object
) -> None:
    """Past boto3, which would not send it."""
    body = {"QueueUrl": local_queue.url} | given if isinstance(given, dict) else given
    client = HTTPConnection("localhost", endpoint.port)
    with closing(client):
        client.request("POST", "/", json.dumps(body), {"x-amz-target": f"AmazonSQS.{action}"})
        answer = client.getresponse()
        assert (answer.status, json.load(answer)["__type"]) == (400, "com.amazonaws.sqs#SerializationException")


def test_what_it_cannot_do_is_said(local_queue: Spoken) -> None:
    with pytest.raises(ClientError, match="no TagQueue"):
        local_queue.client.tag_queue(QueueUrl=local_queue.url, Tags={"a": "b"})


def test_a_redrive_to_nowhere_is_refused(local_queue: Spoken) -> None:
    policy = '{"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:123456789012:nowhere", "maxReceiveCount": 3}'
    with pytest.raises(ClientError, match="Dead letter target does not exist"):
        local_queue.another(RedrivePolicy=policy)


def test_it_ends_at_once_while_a_receiver_waits() -> None:
    with LocalSqs() as sqs:
        sqs.create_queue("queue")
        receiver = threading.Thread(target=sqs.queue("queue").receive, args=(1,), kwargs={"wait_seconds": 20})
        receiver.start()
    receiver.join(1)
    assert not receiver.is_alive()


def test_a_port_in_use_is_said(endpoint: LocalSqs) -> None:
    with pytest.raises(StartError, match=r"for the local SQS, cannot be used"), LocalSqs(endpoint.port):
        pass


def test_time_passes_as_fast_as_the_endpoint_was_told() -> None:
    with LocalSqs(speed=100) as sqs:
        hurried = make_queue(client_of(sqs.url))
        hurried.send("delayed", DelaySeconds=20)
        [delayed] = hurried.receive(WaitTimeSeconds=2, VisibilityTimeout=5)
        hurried.hide(delayed, 20)
        began = time.monotonic()
        assert len(hurried.receive(WaitTimeSeconds=2)) == 1
        assert time.monotonic() - began >= 0.1
