"""Which limits a stack of so many teachers meets first; docs/cost.md says what to do then."""

from dataclasses import dataclass
from math import ceil

from bench.cost import workload
from bench.cost.bill import mean_acu
from bench.cost.stack import template
from lectern.calendar.pull import PULL_EVERY

MINUTE = 60
HOUR = 60 * MINUTE
# When calendar-sync is dispatched again, and how often a calendar is read.
CALENDARS_SCHEDULE = 5 * MINUTE
CALENDARS_READ = PULL_EVERY.total_seconds()
# When the age of its queue rings.
RECONCILED = 6 * HOUR
# Aurora Serverless v2's largest instance, and the connections that it takes by its greatest capacity:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
LARGEST_ACU = 256
CONNECTIONS = {8: 1_669, 16: 3_360, 32: 5_000}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ACCOUNT_CONCURRENCY = 1_000
# The most that one event source may start at once:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
QUEUE_CONCURRENCY = 1_000
# https://developers.google.com/workspace/calendar/api/guides/quota; projects made since May 2026 have other ones.
GOOGLE_A_MINUTE = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """What the busiest minute or hour needs, and what there is; what is in code is a parameter of the template."""

    name: str
    needed: float
    available: float

    @property
    def used(self) -> float:
        return self.needed / self.available


def limits(teachers: int) -> list[Limit]:
    """The fullest first."""
    at_once = _requests_at_once(teachers) + _jobs_at_once(teachers)
    jobs, acu = _parameter("JobConcurrency"), acu_at_peak(teachers)
    found = [
        Limit("`RequestsPerSecond`", _requests_a_second(teachers), _parameter("RequestsPerSecond")),
        Limit("`BookingConcurrency`", _requests_at_once(teachers), _parameter("BookingConcurrency")),
        Limit("`JobConcurrency`, all calendars in five minutes", _calendars(teachers) / CALENDARS_SCHEDULE, jobs),
        Limit("`JobConcurrency`, all calendars in fifteen", _calendars(teachers) / CALENDARS_READ, jobs),
        Limit("`JobConcurrency`, Stripe's lists in six hours", _reconciliation(teachers) / RECONCILED, jobs),
        Limit("`JobConcurrency`, hourly jobs in half an hour", _upkeep(teachers) / (HOUR / 2), jobs),
        Limit("`DatabaseMaxCapacity`", acu, _parameter("DatabaseMaxCapacity")),
        Limit("Aurora's largest writer, in ACU", acu, LARGEST_ACU),
        Limit("Aurora's connections", at_once, CONNECTIONS[round(_parameter("DatabaseMaxCapacity"))]),
        Limit("the account's Lambda concurrency", at_once, ACCOUNT_CONCURRENCY),
        Limit("batches that one SQS event source starts", _calendars(teachers) / CALENDARS_READ, QUEUE_CONCURRENCY),
        Limit("seconds to dispatch calendar-sync", _due(teachers) / workload.DISPATCHED, CALENDARS_SCHEDULE),
        Limit("Google's requests a minute", teachers * workload.CONNECTED / (CALENDARS_READ / MINUTE), GOOGLE_A_MINUTE),
    ]
    return sorted(found, key=lambda limit: limit.used, reverse=True)


def parameters(teachers: int) -> dict[str, int]:
    """The least that a stack of so many must be given, of each parameter that depends on their number."""
    least: dict[str, int] = {}
    for limit in limits(teachers):
        name = limit.name.partition(",")[0].strip("`")
        if name in template()["Parameters"]:
            least[name] = max(least.get(name, 0), ceil(limit.needed))
    # Room for as many of each of six kinds, and for two of retention-cohorts.
    return {**least, "TeacherJobConcurrency": 6 * least["JobConcurrency"] + 2}


def _requests_a_second(teachers: int) -> float:
    return teachers * workload.REQUESTS / workload.SECONDS * workload.PEAK


def _requests_at_once(teachers: int) -> float:
    return _requests_a_second(teachers) * workload.REQUEST_SECONDS


def _jobs_at_once(teachers: int) -> float:
    """When all kinds are at work, each as fast as it must be."""
    spread = _calendars(teachers) / CALENDARS_READ + _reconciliation(teachers) / RECONCILED
    return spread + _upkeep(teachers) / (HOUR / 2)


def _due(teachers: int) -> float:
    """Teachers whose calendars are read together: after an outage all are, and again every quarter of an hour."""
    return teachers * (workload.CONNECTED + workload.IMPORTING)


def _calendars(teachers: int) -> float:
    """The seconds that it takes to read every calendar once."""
    at_google = workload.CONNECTED * workload.CALENDAR_READ.seconds
    return teachers * (at_google + workload.IMPORTING * workload.FILE_READ.seconds)


def _reconciliation(teachers: int) -> float:
    return teachers * workload.RECONCILIATION.seconds


def _upkeep(teachers: int) -> float:
    return teachers * workload.UPKEEP.seconds


def acu_at_peak(teachers: int) -> float:
    return mean_acu(teachers) * workload.PEAK


def _parameter(name: str) -> float:
    return float(template()["Parameters"][name]["Default"])
