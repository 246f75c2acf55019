"""CloudFormation asks functions/migrate for the schema, and the deployment goes on or stops by what it is told."""

import json
import socket
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import psycopg
import pytest

from lectern import settings
from local.postgres import Postgres
from migrate.app import handler
from tests.http.api import CONTEXT

STACK = {"StackId": "arn:aws:cloudformation:stack", "RequestId": "one", "LogicalResourceId": "Schema"}


class Bucket(HTTPServer):
    """Where CloudFormation looks for the answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Put)
        self.put: list[tuple[str | None, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/answer?signature=1"

    def answers(self) -> list[tuple[str, str]]:
        return [(body["Status"], body["PhysicalResourceId"]) for _, body in self.put]


class _Put(BaseHTTPRequestHandler):
    server: Bucket

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.put.append((self.headers["content-type"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with Bucket() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """The function's environment, for a database that has nothing in it yet."""
    with Postgres.temporary() as server, monkeypatch.context() as environment:
        environment.setenv("DATABASE_OWNER_URL", server.owner_url)
        environment.setenv("DATABASE_URL", server.app_url)
        yield server
    settings.database_settings.cache_clear()


def ask(bucket: Bucket, kind: str) -> None:
    assert handler({**STACK, "RequestType": kind, "ResponseURL": bucket.url}, CONTEXT) is None


def tables(server: Postgres) -> set[str]:
    with psycopg.connect(server.owner_url) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_the_deployment_goes_on_when_the_schema_is_there(bucket: Bucket, deployed: Postgres) -> None:
    ask(bucket, "Create")
    ask(bucket, "Update")

    assert "class_sessions" in tables(deployed)
    assert bucket.answers() == [("SUCCESS", "schema")] * 2
    [(content_type, answer), _] = bucket.put
    assert not content_type
    assert answer.items() >= STACK.items()


def test_it_fails_when_a_migration_does_and_quotes_no_row(bucket: Bucket, deployed: Postgres) -> None:
    with psycopg.connect(deployed.owner_url) as connection:
        connection.execute("create table teachers (id integer)")

    with pytest.raises(psycopg.errors.DuplicateTable):
        ask(bucket, "Create")

    [(_, answer)] = bucket.put
    assert answer["Status"] == "FAILED"
    assert "DuplicateTable" in answer["Reason"]
    assert "teachers" not in answer["Reason"]


def test_a_stack_that_is_deleted_leaves_the_schema_alone(bucket: Bucket, deployed: Postgres) -> None:
    ask(bucket, "Create")
    before = tables(deployed)

    ask(bucket, "Delete")

    assert tables(deployed) == before
    assert bucket.answers()[-1] == ("SUCCESS", "schema")


def test_where_the_answer_cannot_be_put_the_signed_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unheard.getsockname()[1]}/answer?signature=1"

        with pytest.raises(RuntimeError, match="NewConnectionError") as failed:
            handler({**STACK, "RequestType": "Delete", "ResponseURL": address}, CONTEXT)

    assert "signature" not in caplog.text + "".join(traceback.format_exception(failed.value))
