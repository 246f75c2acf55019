"""The database's password is changed while requests come: none of them is refused, whenever it comes."""

from collections.abc import Iterator

import boto3
import psycopg
import pytest
from aws_lambda_powertools.utilities.parameters import clear_caches
from moto import mock_aws
from mypy_boto3_secretsmanager import SecretsManagerClient
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lectern import database, schema, settings
from lectern.identifiers import new_id
from local.postgres import Postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        schema.apply(server.owner_url, app_password=server.app_password)
        yield server


@pytest.fixture
def secrets(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManagerClient]:
    """With the secret that this environment, which has no connection yet, was told of."""
    with mock_aws(), monkeypatch.context() as environment:
        client = boto3.client("secretsmanager", region_name="eu-central-1")
        environment.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        environment.delenv("DATABASE_URL", raising=False)
        secret = client.create_secret(Name="database", SecretString=url(server, server.app_password))
        environment.setenv("DATABASE_SECRET_ARN", secret["ARN"])
        start_anew()
        yield client
    set_password(server, server.app_password)
    start_anew()


def start_anew() -> None:
    database.close()
    settings.database_settings.cache_clear()
    clear_caches()


def url(server: Postgres, password: str) -> str:
    return make_conninfo(server.app_url, password=password)


def set_password(server: Postgres, password: str) -> None:
    with psycopg.connect(server.owner_url) as owner:
        owner.execute(sql.SQL("alter role lectern_app password {}").format(sql.Literal(password)))


def request() -> None:
    with database.tenant(new_id()):
        pass


def test_an_environment_that_starts_between_the_two_changes_signs_in(
    server: Postgres, secrets: SecretsManagerClient
) -> None:
    secrets.put_secret_value(SecretId="database", SecretString=url(server, "new"))

    request()


def test_an_environment_that_knows_the_old_password_learns_the_new_one(
    server: Postgres, secrets: SecretsManagerClient
) -> None:
    request()
    secrets.put_secret_value(SecretId="database", SecretString=url(server, "new"))
    set_password(server, "new")
    database.close()

    request()


def test_what_it_has_learnt_holds_for_its_next_connection(server: Postgres, secrets: SecretsManagerClient) -> None:
    request()
    secrets.put_secret_value(SecretId="database", SecretString=url(server, "new"))
    set_password(server, "new")
    database.close()

    with database.tenant(new_id()):
        secrets.delete_secret(SecretId="database", ForceDeleteWithoutRecovery=True)
        request()
