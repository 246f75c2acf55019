"""Every job there is. template.yaml has a schedule, a queue and an event source for each; a test compares them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from lectern.errors import NotFound

type Runs = Literal["daily", "daily, outside a transaction", "each time"]
type Scope = Literal["every teacher", "teachers with calendar work", "once for all"]


@dataclass(frozen=True, slots=True)
class Job:
    """What one run of it is: `function` is `module:name`, imported when a run needs it.

    A "daily" job takes (tx, local_date, now), in the transaction that notes that it is done; of a message that came
    twice it runs again, and is rolled back. The others take (teacher_id, now) and open their own, as they call the
    network or commit in steps: they bear being run twice. One that runs "once for all" takes (now). Any may return a
    Mapping[str, int] of what it has counted, by metrics' names.
    """

    name: str
    schedule: str
    runs: Runs
    function: str
    scope: Scope = "every teacher"

    def load(self) -> Callable[..., object]:
        module, _, name = self.function.partition(":")
        function: Callable[..., object] = getattr(import_module(module), name)
        return function


# Between 15:00 and 21:00 UTC it is midnight only where clocks never change. So at one time a day in UTC, every date of
# every teacher comes exactly once. The alerts come after what they read.
JOBS = (
    Job("lifecycle-detection", "cron(30 15 * * ? *)", "daily", "lectern.lifecycle.detect:detect"),
    Job("content-analytics", "cron(45 15 * * ? *)", "daily", "lectern.analytics.roll_up:roll_up"),
    Job(
        "payment-reconciliation",
        "cron(30 16 * * ? *)",
        "daily, outside a transaction",
        "lectern.jobs.payment_reconciliation:reconcile_payments",
    ),
    Job("metric-alerts", "cron(30 17 * * ? *)", "daily", "lectern.alerts.evaluate:evaluate"),
    Job("session-upkeep", "cron(5 * * * ? *)", "each time", "lectern.jobs.session_upkeep:keep_up"),
    Job(
        "calendar-sync",
        "rate(5 minutes)",
        "each time",
        "lectern.jobs.calendar_sync:sync_calendars",
        "teachers with calendar work",
    ),
    Job("retention-cohorts", "cron(20 * * * ? *)", "each time", "lectern.cohorts.refresh:refresh", "once for all"),
)

BY_NAME = {job.name: job for job in JOBS}


def job_named(name: str) -> Job:
    """Raises NotFound `job_not_found`."""
    if name not in BY_NAME:
        raise NotFound("job_not_found", "There is no such job.")
    return BY_NAME[name]
