"""One call to a provider: its limits, its retries, and what the caller is told when it fails."""

import subprocess
import sys

import pytest

from lectern import database
from lectern.errors import TooMany
from lectern.identifiers import new_id
from lectern.outbound import Throttled, Unreachable, call
from tests.outbound.providers import DEAD, TEACHER, Line, a_provider, unavailable

pytestmark = pytest.mark.usefixtures("either_way")


class CardDeclined(Exception):
    """What a provider refuses by itself."""


def test_what_the_provider_answers_is_returned() -> None:
    line = Line("paid")
    assert call(a_provider(), TEACHER, line, repeatable=False) == "paid"
    assert line.attempts == 1


def test_what_the_provider_refuses_is_raised_as_it_is_and_not_repeated() -> None:
    line = Line(CardDeclined("insufficient funds"), "paid")
    with pytest.raises(CardDeclined, match="insufficient funds"):
        call(a_provider(), TEACHER, line, repeatable=True)
    assert line.attempts == 1


def test_a_call_that_may_not_be_repeated_is_tried_once() -> None:
    provider, line = a_provider(), Line(DEAD, "paid")
    refusal = unavailable(provider, line)
    assert (refusal.code, refusal.facts) == (f"{provider.name}_unavailable", {"retry_after": 1})
    assert line.attempts == 1


def test_a_call_that_may_be_repeated_is_tried_until_it_is_answered() -> None:
    line = Line(DEAD, DEAD, "paid")
    assert call(a_provider(), TEACHER, line, repeatable=True) == "paid"


def test_a_call_that_may_be_repeated_is_tried_three_times_within_a_second() -> None:
    line = Line(DEAD)
    unavailable(a_provider(), line, repeatable=True)
    assert line.attempts == 3
    assert line.tried_at[2] - line.tried_at[0] < 1


def test_pauses_before_a_retry_differ_so_that_callers_who_failed_together_do_not_come_back_together() -> None:
    lines = [Line(DEAD, "paid") for _ in range(8)]
    for line in lines:
        call(a_provider(), TEACHER, line, repeatable=True)
    pauses = {round(line.tried_at[1] - line.tried_at[0], 2) for line in lines}
    assert len(pauses) > 3


def test_a_retry_comes_no_sooner_than_the_provider_asked_for() -> None:
    line = Line(Throttled("429", retry_after=0.4), "paid")
    call(a_provider(), TEACHER, line, repeatable=True)
    assert line.tried_at[1] - line.tried_at[0] >= 0.4


def test_no_retry_begins_after_three_seconds() -> None:
    line = Line(Unreachable("503", retry_after=1.6))
    unavailable(a_provider(), line, repeatable=True)
    assert line.attempts == 2


def test_a_provider_that_wants_to_be_left_alone_for_longer_is_and_the_caller_is_told_for_how_long() -> None:
    line = Line(Throttled("429", retry_after=9.5))
    refusal = unavailable(a_provider(), line, repeatable=True)
    assert (line.attempts, refusal.facts["retry_after"]) == (1, 10)


def test_a_teacher_who_calls_too_often_is_refused_without_an_attempt_and_others_are_not() -> None:
    provider, line = a_provider(burst_of_one=1), Line("paid")
    call(provider, TEACHER, line, repeatable=False)
    with pytest.raises(TooMany):
        call(provider, TEACHER, line, repeatable=False)
    assert call(provider, "another teacher", line, repeatable=False) == "paid"
    assert line.attempts == 2


def test_every_attempt_counts_towards_the_limit() -> None:
    provider, line = a_provider(burst_of_one=2), Line(DEAD)
    with pytest.raises(TooMany):
        call(provider, TEACHER, line, repeatable=True)
    assert line.attempts == 2


def test_what_one_teacher_is_refused_is_not_taken_from_the_others() -> None:
    provider, line = a_provider(burst=2, burst_of_one=1), Line("paid")
    call(provider, TEACHER, line, repeatable=False)
    for _ in range(3):
        with pytest.raises(TooMany):
            call(provider, TEACHER, line, repeatable=False)
    assert call(provider, "another teacher", line, repeatable=False) == "paid"


def test_all_teachers_together_may_not_call_a_provider_too_often() -> None:
    provider, line = a_provider(burst=1), Line("paid")
    call(provider, TEACHER, line, repeatable=False)
    with pytest.raises(TooMany):
        call(provider, "another teacher", line, repeatable=False)
    assert line.attempts == 1


@pytest.mark.usefixtures("connected")
def test_a_call_inside_a_database_transaction_is_a_mistake_of_the_program() -> None:
    line = Line("paid")
    with pytest.raises(RuntimeError, match="database transaction"), database.tenant(new_id()):
        call(a_provider(), TEACHER, line, repeatable=False)
    assert line.attempts == 0
    assert call(a_provider(), TEACHER, line, repeatable=False) == "paid"


@pytest.mark.usefixtures("connected")
def test_a_call_after_a_database_transaction_that_committed_goes_out() -> None:
    with database.tenant(new_id()):
        pass
    assert call(a_provider(), TEACHER, Line("paid"), repeatable=False) == "paid"


def test_who_only_imports_the_client_does_not_pay_for_the_circuit_breaker() -> None:
    program = "import sys, lectern.outbound; sys.exit('boto3' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program
