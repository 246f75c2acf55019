"""What the local SQS and moto's do alike: each test runs on both."""

import time
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.local.sqs.conftest import Spoken


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"]).rpartition(".")[2]


def test_a_message_is_received_as_it_was_sent(queue: Spoken) -> None:
    attributes = {
        "kind": {"DataType": "String", "StringValue": "greeting"},
        "n": {"DataType": "Number", "StringValue": "7"},
    }
    sent = queue.send("Grüße", MessageAttributes=attributes)
    [message] = queue.receive(MessageAttributeNames=["All"])
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "Grüße")
    assert message["MessageAttributes"] == attributes


def test_its_digests_are_those_of_sqs(queue: Spoken) -> None:
    binary = {"raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    number = {"n": {"DataType": "Number.int", "StringValue": "7"}}
    sent = queue.send("Hello from SQS!", MessageAttributes=binary | number)
    assert sent["MD5OfMessageBody"] == "7b270e59b47ff90a553787216d55d91d"
    assert sent["MD5OfMessageAttributes"] == "87884a9ba58cf12c1608f72f9edaebc5"


def test_it_says_when_it_was_sent_for_whom_and_how_often_it_was_received(queue: Spoken) -> None:
    before = int(time.time() * 1000)
    queue.send(MessageGroupId="teacher-1")
    queue.hide(queue.receive()[0], 0)
    [message] = queue.receive(MessageSystemAttributeNames=["All"])
    attributes = message["Attributes"]
    assert attributes["ApproximateReceiveCount"] == "2"
    assert before <= int(attributes["SentTimestamp"]) <= int(attributes["ApproximateFirstReceiveTimestamp"])
    assert attributes["MessageGroupId"] == "teacher-1"


def test_only_what_is_asked_for_is_told(queue: Spoken) -> None:
    attributes = {"a.one": {"DataType": "String", "StringValue": "1"}, "b": {"DataType": "String", "StringValue": "2"}}
    queue.send(MessageAttributes=attributes)
    [message] = queue.receive(MessageAttributeNames=["a.*"], MessageSystemAttributeNames=["SentTimestamp"])
    assert list(message["MessageAttributes"]) == ["a.one"]
    assert list(message["Attributes"]) == ["SentTimestamp"]


def test_a_received_message_is_hidden_until_its_visibility_ends(queue: Spoken) -> None:
    queue.send()
    assert len(queue.receive(VisibilityTimeout=1)) == 1
    assert queue.receive() == []
    time.sleep(1.05)
    assert len(queue.receive()) == 1


def test_visibility_that_a_receiver_changes_counts_from_then(queue: Spoken) -> None:
    queue.send()
    [message] = queue.receive(VisibilityTimeout=1)
    queue.hide(message, 30)
    time.sleep(1.05)
    assert queue.receive() == []


def test_a_message_may_be_delayed(queue: Spoken) -> None:
    queue.send(DelaySeconds=1)
    assert (queue.receive(), queue.counts()) == ([], (0, 0, 1))
    time.sleep(1.05)
    assert len(queue.receive()) == 1


def test_a_deleted_message_does_not_come_back_and_may_be_deleted_again(queue: Spoken) -> None:
    queue.send()
    [message] = queue.receive(VisibilityTimeout=1)
    queue.delete(message)
    queue.delete(message)
    time.sleep(1.05)
    assert (queue.receive(), queue.counts()) == ([], (0, 0, 0))


def test_a_queue_counts_what_waits_and_what_is_in_flight(queue: Spoken) -> None:
    queue.send_all({}, {}, {})
    queue.receive(1)
    assert queue.counts() == (2, 1, 0)


def test_a_batch_tells_the_fate_of_each_entry(queue: Spoken) -> None:
    answer = queue.send_all({"MessageBody": "a"}, {"MessageBody": "b", "DelaySeconds": 901})
    assert [entry["Id"] for entry in answer["Successful"]] == ["0"]
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [("1", True)]
    assert queue.bodies() == ["a"]


def test_a_batch_of_deletions_tells_them_too(queue: Spoken) -> None:
    queue.send()
    [message] = queue.receive()
    entries = [{"Id": "good", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "none"}]
    answer = queue.client.delete_message_batch(QueueUrl=queue.url, Entries=entries)
    assert ("good" in str(answer["Successful"]), queue.counts()) == (True, (0, 0, 0))


def test_a_batch_of_visibilities_changes_each(queue: Spoken) -> None:
    queue.send_all({}, {})
    entries = [{"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in queue.receive()]
    timed = [{**entry, "VisibilityTimeout": seconds} for entry, seconds in zip(entries, (0, 43_201), strict=True)]
    answer = queue.client.change_message_visibility_batch(QueueUrl=queue.url, Entries=timed)
    assert [entry["Id"] for entry in answer["Failed"]] == [entries[1]["Id"]]
    assert len(queue.receive()) == 1


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([{"Id": str(n)} for n in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "a"}, {"Id": "a"}], "BatchEntryIdsNotDistinct"),
        ([{"Id": "no spaces"}], "InvalidBatchEntryId"),
        ([{"MessageBody": "x" * 600_000}] * 2, "BatchRequestTooLong"),
    ],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(queue: Spoken, entries: list[dict[str, str]], code: str) -> None:
    assert refusal(lambda: queue.send_all(*entries)) == code
    assert queue.counts() == (0, 0, 0)


def test_a_message_may_be_a_mebibyte_and_no_more(queue: Spoken) -> None:
    queue.send("x" * 1_048_576)
    assert refusal(lambda: queue.send("x" * 1_048_577)) == "InvalidParameterValue"


def test_a_queue_that_is_not_there_is_said(queue: Spoken) -> None:
    assert refusal(lambda: queue.client.get_queue_url(QueueName="nowhere")) == "NonExistentQueue"
    elsewhere = Spoken(queue.client, queue.url + "x")
    assert refusal(elsewhere.send) == "NonExistentQueue"


def test_a_receipt_that_is_none_is_refused(queue: Spoken) -> None:
    assert refusal(lambda: queue.hide({"ReceiptHandle": "none"}, 5)) == "ReceiptHandleIsInvalid"


def test_the_same_queue_may_be_made_again_but_not_with_other_attributes(queue: Spoken) -> None:
    name = queue.url.rpartition("/")[2]
    assert queue.client.create_queue(QueueName=name)["QueueUrl"] == queue.url
    other = {"VisibilityTimeout": "99"}
    assert refusal(lambda: queue.client.create_queue(QueueName=name, Attributes=other)) == "QueueAlreadyExists"


def test_attributes_are_told_and_changed(queue: Spoken) -> None:
    assert queue.attribute("VisibilityTimeout") == "30"
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={"VisibilityTimeout": "1"})
    assert queue.attribute("VisibilityTimeout") == "1"
    queue.send()
    queue.receive()
    time.sleep(1.05)
    assert len(queue.receive()) == 1


