"""The log of a function, of whichever library its lines are, as Lambda's filter and whoever reads it need them."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import clear_caches
from moto import mock_aws

from function_log import function_log
from lectern.secrets import secret_text

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@contextmanager
def root_at_debug() -> Iterator[StringIO]:
    """What the root logger writes, set as Lambda sets it for a function at DEBUG; pytest's own handlers are away."""
    stream, handlers, level = StringIO(), logging.root.handlers, logging.root.level
    logging.root.handlers = [logging.StreamHandler(stream)]
    logging.root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logging.root.handlers = handlers
        logging.root.setLevel(level)


def test_a_secret_that_is_read_is_told_by_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    with root_at_debug() as written, mock_aws():
        function_log()
        made = boto3.client("secretsmanager").create_secret(Name="key", SecretString="nobody may read it")
        clear_caches()
        assert secret_text(made["ARN"]) == "nobody may read it"

    assert "nobody may read it" not in written.getvalue()


def test_a_line_has_its_time_as_lambda_reads_it_and_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()

    with root_at_debug() as written_by_root:
        monkeypatch.setattr(function_log().registered_handler, "stream", stream)
        logging.getLogger("lectern.any").error("something broke")

    line = json.loads(stream.getvalue())
    assert (line["level"], written_by_root.getvalue()) == ("ERROR", "")
    assert RFC_3339.fullmatch(line["timestamp"])
