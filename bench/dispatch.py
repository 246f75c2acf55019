"""(g) The dispatcher: messages a second for 10,000 teachers, against a bare loop of boto3 over the same batches.

The loop sends to the same endpoint, from a process of the same kind, by as many threads, batches that are ready made.
"""

from datetime import timedelta
from itertools import batched
from statistics import median
from typing import Any

from bench import business
from bench.job_stack import JobStack
from bench.row import Row
from lectern.job_message import JobMessage
from lectern.queue import BATCH
from local.postgres import Postgres

ROUNDS = 5
JOB = "session-upkeep"
A_FEW = 1_000


def measure(postgres: Postgres, teachers: int) -> list[Row]:
    """Of all teachers of `business`, of whom there are so many."""
    with (
        JobStack.start(postgres, JOB, dispatcher="bench.senders.dispatch", teacher_job=None) as stack,
        JobStack.start(postgres, JOB, dispatcher="bench.senders.send_bare", teacher_job=None) as loop,
    ):
        few = stack.dispatch(business.NOW, after=business.before(range(teachers - A_FEW, teachers)))
        batches = _batches(teachers)
        turns = [(_send(stack), _send_bare(loop, stack, batches)) for _ in range(ROUNDS)]
        peak = stack.dispatch(business.NOW)["peak"]
    pace = median(teachers / ours["seconds"] for ours, _ in turns)
    share = median(bare["seconds"] / ours["seconds"] for ours, bare in turns)
    growth = peak / few["peak"]
    return [
        Row(f"dispatch of {teachers:,} teachers", f"{pace:,.0f} messages a second"),
        Row("- share of a bare loop of boto3", f"{share:.0%}", "at least 80 %", holds=share >= 0.8),
        Row(f"- peak of memory to that of {A_FEW:,} teachers", f"{growth:.2f}", "at most 1.1", holds=growth <= 1.1),
    ]


def _batches(teachers: int) -> list[list[dict[str, str]]]:
    messages = (
        JobMessage(JOB, business.teacher_id(number), business.NOW.date(), business.NOW).as_message()
        for number in range(teachers)
    )
    return [
        [{"Id": str(n), "MessageBody": each.body, "MessageGroupId": each.group} for n, each in enumerate(batch)]
        for batch in batched(messages, BATCH, strict=False)
    ]


def _send(stack: JobStack) -> dict[str, Any]:
    stack.queue.purge()
    told: dict[str, Any] = stack.dispatch(business.NOW + timedelta(hours=1))
    return told


def _send_bare(loop: JobStack, stack: JobStack, batches: list[list[dict[str, str]]]) -> dict[str, Any]:
    stack.queue.purge()
    url = stack.servers.queue_urls[stack.queue.name]
    result = loop.dispatcher.invoke({"queue": url, "batches": batches})
    assert not result.failed, result.payload
    told: dict[str, Any] = result.payload
    return told
