"""Rate limits, counted in a real Valkey and, without one, in process: the same rule twice."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from lectern import cache
from lectern.errors import TooMany
from lectern.identifiers import new_id
from lectern.limits import REMEMBERED_SUBJECTS, RULE, InProcess, Limit, check, client_subject
from local.valkey import Valkey
from tests.redis_at import redis_at, redis_that_hangs

FEW = Limit("few", rate_per_minute=1, burst=3)
GIVEN_TIME = "local now = tonumber(ARGV[3])"


@pytest.fixture(params=["redis", "no redis"])
def counted(request: pytest.FixtureRequest, valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url if request.param == "redis" else None):
        yield


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url):
        yield


def a_subject() -> str:
    return str(new_id())


def let_through(limit: Limit, subject: str, tries: int) -> int:
    return sum(_is_let_through(limit, subject) for _ in range(tries))


def _is_let_through(limit: Limit, subject: str) -> bool:
    try:
        check(limit, subject)
    except TooMany:
        return False
    return True


@pytest.mark.usefixtures("counted")
def test_a_burst_is_let_through_and_no_more() -> None:
    assert let_through(FEW, a_subject(), 10) == 3


@pytest.mark.usefixtures("counted")
def test_who_is_refused_is_told_when_to_come_back() -> None:
    subject = a_subject()
    let_through(FEW, subject, 3)
    with pytest.raises(TooMany) as refused:
        check(FEW, subject)
    assert (refused.value.code, refused.value.facts) == ("rate_limited", {"retry_after": 60})


@pytest.mark.usefixtures("counted")
def test_one_subject_or_limit_does_not_use_up_what_another_may() -> None:
    subject = a_subject()
    let_through(FEW, subject, 3)
    assert let_through(FEW, a_subject(), 1) == 1
    assert let_through(Limit("other", rate_per_minute=1, burst=1), subject, 1) == 1


@pytest.mark.usefixtures("counted")
def test_who_was_refused_and_waits_is_let_through_however_often_they_tried() -> None:
    limit, subject = Limit("quick", rate_per_minute=120, burst=1), a_subject()
    assert let_through(limit, subject, 100) == 1
    time.sleep(0.5)
    assert let_through(limit, subject, 100) == 1


@pytest.mark.usefixtures("redis")
def test_many_at_once_get_one_burst_together() -> None:
    subject = a_subject()
    with ThreadPoolExecutor(8) as environments:
        counts = environments.map(lambda _: let_through(FEW, subject, 5), range(8))
    assert sum(counts) == 3


@pytest.mark.usefixtures("redis")
def test_a_count_leaves_redis_when_it_has_no_meaning_any_more(valkey: Valkey) -> None:
    subject = a_subject()
    let_through(FEW, subject, 2)
    with Redis(port=valkey.port) as client:
        assert 119_000 < client.pttl(f"limit:few:{subject}") <= 120_000


def test_a_redis_that_stops_in_the_middle_does_not_open_the_gate() -> None:
    subject = a_subject()
    with Valkey() as server, redis_at(server.url):
        let_through(FEW, subject, 3)
        server.stop()
        assert let_through(FEW, subject, 10) == 3


def test_a_redis_that_hangs_does_not_open_the_gate() -> None:
    with redis_that_hangs():
        assert let_through(FEW, a_subject(), 10) == 3


@pytest.mark.usefixtures("redis")
@given(
    rate=st.integers(1, 60),
    burst=st.integers(1, 5),
    tries=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 150_000_000)), min_size=1, max_size=16),
)
def test_the_script_and_its_twin_decide_alike(rate: int, burst: int, tries: list[tuple[int, int]]) -> None:
    limit, now, twin = Limit("twin", rate, burst), time.time_ns() // 1000, InProcess()
    subjects = [a_subject() for _ in range(3)]
    for subject, pause in tries:
        now += pause
        told = cache.run_script(GIVEN_TIME + RULE, subjects[subject], limit.interval, limit.tolerance, now)
        assert told == twin.wait(limit, subjects[subject], now)


def test_a_process_forgets_who_was_quiet_longest_when_too_many_come() -> None:
    once, counts = Limit("once", rate_per_minute=1, burst=1), InProcess()
    for subject in range(REMEMBERED_SUBJECTS):
        counts.wait(once, str(subject), 0)
    assert counts.wait(once, "0", 0) > 0
    counts.wait(once, "one more", 0)
    assert counts.wait(once, "0", 0) > 0
    assert counts.wait(once, "1", 0) == 0


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_addresses_of_one_customer_count_together(address: str, subject: str) -> None:
    assert client_subject(address) == subject
