"""What SnapStart restores: copies that share nothing that was open, and imports that open nothing."""

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lectern import cache, database
from snapshot import drop_connections_after_restore
from tests.http.conftest import Business

IMPORT = """
import sys, threading
import booking.app
models = "aws_lambda_powertools.event_handler.openapi.models"
lazy = {"boto3", "redis", "argon2", "email_validator", "aws_xray_sdk", "stripe", "lectern.payments.stripe_api", models}
print(sorted(lazy & set(sys.modules)), threading.active_count())
"""


def test_importing_the_handler_opens_nothing_and_loads_nothing_that_a_request_may_not_need() -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{IMPORT}"],
        capture_output=True,
        check=True,
        env={"PATH": ""},
    )

    assert done.stdout.decode().strip() == "[] 1"


def test_a_restored_copy_drops_its_connections_and_opens_new_ones(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks: list[Callable[[], None]] = []
    lambda_library = SimpleNamespace(register_after_restore=hooks.append, __spec__=SimpleNamespace())
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", lambda_library)
    drop_connections_after_restore()

    for hook in hooks:
        hook()

    assert hooks == [database.close, cache.close]
    assert business.api.get("/v1/me").status == 200
