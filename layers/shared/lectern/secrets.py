"""Secrets Manager, asked for a secret once in five minutes and environment, so that one that is rotated is noticed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def secret_text(arn: str) -> str:
    """The secret's text, at most five minutes old. Raises Powertools' GetParameterError when it cannot be read."""
    return str(_powertools()(arn))


def text_now(arn: str) -> str:
    """As it is at this moment; from now on `secret_text` knows it as well."""
    return str(_powertools()(arn, force_fetch=True))


def text_before(arn: str) -> str:
    """As it was before it was last changed; raises as well when there was nothing before."""
    return str(_powertools()(arn, force_fetch=True, max_age=0, VersionStage="AWSPREVIOUS"))


def _powertools() -> "Callable[..., object]":
    # boto3 takes a quarter of a second to import, and the local stack has no use for it.
    from aws_lambda_powertools.utilities.parameters import get_secret  # noqa: PLC0415

    return get_secret
