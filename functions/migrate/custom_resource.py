"""A custom resource's answer to CloudFormation, which waits for it at an address that its request names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import urllib3
from urllib3.exceptions import HTTPError

# It is always the same: another would have CloudFormation delete the one before.
_RESOURCE = "schema"
_SECONDS = 10
_TRIES = 3


@contextmanager
def answering(request: Mapping[str, str], log_stream: str) -> Iterator[None]:
    """Say that the block has succeeded; or that it failed and where to read why, and raise what it failed with.

    The reason names the error's kind alone, since whoever sees the stack reads it.
    """
    try:
        yield
    except Exception as error:
        _answer(request, Status="FAILED", Reason=f"{type(error).__name__}; the log stream {log_stream} says more")
        raise
    _answer(request, Status="SUCCESS")


def _answer(request: Mapping[str, str], **result: str) -> None:
    asked = {name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({**asked, "PhysicalResourceId": _RESOURCE, **result})
    outcome = _put(request["ResponseURL"], body)
    if outcome != "200":
        raise RuntimeError(f"CloudFormation's bucket took no answer ({outcome}), and so the deployment waits in vain.")


def _put(address: str, body: str) -> str:
    """The status that came back, or the kind of the last error where none did."""
    outcome = ""
    for _ in range(_TRIES):
        try:
            # The address is signed: without a content type, and not for a log, to which urllib3's own retries tell it.
            return str(urllib3.request("PUT", address, body=body, timeout=_SECONDS, retries=False).status)
        except HTTPError as error:
            outcome = type(error).__name__
    return outcome
