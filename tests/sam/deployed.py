"""The built functions with servers of their own, as the tests see them, whichever way they are run."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg

from lectern import settings
from local.sam.build import told
from local.sam.samples import TEACHER, sample
from local.servers import Servers


@dataclass(frozen=True)
class Deployed:
    servers: Servers
    invoke: Callable[[str, Any], Any]
    # What the migrate function said of the empty database.
    migrated: Any

    def event(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """A sample, as it would come now."""
        return sample(name, told(self.servers), datetime.now(UTC))

    def row(self, query: LiteralString) -> Any:  # noqa: ANN401 - any row
        """The first, as the samples' teacher sees it."""
        with psycopg.connect(self.servers.app_url) as connection:
            connection.execute("select set_config('app.teacher_id', %s, true)", [TEACHER])
            return connection.execute(query).fetchone()

    def queued(self, job: str) -> list[str]:
        """The jobs that messages in the queue of this one are for; they are taken out of it."""
        dispatcher = next(each for each in self.servers.functions() if each.name == "DispatcherFunction")
        url = self.servers.variables(dispatcher)[settings.queue_variable(job)]
        queue = self.servers.sqs.queue(url.rpartition("/")[2])
        taken = queue.receive(10, wait_seconds=0)
        for each in taken:
            queue.delete(each.receipt_handle)
        return [json.loads(each.content.body)["job"] for each in taken]


@dataclass(frozen=True)
class Served:
    """The API over HTTP."""

    servers: Servers
    url: str
