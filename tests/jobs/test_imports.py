"""What a cold start waits for: a function loads what every invocation needs, and a job when it runs."""

import subprocess
import sys

import pytest

IMPORT = """
import sys, threading
import {module}
lazy = {{"boto3", "redis", "argon2", "stripe", "pydantic", "lectern.payments", "lectern.lifecycle"}}
print(sorted(lazy & set(sys.modules)), threading.active_count())
"""


@pytest.mark.parametrize("module", ["dispatcher.app", "teacher_job.app", "monitor.app"])
def test_importing_the_handler_opens_nothing_and_loads_no_job(module: str) -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{IMPORT.format(module=module)}"],
        capture_output=True,
        check=True,
        env={"PATH": ""},
    )

    assert done.stdout.decode().strip() == "[] 1"
