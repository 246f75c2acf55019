"""Policies: which of several holds, that a booking keeps the one it was made under, and what no policy may say."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lectern.sessions.cancel import preview_cancellation
from lectern.sessions.policies import PolicyScope, list_policies, remove_policy, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.transitions import mark_no_show
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, refusal, rows_of, run

TEN = at("2026-03-05 10:00")
LATE = TEN - timedelta(hours=3)
MINUTE = timedelta(minutes=1)


def percent_at(teacher: Teacher, session: UUID, now: datetime = LATE) -> int:
    return run(teacher, preview_cancellation, session, "student", now).charge_percent


def strict(**terms: Any) -> Policy:  # noqa: ANN401 - any field of Policy
    return Policy(**{"free_passes": 0, **terms})


def test_the_narrowest_policy_holds(teacher: Teacher) -> None:
    student, service, other = a_student(teacher), a_service(teacher), a_service(teacher)
    for scope, percent in [
        (PolicyScope(), 100),
        (PolicyScope(service_id=service), 50),
        (PolicyScope(student_id=student), 0),
        (PolicyScope(other, student), 50),
    ]:
        run(teacher, set_policy, scope, strict(late_charge_percent=percent), NOW)

    hour = timedelta(hours=1)
    kim, lee = book(teacher, service, TEN, "Kim"), book(teacher, other, TEN + hour, "Lee")
    sam, sam_too = book(teacher, service, TEN + 2 * hour), book(teacher, other, TEN + 3 * hour)

    assert [percent_at(teacher, each.session_id) for each in (kim, lee, sam, sam_too)] == [50, 100, 0, 50]


def test_a_booking_keeps_the_policy_it_was_made_under(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), strict(late_charge_percent=50), NOW)
    session = book(teacher, a_service(teacher), TEN).session_id

    run(teacher, set_policy, PolicyScope(), strict(late_charge_percent=100), NOW)

    assert percent_at(teacher, session) == 50


def test_the_seats_of_a_group_are_judged_each_by_its_students_policy(teacher: Teacher) -> None:
    sam, service = a_student(teacher), a_service(teacher, seats=2)
    run(teacher, set_policy, PolicyScope(), strict(), NOW)
    run(teacher, set_policy, PolicyScope(student_id=sam), strict(late_charge_percent=0), NOW)
    seats = [book(teacher, service, TEN, name) for name in ("Kim", "Sam")]

    percents = [
        run(teacher, preview_cancellation, seat.session_id, "student", LATE, seat.participant_id).charge_percent
        for seat in seats
    ]

    assert percents == [100, 0]


@pytest.mark.parametrize(
    ("before", "percent"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - MINUTE, 50),
        (timedelta(hours=4), 50),
        (timedelta(hours=4) - MINUTE, 100),
    ],
)
def test_a_second_tier_keeps_more_at_the_last_minute(teacher: Teacher, before: timedelta, percent: int) -> None:
    tiers = strict(late_charge_percent=50, last_minute_hours=4, last_minute_percent=100)
    run(teacher, set_policy, PolicyScope(), tiers, NOW)
    session = book(teacher, a_service(teacher), TEN).session_id

    assert percent_at(teacher, session, TEN - before) == percent


def test_the_deadline_is_in_elapsed_hours_across_a_change_of_clocks() -> None:
    berlin = a_teacher("Europe/Berlin")
    session = book(berlin, a_service(berlin), at("2026-03-29 09:00")).session_id

    free_until = run(berlin, preview_cancellation, session, "student", NOW).free_until

    # 24 hours before 11:00 in summer time it was 10:00 in winter time.
    assert free_until == at("2026-03-28 09:00")


def test_a_trial_is_exempt_unless_the_policy_says_otherwise(teacher: Teacher) -> None:
    other = a_teacher()
    run(teacher, set_policy, PolicyScope(), strict(), NOW)
    run(other, set_policy, PolicyScope(), strict(trial_exempt=False), NOW)

    percents = [
        percent_at(each, book(each, a_service(each, is_trial=True), TEN).session_id) for each in (teacher, other)
    ]

    assert percents == [0, 100]


def test_a_policy_that_is_removed_lets_the_wider_one_hold_again(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, set_policy, PolicyScope(service_id=service), strict(late_charge_percent=0), NOW)
    run(teacher, remove_policy, PolicyScope(service_id=service), NOW)
    run(teacher, set_policy, PolicyScope(), strict(), NOW)

    assert percent_at(teacher, book(teacher, service, TEN).session_id) == 100
    assert refusal(teacher, remove_policy, PolicyScope(service_id=service), NOW) == "policy_not_found"


def test_a_seat_in_a_group_keeps_to_the_policy_of_its_own_day(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    run(teacher, set_policy, PolicyScope(), strict(late_charge_percent=0), NOW)
    book(teacher, service, TEN, "Kim")
    run(teacher, remove_policy, PolicyScope(), NOW)

    seat = book(teacher, service, TEN, "Sam")

    preview = run(teacher, preview_cancellation, seat.session_id, "student", LATE, seat.participant_id)
    assert preview.is_late


def test_who_has_more_grace_in_a_group_is_not_missing_before_it_is_over(teacher: Teacher) -> None:
    sam, service = a_student(teacher), a_service(teacher, seats=2)
    run(teacher, set_policy, PolicyScope(student_id=sam), strict(grace_minutes=60), NOW)
    seats = {name: book(teacher, service, TEN, name) for name in ("Kim", "Sam")}
    later = TEN + 20 * MINUTE

    run(teacher, mark_no_show, seats["Kim"].session_id, later, seats["Kim"].participant_id)
    sam_seat = seats["Sam"]
    assert refusal(teacher, mark_no_show, sam_seat.session_id, later, sam_seat.participant_id) == "not_started"


def test_the_policies_are_listed_from_the_widest_to_the_narrowest(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, set_policy, PolicyScope(service_id=service), strict(), NOW)

    assert run(teacher, list_policies) == [(PolicyScope(), Policy()), (PolicyScope(service_id=service), strict())]


@pytest.mark.parametrize(
    "terms",
    [
        {"last_minute_hours": 4},
        {"last_minute_percent": 100},
        {"last_minute_hours": 24, "last_minute_percent": 100},
        {"late_charge_percent": 100, "last_minute_hours": 4, "last_minute_percent": 50},
    ],
)
def test_a_second_tier_that_is_none_is_refused(teacher: Teacher, terms: dict[str, int]) -> None:
    assert refusal(teacher, set_policy, PolicyScope(), strict(**terms), NOW) == "unsatisfiable_policy"


def test_ac32_a_policy_for_what_is_another_teachers_is_refused(teacher: Teacher) -> None:
    other = a_teacher()
    theirs = PolicyScope(service_id=a_service(other)), PolicyScope(student_id=a_student(other))

    codes = [refusal(teacher, set_policy, scope, strict(), NOW) for scope in theirs]

    assert codes == ["service_not_found", "student_not_found"]
    assert rows_of(teacher, "policies") == []


def test_what_held_until_a_policy_was_removed_is_in_the_events(teacher: Teacher) -> None:
    scope = PolicyScope(service_id=a_service(teacher))
    run(teacher, set_policy, scope, strict(notice_hours=7), NOW)
    run(teacher, set_policy, scope, strict(notice_hours=8), NOW)
    run(teacher, remove_policy, scope, NOW)

    told = [row for row in rows_of(teacher, "domain_events") if row["type"].startswith("policy.")]
    assert sorted((row["type"], row["payload"]["terms"]["notice_hours"]) for row in told) == [
        ("policy.changed", 7),
        ("policy.changed", 8),
        ("policy.removed", 8),
    ]
    assert {row["payload"]["service_id"] for row in told} == {str(scope.service_id)}
