"""An account with a circuit of its own, and what a caller can tell by who is not asked: AC25."""

import time

import pytest

from lectern.breaker import CIRCUITS, CONFIG, RECOVERY_SECONDS
from lectern.errors import Unavailable
from lectern.outbound import Down, LeftAlone, Provider, Throttled, call
from tests.outbound.providers import DEAD, TEACHER, Line, a_provider, opened, unavailable

pytestmark = pytest.mark.usefixtures("either_way")


def fail(provider: Provider, account: str, times: int, meets: Exception = DEAD) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            call(provider, TEACHER, Line(meets), repeatable=False, circuit=account)


def open_now(circuit: str) -> None:
    CIRCUITS.configure(CONFIG, circuit)
    CIRCUITS.save_open(circuit, failure_count=5, opened_at=int(time.time()))


def test_the_failures_of_one_account_cut_off_no_other() -> None:
    provider, line = a_provider(), Line("events")
    fail(provider, "one", 5)

    with pytest.raises(LeftAlone):
        call(provider, TEACHER, line, repeatable=False, circuit="one")

    assert line.attempts == 0
    assert call(provider, TEACHER, line, repeatable=False, circuit="another") == "events"
    assert call(provider, TEACHER, line, repeatable=False) == "events"


def test_a_provider_that_is_down_costs_five_attempts_of_all_accounts_together() -> None:
    provider, line = a_provider(), Line("events")
    for number in range(5):
        fail(provider, f"account {number}", 1, Down("timeout"))

    with pytest.raises(LeftAlone):
        call(provider, TEACHER, line, repeatable=False, circuit="another")

    assert line.attempts == 0


def test_an_account_that_is_told_of_a_provider_that_is_down_is_not_cut_off_itself() -> None:
    provider = opened(seconds_ago=0)
    fail(provider, "one", 10)
    CIRCUITS.save_closed(provider.name)

    assert call(provider, TEACHER, Line("events"), repeatable=False, circuit="one") == "events"


def test_a_provider_that_is_down_does_not_show_that_an_account_works() -> None:
    provider, line = a_provider(), Line("events")
    fail(provider, "one", 4)
    open_now(provider.name)
    fail(provider, "one", 1)
    CIRCUITS.save_closed(provider.name)
    fail(provider, "one", 1)

    with pytest.raises(LeftAlone):
        call(provider, TEACHER, line, repeatable=False, circuit="one")


def test_the_probe_of_a_provider_is_not_made_with_an_account_that_is_cut_off() -> None:
    provider, line = opened(seconds_ago=RECOVERY_SECONDS), Line("events")
    open_now(f"{provider.name}:one")

    fail(provider, "one", 1)

    assert call(provider, TEACHER, line, repeatable=False, circuit="another") == "events"


def test_who_asked_too_much_knows_it_from_who_was_not_answered() -> None:
    throttled, dead = unavailable(a_provider(), Line(Throttled("429"))), unavailable(a_provider(), Line(DEAD))

    assert (type(throttled), type(dead)) == (LeftAlone, Unavailable)
