"""A provider that is down is left alone, and tried by one caller when it may be back."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import CircuitBreakerConfig
from redis import Redis

from lectern.breaker import CIRCUITS, RECOVERY_SECONDS, Circuits
from lectern.outbound import Provider, Throttled, call
from local.valkey import Valkey
from tests.outbound.providers import DEAD, TEACHER, Line, a_provider, fail, opened, unavailable
from tests.redis_at import redis_at, redis_that_hangs

ANSWERING = "an answer"


def probed_by_one_who_died(lease_seconds: int) -> Provider:
    provider = opened(seconds_ago=RECOVERY_SECONDS)
    opened_at = CIRCUITS.get_state(provider.name).opened_at
    assert opened_at
    CIRCUITS.configure(CircuitBreakerConfig(recovery_timeout=lease_seconds), provider.name)
    assert CIRCUITS.try_acquire_half_open(provider.name, "a dead environment", opened_at)
    return provider


def seconds_of(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@pytest.mark.usefixtures("either_way")
def test_after_five_failures_in_a_row_no_attempt_is_made() -> None:
    provider, line = a_provider(), Line(ANSWERING)
    fail(provider, 5)
    refusal = unavailable(provider, line, repeatable=True)
    assert refusal.code == f"{provider.name}_unavailable"
    assert line.attempts == 0


@pytest.mark.usefixtures("either_way")
def test_who_is_refused_is_told_when_the_provider_is_tried_again() -> None:
    refusal = unavailable(opened(seconds_ago=10), Line(ANSWERING))
    assert refusal.facts["retry_after"] in {19, 20}


@pytest.mark.usefixtures("either_way")
def test_an_answer_between_failures_keeps_the_circuit_closed() -> None:
    provider, line = a_provider(), Line(ANSWERING)
    fail(provider, 4)
    call(provider, TEACHER, line, repeatable=False)
    fail(provider, 4)
    assert call(provider, TEACHER, line, repeatable=False) == ANSWERING


@pytest.mark.usefixtures("either_way")
def test_a_refusal_by_the_provider_is_no_failure() -> None:
    provider, line = a_provider(), Line(ValueError("no such customer"))
    for _ in range(10):
        with pytest.raises(ValueError, match="no such customer"):
            call(provider, TEACHER, line, repeatable=False)
    assert line.attempts == 10


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_asks_one_caller_to_slow_down_is_there_for_the_others() -> None:
    provider, line = a_provider(), Line(Throttled("429"))
    for _ in range(3):
        unavailable(provider, line, repeatable=True)
    assert line.attempts == 9
    assert call(provider, "another teacher", Line(ANSWERING), repeatable=False) == ANSWERING


@pytest.mark.usefixtures("either_way")
def test_retries_end_when_the_circuit_opens() -> None:
    provider, line = a_provider(), Line(DEAD)
    fail(provider, 4)
    unavailable(provider, line, repeatable=True)
    assert line.attempts == 1


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_is_back_after_its_time_is_called_as_before() -> None:
    provider, line = opened(seconds_ago=RECOVERY_SECONDS), Line(ANSWERING)
    answers = [call(provider, TEACHER, line, repeatable=False) for _ in range(3)]
    assert answers == [ANSWERING] * 3


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_is_not_back_is_tried_once_and_left_alone_again() -> None:
    provider, line = opened(seconds_ago=RECOVERY_SECONDS), Line(DEAD, ANSWERING)
    unavailable(provider, line, repeatable=True)
    assert unavailable(provider, line).facts["retry_after"] in {29, 30}
    assert line.attempts == 1


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_refuses_the_probe_is_back() -> None:
    provider, line = opened(seconds_ago=RECOVERY_SECONDS), Line(ValueError("declined"), ANSWERING)
    with pytest.raises(ValueError, match="declined"):
        call(provider, TEACHER, line, repeatable=False)
    assert not CIRCUITS.get_state(provider.name).half_open_owner
    assert call(provider, TEACHER, line, repeatable=False) == ANSWERING


@pytest.mark.usefixtures("either_way")
def test_a_probe_whose_maker_died_is_made_by_another_after_its_lease() -> None:
    provider, line = probed_by_one_who_died(lease_seconds=2), Line(ANSWERING)
    unavailable(provider, line)
    assert line.attempts == 0
    time.sleep(2)
    assert call(provider, TEACHER, line, repeatable=False) == ANSWERING


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_is_down_does_not_stop_calls_to_another() -> None:
    opened(seconds_ago=0)
    assert call(a_provider(), TEACHER, Line(ANSWERING), repeatable=False) == ANSWERING


@pytest.mark.usefixtures("either_way")
def test_a_provider_that_is_down_is_neither_asked_nor_waited_for() -> None:
    provider, line = opened(seconds_ago=0), Line(ANSWERING)
    assert median(seconds_of(lambda: unavailable(provider, line)) for _ in range(50)) < 0.05
    assert line.attempts == 0


@pytest.mark.usefixtures("redis")
def test_a_circuit_that_one_environment_opened_is_open_for_all() -> None:
    provider, line = opened(seconds_ago=0, in_environment=Circuits()), Line(ANSWERING)
    unavailable(provider, line)
    assert line.attempts == 0


@pytest.mark.usefixtures("redis")
def test_a_circuit_that_one_environment_closed_is_closed_for_all() -> None:
    provider = opened(seconds_ago=0)
    Circuits().save_closed(provider.name)
    assert call(provider, TEACHER, Line(ANSWERING), repeatable=False) == ANSWERING


def test_every_key_leaves_redis_by_itself_whatever_state_its_circuit_is_in() -> None:
    with Valkey() as server, redis_at(server.url):
        fail(a_provider(), 5)
        call(opened(seconds_ago=RECOVERY_SECONDS), TEACHER, Line(ANSWERING), repeatable=False)
        unavailable(opened(seconds_ago=RECOVERY_SECONDS), Line(DEAD))
        probed_by_one_who_died(lease_seconds=2)
        with Redis(port=server.port) as client:
            kept = {key: client.ttl(key) for key in client.scan_iter()}
    assert sum(key.startswith(b"circuit:") for key in kept) == 4
    assert all(0 < seconds <= 3600 for seconds in kept.values())


def test_without_redis_in_the_middle_calls_go_on_and_the_circuit_still_opens() -> None:
    provider, line = a_provider(), Line(ANSWERING)
    with Valkey() as server, redis_at(server.url):
        fail(provider, 3)
        server.stop()
        fail(provider, 2)
        unavailable(provider, line)
    assert line.attempts == 0


def test_a_circuit_that_was_open_stays_open_when_redis_goes() -> None:
    line = Line(ANSWERING)
    with Valkey() as server, redis_at(server.url):
        provider = opened(seconds_ago=0, in_environment=Circuits())
        unavailable(provider, line)
        server.stop()
        unavailable(provider, line)
    assert line.attempts == 0


def test_with_a_redis_that_hangs_calls_go_on() -> None:
    with redis_that_hangs():
        assert call(a_provider(), TEACHER, Line(ANSWERING), repeatable=False) == ANSWERING


@pytest.mark.usefixtures("redis")
def test_a_circuit_that_changes_its_state_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    provider = opened(seconds_ago=RECOVERY_SECONDS)
    call(provider, TEACHER, Line(ANSWERING), repeatable=False)
    assert [record.getMessage() for record in caplog.records] == [
        f"The circuit {provider.name} was OPEN and is HALF_OPEN",
        f"The circuit {provider.name} was HALF_OPEN and is CLOSED",
    ]
