"""When an alert fires, when it is resolved, and of which of these a teacher is told."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lectern.alerts.rule import Rule
from lectern.alerts.step import LastAlert, Step, next_step
from lectern.alerts.verdict import Facts, Verdict
from lectern.identifiers import new_id

RULE = Rule("active_students", "above", 10, cooldown_days=7)
MET, NOT_MET = (Verdict(met, Facts("above", 10, 28, 11, 11)) for met in (True, False))
DAY = date(2026, 3, 2)
TOLD = LastAlert("active_students", new_id(), is_firing_notified=True, notified_on=DAY)
NOT_TOLD = LastAlert("active_students", new_id(), is_firing_notified=False, notified_on=DAY)
OVER = LastAlert("active_students", None, is_firing_notified=False, notified_on=DAY)


def test_what_is_met_for_the_first_time_fires_and_is_told() -> None:
    assert next_step(RULE, MET, None, DAY) == Step("fired", is_notified=True)


def test_what_was_not_told_and_still_fires_is_told_when_the_cooldown_is_over() -> None:
    within, after = (next_step(RULE, MET, NOT_TOLD, DAY + timedelta(days=days)) for days in (6, 7))

    assert (within, after) == (None, Step("told", is_notified=True))
    assert next_step(RULE, None, NOT_TOLD, DAY + timedelta(days=7)) is None


def test_what_goes_on_or_stays_well_is_no_step() -> None:
    assert next_step(RULE, MET, TOLD, DAY) is None
    assert next_step(RULE, NOT_MET, None, DAY) is None
    assert next_step(RULE, NOT_MET, OVER, DAY) is None


def test_what_is_missing_is_no_step_either_way() -> None:
    assert next_step(RULE, None, TOLD, DAY) is None
    assert next_step(RULE, None, None, DAY) is None


def test_an_end_is_told_to_whom_the_beginning_was_told() -> None:
    assert next_step(RULE, NOT_MET, TOLD, DAY) == Step("resolved", is_notified=True)
    assert next_step(RULE, NOT_MET, NOT_TOLD, DAY) == Step("resolved", is_notified=False)


def test_what_comes_again_within_the_cooldown_fires_and_is_not_told() -> None:
    within, after = (next_step(RULE, MET, OVER, DAY + timedelta(days=days)) for days in (6, 7))

    assert (within, after) == (Step("fired", is_notified=False), Step("fired", is_notified=True))


@given(st.lists(st.sampled_from([MET, NOT_MET, None]), max_size=60), st.integers(0, 20))
def test_over_any_number_of_days_nobody_is_told_twice(verdicts: list[Verdict | None], cooldown: int) -> None:
    """Firing and resolved take turns, and a teacher is told of a beginning and its end in turns, a cooldown apart.

    What fires when a cooldown has passed has been told of.
    """
    rule = Rule("active_students", "above", 10, cooldown_days=cooldown)
    last: LastAlert | None = None
    steps: list[tuple[int, Step]] = []
    for day, verdict in enumerate(verdicts):
        step = next_step(rule, verdict, last, DAY + timedelta(days=day))
        if step:
            steps.append((day, step))
            last = after(step, last, DAY + timedelta(days=day))
        if last and last.notified_on and verdict == MET and DAY + timedelta(days=day - cooldown) >= last.notified_on:
            assert last.is_firing_notified

    turns = [step.to for _, step in steps if step.to != "told"]
    assert turns == (["fired", "resolved"] * len(turns))[: len(turns)]
    told = [(day, step.to == "resolved") for day, step in steps if step.is_notified]
    assert [is_end for _, is_end in told] == ([False, True] * len(told))[: len(told)]
    assert all(later - earlier >= cooldown for (earlier, _), (later, _) in pairwise(told[::2]))


def after(step: Step, last: LastAlert | None, day: date) -> LastAlert:
    """How it stands once the step is written down."""
    told_before = last.notified_on if last else None
    if step.to == "resolved":
        return LastAlert("active_students", None, is_firing_notified=False, notified_on=told_before)
    notified_on = day if step.is_notified else told_before
    return LastAlert("active_students", new_id(), is_firing_notified=step.is_notified, notified_on=notified_on)
