"""Brings the database's schema up to date, in the VPC, when a deployment invokes it; the event says nothing.

A migration that fails makes the invocation fail, and so the deployment stop: the migrations before it stay.
"""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from psycopg.conninfo import conninfo_to_dict

from lectern import schema
from lectern.secrets import secret_text
from lectern.settings import SettingMissing, database_settings

logger = Logger()


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, list[str]]:
    """The names of the migrations that were applied now, in order."""
    applied = schema.apply(_owner_url(), app_password=_app_password())
    logger.info("migrations applied", names=applied)
    return {"applied": list(applied)}


def _owner_url() -> str:
    if url := os.environ.get("DATABASE_OWNER_URL"):
        return url
    if arn := os.environ.get("DATABASE_OWNER_SECRET_ARN"):
        return secret_text(arn)
    raise SettingMissing(
        "Set DATABASE_OWNER_URL, or DATABASE_OWNER_SECRET_ARN to the ARN of a secret whose text is that URL."
    )


def _app_password() -> str:
    """The one that the functions sign in with, so that it is kept in one place."""
    password = conninfo_to_dict(database_settings().url).get("password")
    if not password:
        raise SettingMissing("The database URL of the functions has no password to give the role lectern_app.")
    return str(password)
