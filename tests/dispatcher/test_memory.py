"""Ten thousand teachers take no more memory than a thousand."""

import json
import os
import subprocess
import sys

from lectern import directory
from tests.dispatcher.teachers import crowd, only
from tests.jobs.queues import Queues

NUMBER = 10_000

MEASURE = """
import json, sys, tracemalloc
from datetime import UTC, datetime
from uuid import UUID
from dispatcher.dispatch import Dispatch, dispatch
from lectern.jobs.registry import job_named

def peak(after):
    tracemalloc.reset_peak()
    base = tracemalloc.get_traced_memory()[0]
    dispatch(Dispatch(job_named("session-upkeep"), datetime.now(UTC), after), lambda: False)
    return tracemalloc.get_traced_memory()[1] - base

last_page = UUID(sys.argv[1])
dispatch(Dispatch(job_named("session-upkeep"), datetime.now(UTC), last_page), lambda: False)
tracemalloc.start()
print(json.dumps([peak(last_page), peak(None)]))
"""


def test_ten_thousand_teachers_are_told_with_flat_memory(queues: Queues) -> None:
    only()
    crowd(NUMBER)
    everybody = [each.teacher_id for each in directory.active_teachers(None, NUMBER)]

    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}\n{MEASURE}", str(everybody[-1_001])],
        env=dict(os.environ),
        capture_output=True,
        check=True,
    )

    of_a_thousand, of_all = json.loads(done.stdout)
    assert of_all < 1.3 * of_a_thousand
    attributes = queues.client.get_queue_attributes(
        QueueUrl=queues.url("session-upkeep"), AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    assert int(attributes["ApproximateNumberOfMessages"]) == NUMBER + 2 * 1_000
