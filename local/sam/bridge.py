"""Between Docker's network and the loopback address, on which alone the local servers listen.

Docker Desktop brings a container's connection to its host there by itself. The engine for Linux brings it to an address
of the host's on a bridge, where this passes it on.
"""

import asyncio
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from local.port import HOST

PIECE = 64 * 1024


@contextmanager
def bridge(address: str, ports: Iterable[int]) -> Iterator[None]:
    """Pass connections to these ports of the address on to the same ports here, for the length of a `with`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="bridge")
    with ExitStack() as undo:
        undo.callback(loop.close)
        thread.start()
        undo.callback(thread.join)
        undo.callback(loop.call_soon_threadsafe, loop.stop)
        listening = asyncio.run_coroutine_threadsafe(_listen(address, ports), loop).result()
        undo.callback(lambda: asyncio.run_coroutine_threadsafe(_hang_up(listening), loop).result())
        yield


def is_of_this_machine(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


async def _listen(address: str, ports: Iterable[int]) -> list[asyncio.Server]:
    return [await asyncio.start_server(partial(_take, port), address, port) for port in ports]


async def _take(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there_reader, there_writer = await asyncio.open_connection(HOST, port)
    await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side has hung up, however it did."""
    with suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _hang_up(listening: list[asyncio.Server]) -> None:
    for server in listening:
        server.close()
        server.abort_clients()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
