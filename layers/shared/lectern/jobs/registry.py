"""Every job there is. template.yaml has a schedule, a queue and an event source for each; a test compares them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from lectern.errors import NotFound

type Runs = Literal["daily", "daily, outside a transaction", "each time"]


@dataclass(frozen=True, slots=True)
class Job:
    """What one teacher's run of it is: `function` is `module:name`, imported when a run needs it.

    A "daily" job takes (tx, local_date, now), in the transaction that notes that it is done. The others take
    (teacher_id, now) and open their own, as they call the network or commit in steps: they bear being run twice.
    """

    name: str
    schedule: str
    runs: Runs
    function: str

    def load(self) -> Callable[..., object]:
        module, _, name = self.function.partition(":")
        function: Callable[..., object] = getattr(import_module(module), name)
        return function

    @property
    def setting(self) -> str:
        """The name as it ends the names of settings."""
        return self.name.upper().replace("-", "_")


# Between 15:00 and 21:00 UTC it is midnight only where clocks never change. So at one time a day in UTC, every date of
# every teacher comes exactly once.
JOBS = (
    Job("lifecycle-detection", "cron(30 15 * * ? *)", "daily", "lectern.lifecycle.detect:detect"),
    Job("session-upkeep", "cron(5 * * * ? *)", "each time", "lectern.jobs.session_upkeep:keep_up"),
    Job(
        "payment-reconciliation",
        "cron(30 16 * * ? *)",
        "daily, outside a transaction",
        "lectern.jobs.payment_reconciliation:reconcile_payments",
    ),
)

BY_NAME = {job.name: job for job in JOBS}


def job_named(name: str) -> Job:
    """Raises NotFound `job_not_found`."""
    if name not in BY_NAME:
        raise NotFound("job_not_found", "There is no such job.")
    return BY_NAME[name]
