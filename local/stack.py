"""The whole of Lectern on this machine: its servers, and what template.yaml declares.

That is the functions, and what triggers them: the gateway, the queues and the schedules.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from local.control import Control
from local.environment import Result
from local.event_source import EventSourceMapping
from local.gateway import Gateway
from local.google import LocalGoogle
from local.pool import Pool
from local.port import free_port
from local.postgres import Postgres
from local.schedules import Schedules
from local.servers import Servers
from local.sqs import LocalSqs
from local.stripe import LocalStripe
from local.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: where its parts are, and its functions by their names in the template.

    A server of somebody else's is None.
    """

    url: str
    owner_url: str
    app_url: str
    redis_url: str
    postgres: Postgres | None
    valkey: Valkey | None
    stripe: LocalStripe | None
    google: LocalGoogle | None
    sqs: LocalSqs
    pools: Mapping[str, Pool]
    schedules: Schedules

    @classmethod
    @contextmanager
    def start(
        cls,
        *,
        port: int = 0,
        keep: bool = False,
        environments: int = 3,
        queue_speed: float = 1,
        log: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Iterator[Self]:
        """Run the stack for the length of a `with`, the schema brought up to date; raises `StartError`.

        `port` is the API's (0: a free one). `keep` keeps the data from one run to the next, safe on disk;
        without it the database starts empty and goes with the stack, and the schedules wait to be told. Messages
        are never kept. `environments` bounds those of each function, which has more when its queues ask for more.
        The functions log to the file `log`, or where this process does. `queue_speed` and `environ` are as to
        `Servers.start`.
        """
        with ExitStack() as parts:
            port = port or free_port()
            starting = Servers.start(
                api_url=f"http://localhost:{port}", keep=keep, queue_speed=queue_speed, environ=environ
            )
            servers = parts.enter_context(starting)
            servers.migrate()
            output = parts.enter_context(log.open("ab")) if log else None
            pools = _pools(parts, servers, environments, output)
            schedules = _triggers(parts, servers.sqs, pools, keep=keep)
            gateway = parts.enter_context(Gateway(pools.values(), port))
            yield cls(
                url=gateway.url,
                owner_url=servers.owner_url,
                app_url=servers.app_url,
                redis_url=servers.redis_url,
                postgres=servers.postgres,
                valkey=servers.valkey,
                stripe=servers.stripe,
                google=servers.google,
                sqs=servers.sqs,
                pools=pools,
                schedules=schedules,
            )

    def is_whole(self) -> bool:
        """Whether the servers that were started here still run."""
        return all(server.running() for server in (self.postgres, self.valkey) if server)

    def invoke(self, function: str, event: Any) -> Result:  # noqa: ANN401 - any JSON value
        """Run a function, by its name in the template, as `aws lambda invoke` does."""
        return self.pools[function].invoke(event)


def _pools(parts: ExitStack, servers: Servers, environments: int, output: IO[bytes] | None) -> dict[str, Pool]:
    pools = {}
    for function in servers.functions():
        concurrency = sum(source.maximum_concurrency for source in function.event_sources)
        size = max(environments, concurrency)
        pool = Pool(function, servers.variables(function), size=size, log=output)
        parts.callback(pool.close)
        pools[function.name] = pool
    return pools


def _triggers(parts: ExitStack, sqs: LocalSqs, pools: Mapping[str, Pool], *, keep: bool) -> Schedules:
    """Start what is closed after the gateway, which ends the functions: nobody then waits for one of them."""
    for pool in pools.values():
        for source in pool.function.event_sources:
            parts.callback(EventSourceMapping(source, sqs.queue(source.queue), pool).close)
    schedules = Schedules(pools.values())
    if keep:
        schedules.start()
        parts.callback(schedules.close)
        parts.enter_context(Control(schedules))
    return schedules