def test_queues_are_listed_by_the_beginning_of_their_name(queue: Spoken) -> None:
    name = queue.url.rpartition("/")[2]
    assert queue.client.list_queues(QueueNamePrefix=name[:-4])["QueueUrls"] == [queue.url]


def test_a_purged_queue_is_empty(queue: Spoken) -> None:
    queue.send_all({}, {})
    queue.client.purge_queue(QueueUrl=queue.url)
    assert queue.counts() == (0, 0, 0)


def test_a_message_received_too_often_goes_to_the_dead_letters(queue: Spoken) -> None:
    source, dead = queue.with_dead_letters(most_receives=2)
    source.send("poison")
    for _ in range(2):
        source.hide(source.receive()[0], 0)
    assert source.receive() == []
    assert (source.counts(), dead.bodies()) == ((0, 0, 0), ["poison"])


def test_dead_letters_that_are_moved_come_back_to_their_queue(local_queue: Spoken) -> None:
    source, dead = local_queue.with_dead_letters(most_receives=1)
    source.send("poison", MessageGroupId="g")
    source.hide(source.receive()[0], 0)
    assert source.receive() == []
    arn = dead.attribute("QueueArn")
    source.client.start_message_move_task(SourceArn=arn)
    [task] = source.client.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    [message] = source.receive(MessageSystemAttributeNames=["All"])
    assert (message["Body"], message["Attributes"]["ApproximateReceiveCount"]) == ("poison", "1")
