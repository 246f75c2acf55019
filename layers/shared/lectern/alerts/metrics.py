"""Everything that a rule can be about: how it is measured, and what of it is known of the past."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lectern.alerts import lesson_metrics, payment_metrics
from lectern.alerts.response_metric import ask_response_minutes
from lectern.alerts.verdict import Measured
from lectern.alerts.window import Window
from lectern.analytics.funnel import page_conversion
from lectern.analytics.operations import operations
from lectern.calendar.status import ask_stale_minutes
from lectern.database import Answer, Transaction
from lectern.errors import NotFound

# Waits for what was asked: a measurement for each window, in order.
type Reading = Callable[[], list[Measured]]
type Ask = Callable[[Transaction, Sequence[Window], datetime], Reading]


@dataclass(frozen=True, slots=True)
class Metric:
    """`is_count` is a number of things, and 0 of nothing; others are None of nothing. Times are in minutes.

    One without a past is of the moment at which it is measured, whatever the window. None is below 0, and `most` is
    what it can be at most; a teacher may be booked for more than all the time that they offer.
    """

    name: str
    kind: Literal["percent", "count", "minutes", "money"]
    ask: Ask
    has_past: bool = True
    most: float | None = None

    @property
    def is_count(self) -> bool:
        return self.kind in ("count", "money")


def metric_named(name: str) -> Metric:
    """Raises NotFound `metric_not_found`."""
    if name not in METRICS:
        raise NotFound("metric_not_found", "There is no such metric. List your alert rules.")
    return METRICS[name]


def _over(ask: Callable[[Transaction, Sequence[Window]], Answer[Measured]]) -> Ask:
    return lambda tx, windows, _now: ask(tx, windows).all


def _ask_unconfirmed(tx: Transaction, _windows: Sequence[Window], now: datetime) -> Reading:
    return lesson_metrics.ask_unconfirmed(tx, now).all


def _ask_page_conversion(tx: Transaction, windows: Sequence[Window], _now: datetime) -> Reading:
    """The daily run of content-analytics comes before that of the alerts, and has added up yesterday."""

    def read() -> list[Measured]:
        found = [page_conversion(tx, window.first, window.until) for window in windows]
        return [Measured(_percent(each.booked, each.visitors), each.visitors) for each in found]

    return read


def _ask_utilisation(tx: Transaction, windows: Sequence[Window], _now: datetime) -> Reading:
    """As that of the page; the sample is of bookable hours."""

    def read() -> list[Measured]:
        found = [operations(tx, window.first, window.until) for window in windows]
        return [
            Measured(_percent(each.booked_minutes, each.bookable_minutes), each.bookable_minutes // 60)
            for each in found
        ]

    return read


def _ask_calendar_stale(tx: Transaction, _windows: Sequence[Window], now: datetime) -> Reading:
    """A teacher without a calendar has none that could be stale: that is known, and not missing."""
    answer = ask_stale_minutes(tx, now)

    def read() -> list[Measured]:
        found = answer.one_or_none()
        return [Measured(found.minutes, 1) if found else Measured(0, 0)]

    return read


def _percent(part: int, whole: int) -> float | None:
    """As it is, where the pages of the analytics show it rounded: of four visitors in 10,000 half would be nothing."""
    return 100 * part / whole if whole else None


METRICS = {
    metric.name: metric
    for metric in (
        Metric("no_show_and_late_cancel_rate", "percent", _over(lesson_metrics.ask_missed_share), most=100),
        Metric("page_conversion", "percent", _ask_page_conversion, most=100),
        Metric("active_students", "count", _over(lesson_metrics.ask_active_students)),
        Metric("lessons_next_14_days", "count", _over(lesson_metrics.ask_lessons_ahead)),
        Metric("failed_payments", "count", _over(payment_metrics.ask_failed_payments)),
        Metric("calendar_stale_minutes", "minutes", _ask_calendar_stale, has_past=False),
        Metric("unconfirmed_lessons", "count", _ask_unconfirmed, has_past=False),
        Metric("revenue", "money", _over(payment_metrics.ask_revenue)),
        Metric("utilisation", "percent", _ask_utilisation),
        Metric("response_minutes", "minutes", _over(ask_response_minutes)),
    )
}
