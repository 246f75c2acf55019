"""Which web pages may call the API: ALLOWED_ORIGINS says so, and it is read when the function starts."""

import json
import os
import subprocess
import sys

import pytest

CALL = """
import json, sys
from tests.http.api import Api
answer = Api().send(sys.argv[1], "/v1/me", headers={"origin": sys.argv[2]})
print(json.dumps([answer.status, answer.headers]))
"""


def call(method: str, origin: str, allowed: str) -> tuple[int, dict[str, str]]:
    environment = {**os.environ, "ALLOWED_ORIGINS": allowed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", CALL, method, origin], env=environment, capture_output=True, check=True
    )
    status, headers = json.loads(done.stdout.splitlines()[-1])
    return status, headers


def test_a_page_of_ours_is_told_what_it_may_send() -> None:
    status, headers = call("OPTIONS", "https://b.example", "https://a.example, https://b.example")

    assert status == 204
    assert headers["Access-Control-Allow-Origin"] == "https://b.example"
    assert {"PATCH", "PUT", "DELETE"} <= set(headers["Access-Control-Allow-Methods"].split(","))
    assert {"Authorization", "Idempotency-Key", "If-Match"} <= set(headers["Access-Control-Allow-Headers"].split(","))


def test_a_problem_can_be_read_by_a_page_of_ours() -> None:
    status, headers = call("GET", "https://a.example", "https://a.example")

    assert (status, headers["Access-Control-Allow-Origin"]) == (401, "https://a.example")


@pytest.mark.parametrize("allowed", ["", "https://a.example"])
def test_another_page_is_not_let_in(allowed: str) -> None:
    _, headers = call("GET", "https://evil.example", allowed)

    assert "Access-Control-Allow-Origin" not in headers
