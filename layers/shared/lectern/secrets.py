"""Secrets Manager, asked once per secret and environment."""


def secret_text(arn: str) -> str:
    """The secret's text. Raises Powertools' GetParameterError when it cannot be read."""
    # boto3 takes a quarter of a second to import, and the local stack has no use for it.
    from aws_lambda_powertools.utilities.parameters import get_secret  # noqa: PLC0415

    return str(get_secret(arn))
