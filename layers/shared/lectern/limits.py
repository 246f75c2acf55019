"""How often one subject may do one thing: a rate and a burst, counted in Redis for all environments together.

The rule is GCRA, the generic cell rate algorithm (ITU-T I.371). Its only state is the theoretical arrival
time: when the next one would come, had all so far come at the even rate. Without Redis each environment counts
for itself, by the same rule. Times inside are whole microseconds since 1970.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil

from lectern.cache import run_script
from lectern.errors import TooMany

# What one environment remembers without Redis, about 2 MB; who was quiet longest is forgotten first.
REMEMBERED_SUBJECTS = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, and `rate_per_minute` in the long run, for each subject."""

    name: str
    rate_per_minute: int
    burst: int

    @property
    def interval(self) -> int:
        return 60_000_000 // self.rate_per_minute

    @property
    def tolerance(self) -> int:
        """How far the theoretical arrival time may run ahead of the clock."""
        return self.interval * self.burst


def check(limit: Limit, subject: str) -> None:
    """Count one more by this subject.

    Raises TooMany `rate_limited`, with `retry_after` in whole seconds, and does not count that one.
    """
    key = f"limit:{limit.name}:{subject}"
    wait = run_script(SERVER_TIME + RULE, key, limit.interval, limit.tolerance)
    if wait is None:
        wait = _remembered().wait(limit, key, time.time_ns() // 1000)
    if wait:
        raise TooMany(
            "rate_limited",
            "That was too often. Wait as many seconds as `retry_after` says.",
            retry_after=ceil(wait / 1_000_000),
        )


def client_subject(source_ip: str) -> str:
    """An address as one client: IPv6 by its /64, the least that one customer is given (RFC 6177)."""
    address = ip_address(source_ip)
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), 64), strict=False))


# By the server's clock, so that the clocks of the environments need not agree.
SERVER_TIME = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""

# Answers how long to wait, 0 when let through. Lua writes a number with 14 digits unless told otherwise.
RULE = """
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + interval
local wait = arrival - tolerance - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
return 0
"""


class InProcess:
    """The twin of the script, for one environment, which takes one event at a time and so needs no lock."""

    def __init__(self) -> None:
        self._arrivals: OrderedDict[str, int] = OrderedDict()

    def wait(self, limit: Limit, key: str, now: int) -> int:
        """Microseconds to wait; 0 when let through."""
        before = self._arrivals.get(key, 0)
        arrival = max(before, now) + limit.interval
        wait = max(0, arrival - limit.tolerance - now)
        self._arrivals[key] = before if wait else arrival
        self._arrivals.move_to_end(key)
        if len(self._arrivals) > REMEMBERED_SUBJECTS:
            self._arrivals.popitem(last=False)
        return wait


@cache
def _remembered() -> InProcess:
    return InProcess()
