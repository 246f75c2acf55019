"""The built functions with servers of their own, as the tests see them, whichever way they are run."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg

from lectern import settings
from local.sam.answers import Answers
from local.sam.build import told
from local.sam.samples import TEACHER, sample
from local.servers import Servers

type Invoke = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Deployed:
    """`invoke` has a function take an event; `host` is what it calls this machine, where `answers` are waited for.

    `api_url` is where the API serves, and empty where events alone reach the functions.
    """

    servers: Servers
    invoke: Invoke
    answers: Answers
    host: str
    api_url: str = ""

    def event(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """A sample, as it would come now."""
        return sample(name, told(self.servers), datetime.now(UTC), self.answers.url(self.host))

    def row(self, query: LiteralString, teacher_id: str = TEACHER) -> Any:  # noqa: ANN401 - any row
        """The first, as a teacher sees it."""
        with psycopg.connect(self.servers.app_url) as connection:
            connection.execute("select set_config('app.teacher_id', %s, true)", [teacher_id])
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
