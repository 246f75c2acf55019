"""What each condition takes for reason enough, by worked examples."""

import pytest

from lectern.alerts.rule import Condition, Rule
from lectern.alerts.verdict import Facts, Measured, Verdict, verdict_of


def verdict(rule: Rule, *windows: tuple[float | None, int], is_count: bool = False) -> Verdict | None:
    return verdict_of(rule, [Measured(*window) for window in windows], is_count=is_count)


def is_met(condition: Condition, threshold: float, *values: float) -> bool:
    found = verdict(Rule("page_conversion", condition, threshold), *((value, 100) for value in values))
    assert found
    return found.is_met


@pytest.mark.parametrize(
    ("condition", "threshold", "values", "met"),
    [
        ("above", 10, [10.1], True),
        ("above", 10, [10], False),
        ("below", 30, [29.9], True),
        ("below", 30, [30], False),
        ("change", -30, [7, 10], True),
        ("change", -30, [7.1, 10], False),
        ("change", -30, [20, 10], False),
        ("change", 50, [15, 10], True),
        ("change", 50, [14.9, 10], False),
        ("change", 50, [1, 10], False),
        ("change", -100, [0, 10], True),
        # The mean of 8, 12, 9 and 11 is 10.
        ("change_from_mean", -20, [8, 8, 12, 9, 11], True),
        ("change_from_mean", -20, [8.1, 8, 12, 9, 11], False),
    ],
)
def test_each_condition_at_its_threshold(
    condition: Condition, threshold: float, values: list[float], *, met: bool
) -> None:
    assert is_met(condition, threshold, *values) is met


def test_a_verdict_says_what_was_held_against_what() -> None:
    rule = Rule("page_conversion", "change", -30, min_sample=50)

    assert verdict(rule, (2.0, 100), (3.0, 200)) == Verdict(
        is_met=True,
        facts=Facts("change", -30, 28, value=2.0, sample=100, baseline=3.0, change_percent=-33.33),
    )


def test_the_verdict_is_on_what_was_measured_and_its_facts_are_rounded() -> None:
    found = verdict(Rule("page_conversion", "change", -33.3), (0.4 / 3, 100), (0.2, 100))

    assert found == Verdict(
        is_met=True,
        facts=Facts("change", -33.3, 28, value=0.13, sample=100, baseline=0.2, change_percent=-33.33),
    )
    assert is_met("below", 30, 29.997)


def test_too_small_a_sample_says_nothing() -> None:
    rule = Rule("no_show_and_late_cancel_rate", "above", 10, min_sample=10)

    assert verdict(rule, (100.0, 9)) is None
    assert verdict(rule, (100.0, 10)) == Verdict(is_met=True, facts=Facts("above", 10, 28, value=100.0, sample=10))


@pytest.mark.parametrize(
    "windows",
    [
        [(None, 0), (3.0, 200)],
        [(2.0, 49), (3.0, 200)],
        [(2.0, 100), (None, 0)],
        [(2.0, 100), (3.0, 49)],
    ],
    ids=["nobody now", "few now", "nobody before", "few before"],
)
def test_a_change_needs_enough_of_both(windows: list[tuple[float | None, int]]) -> None:
    assert verdict(Rule("page_conversion", "change", -30, min_sample=50), *windows) is None


def test_a_count_that_has_fallen_to_nothing_is_a_change() -> None:
    rule = Rule("active_students", "change", -15, min_sample=5)

    found = verdict(rule, (0, 0), (5, 5), is_count=True)

    assert found
    assert (found.is_met, found.facts.change_percent) == (True, -100.0)
    assert verdict(rule, (0, 0), (4, 4), is_count=True) is None


@pytest.mark.parametrize(
    ("threshold", "now", "met"), [(-30, 0.0, False), (-30, 5.0, False), (50, 5.0, True), (50, 0.0, False)]
)
def test_nothing_falls_from_zero_and_anything_has_risen_from_it(threshold: float, now: float, *, met: bool) -> None:
    found = verdict(Rule("no_show_and_late_cancel_rate", "change", threshold, min_sample=5), (now, 10), (0.0, 10))

    assert found
    assert (found.is_met, found.facts.baseline, found.facts.change_percent) == (met, 0, None)


def test_a_count_whose_window_before_was_empty_has_not_fallen_and_may_be_a_beginning() -> None:
    """However large a sample is asked for: that there was nobody is known."""
    fall, rise = (Rule("active_students", "change", threshold, min_sample=5) for threshold in (-15, 15))

    stopped = verdict(fall, (0, 0), (0, 0), is_count=True)

    assert stopped
    assert not stopped.is_met
    assert verdict(rise, (7, 7), (0, 0), is_count=True) is None


def test_a_mean_of_shares_may_begin_with_zero() -> None:
    """A missed share of 50 % against a mean of 7.5 %."""
    assert is_met("change_from_mean", 50, 50, 10, 10, 10, 0)


def test_a_mean_of_nothing_is_not_fallen_from() -> None:
    rule = Rule("active_students", "change_from_mean", -15)

    found = verdict(rule, *[(0, 0)] * 5, is_count=True)

    assert found
    assert not found.is_met


def test_a_mean_needs_all_of_its_windows_and_a_business_in_the_earliest() -> None:
    rule = Rule("active_students", "change_from_mean", -15)

    begun_since = verdict(rule, (3, 3), (5, 5), (5, 5), (5, 5), (0, 0), is_count=True)
    on_holiday = verdict(rule, (3, 3), (5, 5), (0, 0), (5, 5), (6, 6), is_count=True)
    unknown = verdict(Rule("utilisation", "change_from_mean", -15), (3, 3), (5, 5), (None, 0), (5, 5), (6, 6))

    # Where that was a holiday, too: it cannot be told from a beginning.
    assert (begun_since, unknown) == (None, None)
    assert on_holiday
    assert on_holiday.facts.baseline == 4.0
