"""The times of a schedule, as EventBridge reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from lectern.jobs.schedule_expression import last_time, next_time

# A Tuesday.
NOW = datetime(2026, 11, 24, 9, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(5 minutes)", "2026-11-24T09:12:30"),
        ("rate(1 hour)", "2026-11-24T10:07:30"),
        ("rate(1 day)", "2026-11-25T09:07:30"),
        ("cron(30 3 * * ? *)", "2026-11-25T03:30:00"),
        ("cron(5 * * * ? *)", "2026-11-24T10:05:00"),
        ("cron(0/15 9-17 ? * MON-FRI *)", "2026-11-24T09:15:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00"),
        ("cron(0 8 ? * SUN,2 *)", "2026-11-29T08:00:00"),
        ("cron(0 0 29 FEB ? *)", "2028-02-29T00:00:00"),
        ("cron(7 9 24 11 ? 2027)", "2027-11-24T09:07:00"),
    ],
)
def test_the_next_time_is_eventbridges(expression: str, due: str) -> None:
    assert next_time(expression, NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_time_that_has_just_come_is_not_the_next() -> None:
    due = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
    assert next_time("cron(5 * * * ? *)", due) == due.replace(hour=11)


@pytest.mark.parametrize(
    "expression",
    [
        "every day",
        "rate(5 weeks)",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "cron(0 8 * *)",
        "cron(61 * * * ? *)",
        "cron(0 8 * * * *)",
        "cron(0 8 ? * ? *)",
        "cron(0 ? * * ? *)",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    for time_of in (next_time, last_time):
        with pytest.raises(ValueError, match=r"schedule|fields|outside"):
            time_of(expression, NOW)


def test_an_expression_whose_time_is_over_is_refused() -> None:
    with pytest.raises(ValueError, match="no time after"):
        next_time("cron(0 0 1 1 ? 2020)", NOW)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(5 minutes)", "2026-11-24T09:07:30"),
        ("cron(30 15 * * ? *)", "2026-11-23T15:30:00"),
        ("cron(7 9 * * ? *)", "2026-11-24T09:07:00"),
        ("cron(0/15 9-17 ? * MON-FRI *)", "2026-11-24T09:00:00"),
        ("cron(0 0 29 FEB ? *)", "2024-02-29T00:00:00"),
    ],
)
def test_the_last_time_is_the_one_that_a_rule_has_just_fired_at(expression: str, due: str) -> None:
    assert last_time(expression, NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_rule_that_fires_by_a_clock_that_is_ahead_has_fired() -> None:
    due = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert last_time("cron(30 15 * * ? *)", due - timedelta(seconds=1)) == due
