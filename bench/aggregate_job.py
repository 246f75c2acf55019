"""The smallest job that is worth one: an aggregate over a teacher's 500 sessions. Only the benchmark knows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from lectern.database import Transaction
from lectern.jobs import registry
from lectern.jobs.registry import Job

HANDLER = "bench.aggregate_job.handler"
# A job that has a queue, in whose place this one is run.
REPLACED = "lifecycle-detection"

SQL: LiteralString = """
    select count(*), count(*) filter (where status = 'completed'), sum(price_amount), max(starts_at)
    from class_sessions
    where teacher_id = %(teacher_id)s and deleted_at is null
"""


@dataclass(frozen=True, slots=True)
class Totals:
    sessions: int
    completed: int
    price_amount: int
    latest: datetime


def aggregate(tx: Transaction, _: date, __: datetime) -> None:
    assert tx.ask(SQL, Totals).one().sessions


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    # Reads the settings of its environment as it is imported, which whoever names HANDLER has not.
    from teacher_job import app  # noqa: PLC0415

    registry.BY_NAME[REPLACED] = Job(REPLACED, "", "daily", "bench.aggregate_job:aggregate")
    answer: PartialItemFailureResponse = app.handler(event, context)
    return answer
