"""A month's bill of one stack as template.yaml makes it, with Redundancy=two-zones."""

from dataclasses import dataclass

from bench.cost import prices, workload
from local.state import CHECKOUT
from local.template import load

HOURS = workload.SECONDS / 3600
ZONES = 2
MINIMUM_ACU = 0.5
# Messages travel by ten: sent, received and deleted.
REQUESTS_A_MESSAGE = 3 / 10
# The monitor's gauges, what jobs count, and two for each of some hundred routes.
METRICS = 270
# A queue's age, each minute.
METRICS_ASKED = 8 * workload.SECONDS / 60
# Two of the functions are restored from a snapshot, at a gigabyte each.
SNAPSHOT_GB = 2.0
# A large stack needs a larger cache.
CACHE_NODES = ((1_000, "cache.t4g.micro"), (10_000, "cache.t4g.small"), (10**9, "cache.r7g.large"))


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month, by what they are for."""

    functions: float
    api_and_queues: float
    database: float
    cache: float
    network: float
    watching: float

    @property
    def total(self) -> float:
        return self.functions + self.api_and_queues + self.database + self.cache + self.network + self.watching


def bill(teachers: int) -> Bill:
    return Bill(
        functions=_functions(teachers),
        api_and_queues=_api_and_queues(teachers),
        database=_database(teachers),
        cache=ZONES * HOURS * prices.CACHE_NODE_HOUR[_cache_node(teachers)],
        network=_network(teachers),
        watching=_watching(teachers),
    )


def mean_acu(teachers: int) -> float:
    """Aurora capacity units that the work takes on average; an instance has at least `MINIMUM_ACU`."""
    requests = workload.REQUESTS + workload.WEBHOOKS
    busy = requests * workload.REQUEST_DATABASE_SECONDS + workload.JOBS * workload.JOB_DATABASE_SECONDS
    return teachers * busy / workload.SECONDS / workload.ACU_SECONDS


def _functions(teachers: int) -> float:
    requests = teachers * (workload.REQUESTS + workload.WEBHOOKS)
    jobs = teachers * workload.JOBS
    seconds = requests * workload.REQUEST_SECONDS + jobs * workload.JOB_SECONDS
    cached = SNAPSHOT_GB * workload.SECONDS * prices.SNAPSTART_CACHED_GB_SECOND
    restored = requests * workload.COLD_STARTS * prices.SNAPSTART_RESTORED_GB
    # Jobs come by ten at most, and at night rarely alone.
    invocations = requests + jobs / 5
    return invocations * prices.LAMBDA_REQUEST + seconds * prices.LAMBDA_GB_SECOND + cached + restored


def _api_and_queues(teachers: int) -> float:
    requests = teachers * (workload.REQUESTS + workload.WEBHOOKS) * prices.HTTP_REQUEST
    a_message = REQUESTS_A_MESSAGE * (prices.SQS_REQUEST + prices.SQS_FAIR_REQUEST)
    return requests + teachers * workload.JOBS * a_message


def _database(teachers: int) -> float:
    capacity = ZONES * max(MINIMUM_ACU, mean_acu(teachers)) * HOURS * prices.AURORA_ACU_HOUR
    stored = teachers * workload.STORED_GB
    # What backups of a fortnight hold beyond the data itself is about half as much again.
    kept = stored * prices.AURORA_GB_MONTH + stored / 2 * prices.AURORA_BACKUP_GB_MONTH
    operations = (workload.REQUESTS + workload.WEBHOOKS) * workload.REQUEST_IO + workload.JOBS * workload.JOB_IO
    return capacity + kept + teachers * operations * prices.AURORA_IO


def _network(teachers: int) -> float:
    gateways = ZONES * HOURS * (prices.NAT_HOUR + prices.PUBLIC_ADDRESS_HOUR)
    resources = load(CHECKOUT / "template.yaml")["Resources"].values()
    endpoints = [each for each in resources if each.get("Properties", {}).get("VpcEndpointType") == "Interface"]
    standing = gateways + len(endpoints) * ZONES * HOURS * prices.ENDPOINT_HOUR
    called = teachers * workload.CALLED_GB * prices.NAT_GB
    return standing + called + teachers * workload.REQUESTS * workload.ANSWER_GB * prices.OUT_GB


def _watching(teachers: int) -> float:
    resources = load(CHECKOUT / "template.yaml")["Resources"].values()
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    # Three of ours, the owner's that RDS makes, and two of Stripe's.
    secrets = 6 * prices.SECRET
    standing = METRICS * prices.METRIC + METRICS_ASKED * prices.METRIC_ASKED + len(alarms) * prices.ALARM
    requests = workload.REQUESTS + workload.WEBHOOKS
    logged = teachers * (requests * workload.LOGGED_REQUEST_GB + workload.JOBS * workload.LOGGED_JOB_GB)
    traced = teachers * requests * workload.TRACED * prices.TRACE
    return standing + secrets + prices.DASHBOARD + logged * (prices.LOG_GB + prices.LOG_GB_MONTH) + traced


def _cache_node(teachers: int) -> str:
    return next(node for most, node in CACHE_NODES if teachers <= most)
