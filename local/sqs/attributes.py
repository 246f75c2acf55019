"""A queue's attributes: the texts of the API, read into the numbers that it works with.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from local.sqs.errors import SqsError

# What each may be, and what it is where nobody says.
NUMBERS = {
    "DelaySeconds": (0, 900, 0),
    "MaximumMessageSize": (1_024, 1_048_576, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600, 345_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20, 0),
    "VisibilityTimeout": (0, 43_200, 30),
}
DEFAULTS = {name: str(default) for name, (_, _, default) in NUMBERS.items()}
# Kept and told, with no effect here.
ONLY_KEPT = frozenset({"Policy", "RedriveAllowPolicy", "SqsManagedSseEnabled"})


@dataclass(frozen=True, slots=True)
class Settings:
    """`dead_letter_arn` is None, and `most_receives` out of reach, without a redrive policy."""

    texts: Mapping[str, str]
    delay_seconds: int
    most_bytes: int
    wait_seconds: int
    visibility_seconds: int
    dead_letter_arn: str | None
    most_receives: int


def read(given: Mapping[str, str], before: Mapping[str, str] = DEFAULTS) -> Settings:
    """The settings after a change; raises `SqsError` for a name or a value that SQS refuses."""
    for name, text in given.items():
        _check(name, text)
    # An empty policy takes the policy away.
    texts = {name: text for name, text in {**before, **given}.items() if text}
    dead_letter_arn, most_receives = _redrive(texts.get("RedrivePolicy"))
    return Settings(
        texts=texts,
        delay_seconds=int(texts["DelaySeconds"]),
        most_bytes=int(texts["MaximumMessageSize"]),
        wait_seconds=int(texts["ReceiveMessageWaitTimeSeconds"]),
        visibility_seconds=int(texts["VisibilityTimeout"]),
        dead_letter_arn=dead_letter_arn,
        most_receives=most_receives,
    )


def _check(name: str, text: str) -> None:
    if name in NUMBERS:
        least, most, _ = NUMBERS[name]
        if not text.isdecimal() or not least <= int(text) <= most:
            raise _bad_value(name)
    elif name != "RedrivePolicy" and name not in ONLY_KEPT:
        raise SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")


def _redrive(text: str | None) -> tuple[str | None, int]:
    if not text:
        return None, sys.maxsize
    try:
        policy = json.loads(text)
        return policy["deadLetterTargetArn"], int(policy["maxReceiveCount"])
    except (ValueError, KeyError, TypeError) as error:
        raise _bad_value("RedrivePolicy") from error


def _bad_value(name: str) -> SqsError:
    return SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
