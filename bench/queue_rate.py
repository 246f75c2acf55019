"""(i) A job of one aggregate over 500 rows: by teacher_job at concurrency 5, and by BullMQ with the same statement.

BullMQ's worker is a Node process beside a Valkey of its own. The two take turns on the same PostgreSQL, each with a
queue that was filled before, and each in the processes in which it has done a round already.
"""

import itertools
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Turn:
    """Jobs a second: `ours` of a filled queue, `ours_whole` from the schedule's event on."""

    ours: float
    ours_whole: float
    bullmq: float
    bullmq_filling: float


def measure(postgres: Postgres, teachers: range) -> list[Row]:
    """Of the last teachers of `business`."""
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=BULLMQ, check=True)  # noqa: S607 - Node's own
    days = (business.NOW + timedelta(days=100 + number) for number in itertools.count())
    with (
        JobStack.start(postgres, REPLACED, teacher_job=HANDLER) as stack,
        Valkey() as valkey,
        _bullmq(valkey.url, postgres) as bullmq,
    ):
        first, *turns = [_turn(stack, bullmq, teachers, days) for _ in range(1 + ROUNDS)]
    ours = median(turn.ours for turn in turns)
    theirs = median(turn.bullmq for turn in turns)
    share = median(turn.ours / turn.bullmq for turn in turns)
    whole = median(turn.ours_whole for turn in turns)
    share_of_whole = median(turn.ours_whole * (1 / turn.bullmq + 1 / turn.bullmq_filling) for turn in turns)
    return [
        Row("one aggregate over 500 rows as a job, of a filled queue", f"{ours:,.0f} a second"),
        Row("the same by BullMQ", f"{theirs:,.0f} a second; {first.bullmq:,.0f} in its first round"),
        Row("- ours to BullMQ's", f"{share:.2f}", "at least 1", holds=share >= 1),
        Row("- with what fills the queue", f"{whole:,.0f} a second, {share_of_whole:.2f} of BullMQ's"),
        Row("what fills BullMQ's", f"{median(turn.bullmq_filling for turn in turns):,.0f} a second"),
    ]


def _turn(stack: JobStack, bullmq: subprocess.Popen[str], teachers: range, days: Iterator[datetime]) -> Turn:
    before = business.before(teachers)
    of_filled = stack.seconds_from_a_filled_queue(next(days), before)
    whole = stack.seconds_of(next(days), before)
    told = _round_of_bullmq(bullmq, teachers)
    return Turn(len(teachers) / of_filled, len(teachers) / whole, told["done"], told["enqueued"])


@contextmanager
def _bullmq(redis_url: str, postgres: Postgres) -> Iterator[subprocess.Popen[str]]:
    arguments = [redis_url, business.superuser_url(postgres), SQL.replace("%(teacher_id)s", "$1")]
    with subprocess.Popen(
        ["node", "queue.mjs", *arguments],  # noqa: S607 - as above
        cwd=BULLMQ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        yield process


def _round_of_bullmq(process: subprocess.Popen[str], teachers: range) -> dict[str, float]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(" ".join(str(business.teacher_id(number)) for number in teachers) + "\n")
    told: dict[str, float] = json.loads(process.stdout.readline())
    return told
