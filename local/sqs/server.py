"""The server: takes the API's requests on a loopback port, in the JSON protocol (AWS's awsJson1_0)."""

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from local.asgi import AsgiServer, Message, Receive, Send, read_body
from local.port import HOST, free_port
from local.sqs import parameters
from local.sqs.actions import Actions
from local.sqs.errors import SqsError
from local.sqs.faults import Faults
from local.sqs.queue import Queue
from local.sqs.queues import Queues

# Ten messages' bodies and attributes may be 1 MiB, and twice as much or more in JSON.
MOST_BODY_BYTES = 8 * 1024 * 1024
# Receivers that wait each hold a thread; more than these wait for a thread.
WAITING = 64


class LocalSqs:
    """One endpoint, as a context manager; its queues are gone with it."""

    def __init__(self, port: int = 0, *, speed: float = 1) -> None:
        """Name the port (0: a free one); it is taken on entering, which raises `StartError` when it is in use.

        `speed` is how many times faster delays and visibility timeouts end than they say.
        """
        self.port = port or free_port()
        self.faults = Faults()
        self._queues = Queues(self.faults, speed)
        self._actions = Actions(self.url, self._queues, self.faults, time.time)

    @property
    def url(self) -> str:
        """The `endpoint_url` of a client."""
        return f"http://{HOST}:{self.port}"

    def create_queue(self, name: str, **attributes: str) -> str:
        """The URL of a queue with these attributes of the API, made when it is missing."""
        return self._actions.queue_url(self._queues.create(name, attributes))

    def configure(self, name: str, **attributes: str) -> None:
        """Change attributes of the queue, as SetQueueAttributes does."""
        self._queues.configure(name, attributes)

    def queue_url(self, name: str) -> str:
        """Raises `SqsError`."""
        return self._actions.queue_url(self._queues.named(name))

    def queue(self, name: str) -> Queue:
        """The queue itself, for whoever shares the process; raises `SqsError`."""
        return self._queues.named(name)

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(WAITING, thread_name_prefix="sqs receiver")
        remedy = "Stop that program, or choose another port."
        self._server = AsgiServer(self._app, self.port, purpose="the local SQS", remedy=remedy)
        return self

    def __exit__(self, *_: object) -> None:
        for queue in self._queues.all():
            queue.close()
        self._server.drain()
        self._server.join()
        self._threads.shutdown()

    async def _app(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await read_body(receive, MOST_BODY_BYTES)
        target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
        try:
            answer = await self._answer(target.decode("latin-1").rpartition(".")[2], body)
        except SqsError as error:
            # The codes from before the JSON protocol, by which every SDK still names the errors.
            await _send(send, 400, error.body(), (b"x-amzn-query-error", f"{error.code};Sender".encode()))
        else:
            await _send(send, 200, answer)

    async def _answer(self, action: str, body: bytes | None) -> dict[str, Any]:
        try:
            given = json.loads(body or b"")
        except ValueError as error:
            raise SqsError("SerializationException", "The body is no JSON.") from error
        asked = parameters.read(given)
        try:
            if action == "ReceiveMessage":
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, self._actions.answer, action, asked)
            return self._actions.answer(action, asked)
        except KeyError as error:
            raise SqsError("MissingParameter", f"The request must contain the parameter {error.args[0]}.") from error


async def _send(send: Send, status: int, document: dict[str, Any], *more: tuple[bytes, bytes]) -> None:
    body = json.dumps(document).encode()
    headers = [
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-requestid", str(uuid.uuid4()).encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
