"""A custom resource's answer to CloudFormation, which waits for it at an address that its request names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import urllib3

# It is always the same: another would have CloudFormation delete the one before.
_RESOURCE = "schema"
_SECONDS = 10


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
    # With no content type, for the address is signed without one.
    answer = urllib3.request("PUT", request["ResponseURL"], body=body, timeout=_SECONDS, retries=3)
    if answer.status >= 300:  # noqa: PLR2004 - HTTP's success ends there
        raise RuntimeError(f"CloudFormation's bucket answers {answer.status}, and so the deployment waits in vain.")
