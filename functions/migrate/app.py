"""Brings the database's schema up to date, in the VPC: for CloudFormation, and for whoever else invokes the function.

A migration that fails makes the deployment fail before the new code serves requests: the migrations before it stay.
"""

from typing import Any

import psycopg
from aws_lambda_powertools.utilities.typing import LambdaContext
from psycopg.conninfo import conninfo_to_dict

from function_log import function_log
from lectern import schema
from lectern.settings import SettingMissing, database_owner_url, database_settings
from migrate.custom_resource import answering
from migrate.failure import without_rows

logger = function_log()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]] | None:
    """The names of the migrations that were applied now, in order; CloudFormation is told only that they were."""
    if "ResponseURL" not in event:
        return {"applied": list(_apply())}
    with answering(event, context.log_stream_name):
        # Nothing is undone: who deletes a stack decides with the database what becomes of the data.
        if event["RequestType"] != "Delete":
            _apply()
    return None


def _apply() -> tuple[str, ...]:
    # The environment of an earlier invocation may know passwords from before they were changed.
    database_settings.cache_clear()
    try:
        applied = schema.apply(database_owner_url(), app_password=_app_password())
    except psycopg.Error as error:
        # Lambda logs what a function raises, word for word.
        raise without_rows(error) from None
    logger.info("migrations applied", names=applied)
    return applied


def _app_password() -> str:
    """The one that the functions sign in with, so that it is kept in one place."""
    password = conninfo_to_dict(database_settings().url).get("password")
    if not password:
        raise SettingMissing("The database URL of the functions has no password to give the role lectern_app.")
    return str(password)
