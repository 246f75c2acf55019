"""What a cold start waits for: importing the function opens nothing and loads nothing that few deliveries need."""

import subprocess
import sys

IMPORT = """
import sys, threading
import webhooks.app
lazy = {"boto3", "redis", "argon2", "stripe", "pydantic", "aws_lambda_powertools.event_handler"}
print(sorted(lazy & set(sys.modules)), threading.active_count())
"""


def test_importing_the_handler_opens_nothing_and_loads_nothing_that_a_delivery_may_not_need() -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{IMPORT}"],
        capture_output=True,
        check=True,
        env={"PATH": ""},
    )

    assert done.stdout.decode().strip() == "[] 1"
