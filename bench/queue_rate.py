"""(i) A job of one aggregate over 500 rows: by teacher_job at concurrency 5, and by BullMQ with the same statement.

BullMQ's worker is a Node process beside a Valkey of its own. The two take turns on the same PostgreSQL.
"""

import json
import subprocess
from datetime import timedelta
from statistics import median

from bench import business
from bench.aggregate_job import HANDLER, REPLACED, SQL
from bench.job_stack import JobStack
from bench.row import Row
from local.postgres import Postgres
from local.state import CHECKOUT
from local.valkey import Valkey

ROUNDS = 5
BULLMQ = CHECKOUT / "bench" / "bullmq"


def measure(postgres: Postgres, teachers: range) -> list[Row]:
    """Of the last teachers of `business`."""
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=BULLMQ, check=True)  # noqa: S607 - Node's own
    before = business.before(teachers)
    days = (business.NOW + timedelta(days=100 + number) for number in range(ROUNDS + 1))
    with JobStack.start(postgres, REPLACED, teacher_job=HANDLER) as stack, Valkey() as valkey:
        stack.seconds_of(next(days), before)
        turns = [
            (len(teachers) / stack.seconds_of(day, before), _bullmq(valkey.url, postgres, teachers)) for day in days
        ]
    ours = median(done for done, _ in turns)
    theirs = median(told["done"] for _, told in turns)
    enqueued = median(told["enqueued"] for _, told in turns)
    share = median(done / told["done"] for done, told in turns)
    return [
        Row("one aggregate over 500 rows as a job", f"{ours:,.0f} a second, dispatch included"),
        Row("the same by BullMQ", f"{theirs:,.0f} a second, enqueued before at {enqueued:,.0f} a second"),
        Row("- ours to BullMQ's", f"{share:.2f}", "at least 1", holds=share >= 1),
    ]


def _bullmq(redis_url: str, postgres: Postgres, teachers: range) -> dict[str, float]:
    statement = SQL.replace("%(teacher_id)s", "$1")
    done = subprocess.run(
        ["node", "queue.mjs", redis_url, business.superuser_url(postgres), statement],  # noqa: S607 - as above
        cwd=BULLMQ,
        input="\n".join(str(business.teacher_id(number)) for number in teachers),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told
