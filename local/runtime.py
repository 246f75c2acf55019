"""What Lambda's Python runtime does in an environment: import the handler, then take one event at a time.

Run as a program with the number of an inherited socket and the handler's name; `local.environment` is the
other end. Messages are JSON after four bytes of length. Standard output and error are the function's own, for
its logs. It imports the standard library alone: whatever else is loaded came with the function's code.
"""

import importlib
import json
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Json = Any
type Message = dict[str, Json]


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object, with the attributes that AWS documents."""

    aws_request_id: str
    invoked_function_arn: str
    deadline: float
    function_name: str
    function_version: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.time()) * 1000))


def encode(message: Message) -> bytes:
    body = json.dumps(message).encode()
    return len(body).to_bytes(4, "big") + body


def receive(connection: socket.socket) -> Message:
    """The next message; raises EOFError when the other end is closed."""
    length = int.from_bytes(_read(connection, 4), "big")
    message: Message = json.loads(_read(connection, length))
    return message


def _read(connection: socket.socket, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def describe(error: BaseException, request_id: str) -> Message:
    """The payload that Lambda makes of an exception that the function let through."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(traceback.extract_tb(error.__traceback__)[1:]),
    }


def _load(handler: str) -> Callable[[Json, LambdaContext], Json]:
    module, _, name = handler.rpartition(".")
    function: Callable[[Json, LambdaContext], Json] = getattr(importlib.import_module(module), name)
    return function


def _context(message: Message) -> LambdaContext:
    return LambdaContext(
        aws_request_id=message["requestId"],
        invoked_function_arn=message["arn"],
        deadline=message["deadline"],
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    )


def _answer(function: Callable[[Json, LambdaContext], Json], message: Message) -> bytes:
    request_id = message["requestId"]
    try:
        payload = function(message["event"], _context(message))
    except Exception as error:  # noqa: BLE001 - whatever the function raises is its answer
        return encode({"payload": describe(error, request_id), "failed": True})
    try:
        return encode({"payload": payload, "failed": False})
    except (TypeError, ValueError) as error:
        reason = f"Unable to marshal response: {error}"
        failure = {"errorMessage": reason, "errorType": "Runtime.MarshalError", "requestId": request_id}
        return encode({"payload": failure | {"stackTrace": []}, "failed": True})


def _end_with_stack() -> None:
    # A handler that never returns would not notice that the stack is gone.
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


def main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=_end_with_stack, daemon=True).start()
    try:
        function = _load(sys.argv[2])
    except Exception as error:  # noqa: BLE001 - reported as the answer to the first event
        traceback.print_exc()
        connection.sendall(encode({"ready": False, "payload": describe(error, "")}))
        return
    connection.sendall(encode({"ready": True}))
    while True:
        try:
            message = receive(connection)
        except EOFError:
            return
        connection.sendall(_answer(function, message))


if __name__ == "__main__":
    main()
