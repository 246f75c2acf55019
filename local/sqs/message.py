"""A message: what a sender may say, checked, and what a receiver is told.

Limits as of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.sqs.errors import SqsError, invalid, missing

MOST_BYTES = 1_048_576
MOST_DELAY_SECONDS = 900
MOST_ATTRIBUTES = 10
SENDER = "AIDALECTERNLOCALSENDR"

_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GROUP = re.compile(r"[!-~]{1,128}")
_STRING, _BINARY = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Content:
    """A message as its sender gave it; `attributes` as the API has them, `sent` in milliseconds."""

    message_id: str
    body: str
    body_md5: str
    attributes: Mapping[str, Mapping[str, Any]]
    attributes_md5: str | None
    system_attributes: Mapping[str, Mapping[str, Any]]
    group: str | None
    sent: int
    source_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One receipt of a message; times in milliseconds."""

    content: Content
    receipt_handle: str
    receive_count: int
    first_received: int

    def system_attributes(self) -> dict[str, str]:
        content = self.content
        optional = {"MessageGroupId": content.group, "DeadLetterQueueSourceArn": content.source_arn}
        return {
            "ApproximateReceiveCount": str(self.receive_count),
            "SentTimestamp": str(content.sent),
            "SenderId": SENDER,
            "ApproximateFirstReceiveTimestamp": str(self.first_received),
            **{name: value for name, value in optional.items() if value},
            **{name: attribute["StringValue"] for name, attribute in content.system_attributes.items()},
        }


def read(given: Mapping[str, Any], most_bytes: int, now: float) -> Content:
    """The message of a SendMessage or of one entry of a batch; raises `SqsError`."""
    body = given.get("MessageBody")
    if not body:
        raise missing("MessageBody")
    attributes = given.get("MessageAttributes") or {}
    if size(given) > most_bytes:
        reason = f"One or more parameters are invalid. Reason: Message must be shorter than {most_bytes} bytes."
        raise SqsError("InvalidParameterValue", reason)
    if _UNFIT.search(body):
        raise SqsError("InvalidMessageContents", "Invalid characters found in the message body.")
    _check_attributes(attributes)
    return Content(
        message_id=str(uuid.uuid4()),
        body=body,
        body_md5=_md5(body.encode()),
        attributes=attributes,
        attributes_md5=digest(attributes) if attributes else None,
        system_attributes=given.get("MessageSystemAttributes") or {},
        group=_group(given.get("MessageGroupId")),
        sent=int(now * 1000),
    )


def size(given: Mapping[str, Any]) -> int:
    """What counts of a message towards the limits: its body, and its attributes' names, types and values."""
    attributes = (given.get("MessageAttributes") or {}).items()
    parts = (len(name.encode()) + len(kind.get("DataType", "")) + len(_value(kind)[1]) for name, kind in attributes)
    return len(given.get("MessageBody", "").encode()) + sum(parts)


def delay(given: Mapping[str, Any], default: int) -> int:
    seconds = given.get("DelaySeconds")
    if seconds is None:
        return default
    if not 0 <= seconds <= MOST_DELAY_SECONDS:
        raise invalid("DelaySeconds", seconds, f"DelaySeconds must be >= 0 and <= {MOST_DELAY_SECONDS}.")
    return int(seconds)


def digest(attributes: Mapping[str, Mapping[str, Any]]) -> str:
    """The MD5 of a message's attributes, which an SDK may check.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    parts = bytearray()
    for name, attribute in sorted(attributes.items()):
        transport, value = _value(attribute)
        parts += _sized(name.encode()) + _sized(attribute["DataType"].encode()) + transport + _sized(value)
    return _md5(parts)


def _check_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> None:
    if len(attributes) > MOST_ATTRIBUTES:
        raise SqsError("InvalidParameterValue", f"Number of message attributes [{len(attributes)}] exceeds 10.")
    for name, attribute in attributes.items():
        if not re.fullmatch(r"[\w.-]{1,256}", name, re.ASCII):
            raise SqsError("InvalidParameterValue", f"The message attribute name '{name}' is invalid.")
        if not re.match(r"(String|Number|Binary)(\.|$)", attribute.get("DataType", "")):
            reason = f"The type of message (user) attribute '{name}' is invalid."
            raise SqsError("InvalidParameterValue", reason)
        if not attribute.get("BinaryValue" if attribute["DataType"].startswith("Binary") else "StringValue"):
            raise SqsError("InvalidParameterValue", f"The message attribute '{name}' must have a value of its type.")


def _group(group: str | None) -> str | None:
    if group is not None and not _GROUP.fullmatch(group):
        raise invalid("MessageGroupId", group, "It must be 1 to 128 letters, digits and punctuation marks.")
    return group


def _value(attribute: Mapping[str, Any]) -> tuple[bytes, bytes]:
    if "BinaryValue" in attribute:
        return _BINARY, base64.b64decode(attribute["BinaryValue"])
    return _STRING, attribute.get("StringValue", "").encode()


def _sized(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _md5(data: bytes | bytearray) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
