"""Whether what was measured is what a rule warns of, and the facts that say so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from lectern.alerts.rule import Condition, Rule

SHOWN_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one window: the value, None if there was nothing to measure, and how many things it was drawn from.

    `currency` is that of money, None of other things.
    """

    value: float | None
    sample: int
    currency: str | None = None

    def is_known(self, min_sample: int, *, is_count: bool) -> bool:
        """That there were none is known of a count, however many there would have to be."""
        if self.value is None:
            return False
        return self.sample >= min_sample or (is_count and self.value == 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule found, in the unit of its metric and rounded to be shown: the verdict is on what was measured.

    `baseline` is what a change is from, None of other conditions; `change_percent` is None also of a change from 0.
    """

    condition: Condition
    threshold: float
    window_days: int
    value: float
    sample: int
    baseline: float | None = None
    change_percent: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    is_met: bool
    facts: Facts


def verdict_of(rule: Rule, windows: Sequence[Measured], *, is_count: bool) -> Verdict | None:
    """By as many windows as the rule's condition looks at, the present one first; None when they tell too little.

    A count of nothing is a finding, so `min_sample` is not asked of the present count; of what came before, it is.
    """
    present, *before = windows
    if present.value is None or not (is_count or present.sample >= rule.min_sample):
        return None
    if not rule.is_about_change:
        return _by_value(rule, present, present.value)
    if not all(each.is_known(rule.min_sample, is_count=is_count) for each in before):
        return None
    if rule.condition == "change":
        return _by_change(rule, present, present.value, before[0].value or 0, is_count=is_count)
    return _by_change_from_mean(rule, present, present.value, [each.value or 0 for each in before], is_count=is_count)


def _by_value(rule: Rule, present: Measured, value: float) -> Verdict:
    is_met = value > rule.threshold if rule.condition == "above" else value < rule.threshold
    return Verdict(is_met, _facts(rule, present, value))


def _by_change(rule: Rule, present: Measured, value: float, baseline: float, *, is_count: bool) -> Verdict | None:
    """Nothing falls from 0, and from 0 whatever is more has risen; but a first student is no rise, only a beginning."""
    if baseline == 0:
        if is_count and not rule.is_about_fall:
            return None
        return Verdict(not rule.is_about_fall and value > 0, _facts(rule, present, value, baseline))
    change = 100 * (value - baseline) / baseline
    is_met = change <= rule.threshold if rule.is_about_fall else change >= rule.threshold
    return Verdict(is_met, _facts(rule, present, value, baseline, change))


def _by_change_from_mean(
    rule: Rule, present: Measured, value: float, before: Sequence[float], *, is_count: bool
) -> Verdict | None:
    """Counts that begin with 0 have a mean of less than what was usual: then there was no business yet.

    Or it was a holiday, which looks the same: nothing is said until that window is the fifth one back.
    """
    mean = fmean(before)
    if is_count and mean and not before[-1]:
        return None
    return _by_change(rule, present, value, mean, is_count=is_count)


def _facts(
    rule: Rule, present: Measured, value: float, baseline: float | None = None, change: float | None = None
) -> Facts:
    return Facts(
        condition=rule.condition,
        threshold=rule.threshold,
        window_days=rule.window_days,
        value=round(value, SHOWN_DECIMALS),
        sample=present.sample,
        baseline=None if baseline is None else round(baseline, SHOWN_DECIMALS),
        change_percent=None if change is None else round(change, SHOWN_DECIMALS),
        currency=present.currency,
    )
