"""Which limits a stack of so many teachers meets first; docs/cost.md says what to do then."""

from dataclasses import dataclass

from bench.cost import workload
from bench.cost.bill import mean_acu
from local.state import CHECKOUT
from local.template import load

HOUR = 3600
# Aurora Serverless v2's largest instance, and the connections that it takes from 32 units on:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
LARGEST_ACU = 256
MOST_CONNECTIONS = 5_000
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ACCOUNT_CONCURRENCY = 1_000
# The most that one event source may start at once:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
QUEUE_CONCURRENCY = 1_000


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
    at_once = _requests_at_once(teachers) + 6 * _jobs_at_once(teachers)
    found = [
        _parameter("BookingConcurrency", _requests_at_once(teachers)),
        _parameter("JobConcurrency", _jobs_at_once(teachers)),
        _parameter("DatabaseMaxCapacity", _acu_at_peak(teachers)),
        _parameter("RequestsPerSecond", _requests_a_second(teachers)),
        Limit("Aurora's largest writer, in ACU", _acu_at_peak(teachers), LARGEST_ACU),
        Limit("Aurora's connections", at_once, MOST_CONNECTIONS),
        Limit("the account's Lambda concurrency", at_once, ACCOUNT_CONCURRENCY),
        Limit("batches that one SQS event source starts", _jobs_at_once(teachers), QUEUE_CONCURRENCY),
        Limit("seconds of an hourly schedule's hour", teachers / workload.DISPATCHED, HOUR),
    ]
    return sorted(found, key=lambda limit: limit.used, reverse=True)


def _requests_a_second(teachers: int) -> float:
    return teachers * workload.REQUESTS / workload.SECONDS * workload.PEAK


def _requests_at_once(teachers: int) -> float:
    return _requests_a_second(teachers) * workload.REQUEST_SECONDS


def _jobs_at_once(teachers: int) -> float:
    """For the hourly job to be done within half of its hour."""
    return teachers * workload.JOB_SECONDS / (HOUR / 2)


def _acu_at_peak(teachers: int) -> float:
    return mean_acu(teachers) * workload.PEAK


def _parameter(name: str, needed: float) -> Limit:
    default = load(CHECKOUT / "template.yaml")["Parameters"][name]["Default"]
    return Limit(f"`{name}`", needed, float(default))
