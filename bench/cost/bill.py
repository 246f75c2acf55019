"""A month's bill of one stack as template.yaml makes it."""

from dataclasses import dataclass

from bench.cost import prices, workload
from bench.cost.stack import Stack, template

HOURS = workload.SECONDS / 3600
ENDPOINT_ZONES = 2
# Messages travel by ten: sent, received and deleted.
REQUESTS_A_MESSAGE = 3 / 10
# Two of each route, as if each were asked for every hour, and some eighty of the monitor and of what jobs count.
METRICS = 2 * workload.ROUTES + 80
# A queue's age, each minute.
METRICS_ASKED = 8 * workload.SECONDS / 60
# Two of the functions are restored from a snapshot of a gigabyte: of the version that is live, and of the one before,
# to which it can be rolled back.
SNAPSHOT_GB = 2 * 2.0
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


def bill(teachers: int, stack: Stack) -> Bill:
    return Bill(
        functions=_functions(teachers),
        api_and_queues=_api_and_queues(teachers),
        database=_database(teachers, stack),
        cache=stack.zones * HOURS * _cache_node_hour(teachers, stack),
        network=_network(teachers, stack),
        watching=_watching(teachers, stack),
    )


def mean_acu(teachers: int) -> float:
    """Aurora capacity units that the work takes on average; an instance has at least the stack's `least_acu`."""
    requests = workload.REQUESTS + workload.WEBHOOKS
    jobs = sum(job.a_month * job.database_seconds for job in workload.JOBS)
    busy = requests * workload.REQUEST_DATABASE_SECONDS + jobs
    return teachers * busy / workload.SECONDS / workload.ACU_SECONDS


def _functions(teachers: int) -> float:
    requests = teachers * (workload.REQUESTS + workload.WEBHOOKS)
    jobs = teachers * sum(job.a_month * job.seconds for job in workload.JOBS)
    seconds = requests * workload.REQUEST_SECONDS + jobs
    cached = SNAPSHOT_GB * workload.SECONDS * prices.SNAPSTART_CACHED_GB_SECOND
    restored = requests * workload.COLD_STARTS * prices.SNAPSTART_RESTORED_GB
    # Jobs come by ten at most, and at night rarely alone.
    invocations = requests + teachers * workload.messages() / 5
    return invocations * prices.LAMBDA_REQUEST + seconds * prices.LAMBDA_GB_SECOND + cached + restored


def _api_and_queues(teachers: int) -> float:
    requests = teachers * (workload.REQUESTS + workload.WEBHOOKS) * prices.HTTP_REQUEST
    a_message = REQUESTS_A_MESSAGE * (prices.SQS_REQUEST + prices.SQS_FAIR_REQUEST)
    return requests + teachers * workload.messages() * a_message


def _database(teachers: int, stack: Stack) -> float:
    capacity = stack.zones * max(stack.least_acu, mean_acu(teachers)) * HOURS * prices.AURORA_ACU_HOUR
    stored = teachers * workload.STORED_GB
    # What backups of a fortnight hold beyond the data itself is about half as much again.
    backups = stored / 2 * stack.backup_days / 14
    kept = stored * prices.AURORA_GB_MONTH + backups * prices.AURORA_BACKUP_GB_MONTH
    requests = (workload.REQUESTS + workload.WEBHOOKS) * workload.REQUEST_IO
    return capacity + kept + teachers * (requests + workload.messages() * workload.JOB_IO) * prices.AURORA_IO


def _network(teachers: int, stack: Stack) -> float:
    gateways = stack.zones * HOURS * (prices.NAT_HOUR + prices.PUBLIC_ADDRESS_HOUR)
    resources = template()["Resources"].values()
    endpoints = [each for each in resources if each.get("Properties", {}).get("VpcEndpointType") == "Interface"]
    standing = gateways + len(endpoints) * ENDPOINT_ZONES * HOURS * prices.ENDPOINT_HOUR
    jobs = sum(job.a_month * job.called_gb for job in workload.JOBS)
    called = teachers * (workload.CALLED_GB + jobs) * prices.NAT_GB
    asked = workload.ASKED_OF_AWS_GB + teachers * workload.messages() * workload.MESSAGE_GB
    answered = teachers * workload.REQUESTS * workload.ANSWER_GB
    return standing + called + asked * prices.ENDPOINT_GB + answered * prices.OUT_GB


def _watching(teachers: int, stack: Stack) -> float:
    alarms = [each for each in template()["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    # Three of ours, the owner's that RDS makes, and two of Stripe's.
    secrets = 6 * prices.SECRET
    standing = METRICS * prices.METRIC + METRICS_ASKED * prices.METRIC_ASKED + len(alarms) * prices.ALARM
    requests = workload.REQUESTS + workload.WEBHOOKS
    logged = requests * workload.LOGGED_REQUEST_GB + workload.messages() * workload.LOGGED_JOB_GB
    kept = prices.LOG_GB + stack.log_days / workload.DAYS * prices.LOG_GB_MONTH
    traced = teachers * requests * workload.TRACED * prices.TRACE
    return standing + secrets + prices.DASHBOARD + teachers * logged * kept + traced


def _cache_node_hour(teachers: int, stack: Stack) -> float:
    """Of the larger of the two: what the stack is given, and what so many teachers need."""
    needed = next(node for most, node in CACHE_NODES if teachers <= most)
    return max(prices.CACHE_NODE_HOUR[needed], prices.CACHE_NODE_HOUR[stack.cache_node])
