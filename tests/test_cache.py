"""The cache, with a real Valkey that is there, is not, hangs, and goes away and comes back."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from lectern import cache
from lectern.identifiers import new_id
from local.valkey import Valkey
from tests.redis_at import redis_at, redis_that_hangs


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[None]:
    with redis_at(valkey.url):
        yield


@pytest.fixture
def own_redis() -> Iterator[Valkey]:
    """A server that the test may stop."""
    with Valkey() as server, redis_at(server.url):
        yield server


def a_key() -> str:
    return f"test:{new_id()}"


def seconds_of(calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        cache.get("anything")
    return time.perf_counter() - started


def comes_back(key: str) -> bool:
    """Whether what is put is read again, within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        cache.put(key, b"back", 10)
        if cache.get(key) == b"back":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.usefixtures("redis")
def test_what_was_put_is_read_back() -> None:
    key = a_key()
    cache.put(key, b"one", 10)
    cache.put(key, b"two", 10)
    assert cache.get(key) == b"two"


@pytest.mark.usefixtures("redis")
def test_what_was_put_is_gone_after_its_time() -> None:
    key = a_key()
    cache.put(key, b"short", 0.05)
    time.sleep(0.1)
    assert cache.get(key) is None


@pytest.mark.usefixtures("redis")
def test_who_fills_an_absent_key_gives_way_to_who_was_first() -> None:
    key = a_key()
    cache.put_if_absent(key, b"first", 10)
    cache.put_if_absent(key, b"second", 10)
    assert cache.get(key) == b"first"


@pytest.mark.usefixtures("redis")
def test_a_deleted_key_is_gone() -> None:
    key = a_key()
    cache.put(key, b"one", 10)
    cache.delete(key)
    assert cache.get(key) is None


@pytest.mark.usefixtures("redis")
def test_a_command_that_redis_refuses_is_as_good_as_no_redis() -> None:
    refusal = "return redis.error_reply('READONLY You can not write against a read only replica.')"
    assert cache.run_script(refusal, a_key()) is None


@pytest.mark.usefixtures("redis")
def test_a_cache_that_was_closed_opens_again_by_itself() -> None:
    key = a_key()
    cache.put(key, b"kept", 10)
    cache.close()
    assert cache.get(key) == b"kept"


def test_without_redis_everything_is_absent_and_nothing_fails() -> None:
    key = a_key()
    with redis_at(None):
        cache.put(key, b"one", 10)
        cache.put_if_absent(key, b"one", 10)
        cache.delete(key)
        assert cache.get(key) is None
        assert cache.run_script("return 1", key) is None


def test_a_deployment_without_redis_does_not_pay_for_importing_it() -> None:
    program = "import sys; from lectern import cache; cache.get('key'); sys.exit('redis' in sys.modules)"
    with redis_at(None):
        subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program


def test_a_redis_that_stops_in_the_middle_is_absent_until_it_is_back(own_redis: Valkey) -> None:
    key = a_key()
    cache.put(key, b"one", 10)
    own_redis.stop()
    assert cache.get(key) is None
    own_redis.start()
    assert comes_back(key)


def test_a_redis_that_hangs_is_waited_for_once() -> None:
    with redis_that_hangs():
        first = seconds_of(1)
        assert 0.15 < first < 0.45
        assert seconds_of(200) < 0.1


def test_a_redis_that_stays_away_is_asked_less_and_less_often(caplog: pytest.LogCaptureFixture) -> None:
    with redis_at("redis://127.0.0.1:1/0"):
        for _ in range(8):
            cache.put(a_key(), b"one", 10, insist=True)
    pauses = [record.getMessage().split(" s:")[0].split()[-1] for record in caplog.records]
    assert pauses == ["0.5", "1.0", "2.0", "4.0", "8.0", "16.0", "30.0", "30.0"]


def test_who_insists_reaches_a_redis_that_still_counts_as_down(own_redis: Valkey) -> None:
    key = a_key()
    own_redis.stop()
    cache.get(key)
    own_redis.start()
    cache.put(key, b"one", 10)
    assert cache.get(key) is None
    cache.put(key, b"two", 10, insist=True)
    assert cache.get(key) == b"two"
