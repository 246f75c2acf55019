"""At its most talkative, under Lambda's own runtime client, a function's log has no secret in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from local.sam.build import BUILD
from local.sam.emulator import emulated
from local.sam.samples import EVENTS
from local.servers import TEMPLATE
from local.template import Function, functions

SECRET = "a secret that nobody may read"  # noqa: S105
# As Lambda sets them from a template's LoggingConfig.
AT_DEBUG = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG", "LOG_LEVEL": "DEBUG"}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}


class _Secrets(BaseHTTPRequestHandler):
    """Secrets Manager, which has one."""

    def do_POST(self) -> None:
        body = json.dumps({"Name": "metrics", "SecretString": SECRET}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass


@contextmanager
def secrets_manager() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Secrets) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def monitor() -> Function:
    declared = next(each for each in functions(TEMPLATE) if each.name == "MonitorFunction")
    return replace(declared, code=BUILD / declared.name)


def scrape() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "metrics.json").read_text())
    return event | {"headers": {"authorization": f"Bearer {SECRET}"[:-1]}}


def test_a_secret_that_a_function_reads_is_not_in_its_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as log, secrets_manager() as url:
        told = {"METRICS_TOKEN_SECRET_ARN": "arn:aws:secretsmanager:metrics", "AWS_ENDPOINT_URL_SECRETS_MANAGER": url}
        with emulated(monitor(), told | CREDENTIALS | AT_DEBUG, log) as invoke:
            assert invoke(scrape())["statusCode"] == 401

    assert SECRET not in path.read_text()
