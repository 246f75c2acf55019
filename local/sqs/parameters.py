"""The types of the API's parameters: one that has another is refused before anything looks at it, as AWS's parser does.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from local.sqs.errors import SqsError

type Check = Callable[[Any], Any]


def read(given: object) -> dict[str, Any]:
    """The parameters of a request, or of an entry or an attribute in it, without those that are null.

    Raises `SqsError`.
    """
    document: dict[str, Any] = _of(dict)(given)
    return {
        name: _TYPES[name](value) if name in _TYPES else value for name, value in document.items() if value is not None
    }


def _of(kind: type) -> Check:
    def check(value: object) -> object:
        # Not isinstance: a bool is an int to Python, and no number to JSON.
        if type(value) is not kind:
            raise _unreadable(f"{value!r:.80} is no {kind.__name__}.")
        return value

    return check


def _list_of(check: Check) -> Check:
    return lambda values: [check(each) for each in _of(list)(values)]


def _map_to(check: Check) -> Check:
    return lambda values: {name: check(each) for name, each in _of(dict)(values).items()}


def _base64(value: object) -> object:
    try:
        base64.b64decode(_of(str)(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable("A binary value must be base64.") from error
    return value


def _unreadable(reason: str) -> SqsError:
    return SqsError("SerializationException", reason)


_TYPES: Mapping[str, Check] = {
    **dict.fromkeys(
        ("QueueUrl", "QueueName", "QueueNamePrefix", "MessageBody", "MessageGroupId", "ReceiptHandle"), _of(str)
    ),
    **dict.fromkeys(("SourceArn", "DestinationArn", "Id", "DataType", "StringValue"), _of(str)),
    **dict.fromkeys(
        ("DelaySeconds", "MaxNumberOfMessages", "MaxResults", "VisibilityTimeout", "WaitTimeSeconds"), _of(int)
    ),
    **dict.fromkeys(("AttributeNames", "MessageSystemAttributeNames", "MessageAttributeNames"), _list_of(_of(str))),
    **dict.fromkeys(("MessageAttributes", "MessageSystemAttributes"), _map_to(read)),
    "Attributes": _map_to(_of(str)),
    "BinaryValue": _base64,
    "Entries": _list_of(read),
}
