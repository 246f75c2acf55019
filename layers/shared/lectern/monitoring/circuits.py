"""How many circuits of each provider let nothing through; some have one for all, others one for each account."""

from collections import Counter
from datetime import datetime

from lectern.errors import Unavailable
from lectern.monitoring.reading import Reading


def read_circuits(_now: datetime) -> list[Reading]:
    """A provider is there once one of its circuits has opened lately. Raises Unavailable without Redis."""
    # It brings boto3, which the other readings do without when they fail.
    from lectern import breaker  # noqa: PLC0415

    circuits = breaker.lately_opened()
    if circuits is None:
        raise Unavailable("redis_unavailable", "Redis does not answer.")
    counts: Counter[str] = Counter()
    for name, is_closed in circuits.items():
        provider, _, _account = name.partition(":")
        counts[provider] += 0 if is_closed else 1
    return [Reading("open_circuits", number, {"provider": provider}) for provider, number in sorted(counts.items())]
