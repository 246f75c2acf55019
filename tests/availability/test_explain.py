"""A teacher asks why a time is not offered, and hears every reason."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.availability.explain import explain_start
from lectern.availability.time_off import add_time_off
from lectern.sessions.hold import HOLD_DURATION, hold_slot
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, refusal, run

TEN = at("2026-03-03 10:00")
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("connected")


def why_not(teacher: Teacher, service: UUID, start: datetime, now: datetime = NOW) -> list[str]:
    reasons, _ = run(teacher, explain_start, service, start, now)
    return [reason.code.value for reason in reasons]


def test_an_open_start_has_nothing_against_it() -> None:
    teacher = a_teacher()

    assert run(teacher, explain_start, a_service(teacher), TEN, NOW) == ((), False)


def test_every_reason_is_told_not_only_the_first() -> None:
    teacher = a_teacher(per_day=1)
    service = a_service(teacher, minimum_notice_minutes=48 * 60)
    book(teacher, a_service(teacher), TEN)

    assert why_not(teacher, service, TEN + HOUR / 2) == ["too_soon", "off_grid", "busy", "day_full"]
    assert why_not(teacher, service, at("2026-03-03 20:00")) == ["too_soon", "outside_availability", "day_full"]


def test_what_is_in_the_way_is_shown_with_its_buffers() -> None:
    teacher = a_teacher()
    book(teacher, a_service(teacher, buffer_after_minutes=30), TEN)
    run(teacher, add_time_off, TEN + HOUR, TEN + 3 * HOUR, "dentist", NOW)

    [reason], _ = run(teacher, explain_start, a_service(teacher), TEN + HOUR, NOW)

    assert [(one.start, one.end) for one in reason.busy] == [(TEN, TEN + 1.5 * HOUR), (TEN + HOUR, TEN + 3 * HOUR)]


def test_a_hold_is_a_reason_until_it_runs_out() -> None:
    teacher = a_teacher()
    service = a_service(teacher)
    run(teacher, hold_slot, service, TEN, NOW)

    assert why_not(teacher, service, TEN) == ["busy"]
    assert why_not(teacher, service, TEN, NOW + HOLD_DURATION) == []


def test_a_start_beyond_the_horizon_is_said_to_be() -> None:
    teacher = a_teacher()
    service = a_service(teacher, horizon_days=1)

    for seconds, is_beyond in ((0, True), (1, False)):
        now = TEN - timedelta(days=1) + timedelta(seconds=seconds)
        assert run(teacher, explain_start, service, TEN, now) == ((), is_beyond)


def test_ac32_a_service_of_another_teacher_is_not_found() -> None:
    assert refusal(a_teacher(), explain_start, a_service(a_teacher()), TEN, NOW) == "service_not_found"
