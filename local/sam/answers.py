"""Whoever waits for a custom resource's answer: CloudFormation has it put into a bucket, at a signed address."""

import json
from contextlib import AbstractContextManager
from typing import Any, Self

from local.http_server import HttpServer, Reply, Request
from local.port import HOST, free_port


class Answers(AbstractContextManager["Answers"]):
    """Takes them for the length of a `with`; `taken` has them in order."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[Any] = []

    def url(self, host: str = HOST) -> str:
        """By `host`, whoever answers calls this machine."""
        return f"http://{host}:{self.port}/answer"

    def __enter__(self) -> Self:
        self._server = HttpServer(self._take, self.port, purpose="custom resources' answers")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _take(self, request: Request) -> Reply:
        # The address is signed without a content type, and so a bucket refuses whoever sends one.
        if request.method != "PUT" or "content-type" in request.headers:
            return Reply(403, "")
        self.taken.append(json.loads(request.body))
        return Reply(200, "")
