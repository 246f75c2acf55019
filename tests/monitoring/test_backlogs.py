"""What waits to be sent, over all teachers: how much, and since when."""

from datetime import timedelta

import pytest

from lectern.events import record
from lectern.monitoring.backlogs import read_backlogs
from tests.builders import NOW, a_teacher, run
from tests.dispatcher.teachers import leave, only
from tests.monitoring.waiting import a_calendar_that_waits, a_refund

MINUTE = timedelta(minutes=1)


def backlog(name: str) -> dict[str, float]:
    return {each.gauge: each.value for each in read_backlogs(NOW) if each.labels == {"backlog": name}}


@pytest.fixture(autouse=True)
def nobody_else() -> None:
    only()


def test_calendars_wait_for_as_long_as_the_oldest_of_their_rows() -> None:
    a_calendar_that_waits(3 * MINUTE)
    a_calendar_that_waits(12 * MINUTE)

    assert backlog("calendar") == {"backlog_rows": 2, "backlog_oldest_seconds": 720}


def test_who_has_left_or_must_grant_it_anew_is_not_waited_for() -> None:
    a_calendar_that_waits(12 * MINUTE, status="needs_reauth")
    leave(a_calendar_that_waits(12 * MINUTE).id)

    assert backlog("calendar") == {"backlog_rows": 0, "backlog_oldest_seconds": 0}


def test_a_refund_waits_until_stripe_has_been_asked() -> None:
    a_refund(NOW - 90 * MINUTE, "requested")
    a_refund(NOW - 100 * MINUTE, "pending")

    assert backlog("refunds") == {"backlog_rows": 1, "backlog_oldest_seconds": 5400}


def test_the_oldest_event_is_told_that_nobody_has_taken() -> None:
    taken, left = a_teacher(), a_teacher()
    run(taken, record, "told", taken.id, {}, NOW - 9 * MINUTE)
    run(taken, lambda tx: tx.send("update domain_events set published_at = now()"))
    run(left, record, "told", left.id, {}, NOW - 4 * MINUTE)
    run(left, record, "told", left.id, {}, NOW - MINUTE)

    assert backlog("events") == {"backlog_oldest_seconds": 240}
