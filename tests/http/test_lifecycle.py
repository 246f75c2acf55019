"""Where students stand, over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest

from booking.teacher.lifecycle import ThresholdsView
from lectern.lifecycle.detect import detect
from lectern.lifecycle.thresholds import Thresholds
from tests.builders import NOW, in_days, rows_of, run
from tests.http.conftest import Business, Clock
from tests.lifecycle.given import TODAY, a_seat, lessons


def run_job(business: Business, days: int = 0) -> None:
    run(business.teacher, detect, TODAY + timedelta(days=days), NOW + timedelta(days=days))


def a_regular(business: Business, name: str, last: int = 3) -> UUID:
    student = business.student(name)
    lessons(business.teacher, student, *range(last, last + 70, 7))
    return student


def test_a_new_student_stands_somewhere_before_any_run(business: Business) -> None:
    student = business.student()

    shown = business.api.get(f"/v1/students/{student}/stage").body

    assert (shown["stage"], shown["since"], shown["risk"], shown["history"]) == ("lead", None, None, [])
    assert shown["reasons"] == [{"code": "days_without_lesson", "value": 0.0, "limit": 30.0, "points": 0}]


def test_a_stage_shows_since_when_and_how_it_came(business: Business, wall_clock: Clock) -> None:
    student = a_regular(business, "Sam")
    run_job(business)
    run_job(business, 8)
    wall_clock.go_to(in_days(9))

    shown = business.api.get(f"/v1/students/{student}/stage").body

    assert (shown["stage"], shown["since"], shown["risk"], shown["risk_score"]) == (
        "at_risk",
        "2026-03-10",
        "watch",
        45,
    )
    assert [(change["local_date"], change["stage"]) for change in shown["history"]] == [
        ("2026-03-10", "at_risk"),
        ("2026-03-02", "active"),
    ]


def test_what_has_just_happened_shows_before_the_next_run(business: Business) -> None:
    student = a_regular(business, "Sam")
    run_job(business)

    business.api.post(f"/v1/students/{student}/archive")

    shown = business.api.get(f"/v1/students/{student}/stage").body
    assert (shown["stage"], shown["since"], shown["history"][0]["stage"]) == ("archived", None, "active")


def test_the_history_is_read_a_page_at_a_time(business: Business) -> None:
    path = f"/v1/students/{a_regular(business, 'Sam')}/stage"
    for days in (0, 8, 60):
        run_job(business, days)

    first = business.api.get(path, {"limit": 2}).body
    rest = business.api.get(path, {"limit": 2, "cursor": first["next"]}).body

    assert [change["stage"] for change in first["history"] + rest["history"]] == ["lapsed", "at_risk", "active"]
    assert rest["next"] is None


def test_the_overview_counts_students_by_stage_and_risk(business: Business) -> None:
    a_regular(business, "Ada")
    a_regular(business, "Bo", last=12)
    business.student("Cleo")

    shown = business.api.get("/v1/lifecycle").body

    assert shown["stages"] == {"active": 1, "at_risk": 1, "lead": 1}
    assert shown["risks"] == {"watch": 2}
    assert shown["local_date"] == "2026-03-02"


def test_who_is_at_risk_is_listed_with_reasons_the_worst_first_a_page_at_a_time(business: Business) -> None:
    for name, last in (("Ada", 12), ("Bo", 20), ("Cleo", 13), ("Dora", 3)):
        a_regular(business, name, last)

    first = business.api.get("/v1/lifecycle", {"limit": 2}).body
    rest = business.api.get("/v1/lifecycle", {"limit": 2, "cursor": first["next"]}).body

    found = first["at_risk"] + rest["at_risk"]
    assert [student["name"] for student in found] == ["Bo", "Ada", "Cleo"]
    assert [student["risk_score"] for student in found] == [75, 45, 45]
    assert [reason["code"] for reason in found[1]["reasons"]] == ["overdue", "no_lesson_ahead", "gap"]
    assert rest["next"] is None


def test_a_new_student_with_a_high_score_is_at_risk_though_their_stage_is_new(business: Business) -> None:
    student = business.student()
    lessons(business.teacher, student, 5, 8, 11, status="no_show")
    lessons(business.teacher, student, 33)
    business.api.post(f"/v1/students/{student}/credits", {"units": 100, "note": "A present"})
    business.api.post(f"/v1/students/{student}/credits", {"units": -100, "note": "Taken back"})
    a_seat(business.teacher, student, in_days(2), "booked")

    shown = business.api.get("/v1/lifecycle").body

    assert shown["stages"] == {"new": 1}
    assert [(student["stage"], student["risk_score"]) for student in shown["at_risk"]] == [("new", 80)]


def test_a_pause_ends_the_worry_and_is_ended_with_null(business: Business) -> None:
    path = f"/v1/students/{a_regular(business, 'Sam', last=12)}"

    paused = business.api.patch(path, {"paused_until": "2026-04-01"})
    before = business.api.get("/v1/lifecycle").body
    business.api.patch(path, {"paused_until": None})

    assert (paused.status, paused.body["paused_until"]) == (200, "2026-04-01")
    assert (before["stages"], before["at_risk"]) == ({"paused": 1}, [])
    assert business.api.get("/v1/lifecycle").body["stages"] == {"at_risk": 1}
    changes = [row for row in rows_of(business.teacher, "domain_events") if row["type"] == "student.changed"]
    assert [change["payload"] for change in changes] == [{"fields": ["paused_until"]}] * 2


def test_a_change_to_a_student_who_was_changed_meanwhile_is_refused_with_what_holds_now(business: Business) -> None:
    path = f"/v1/students/{business.student()}"
    seen = business.api.get(path).headers["ETag"]
    business.api.patch(path, {"paused_until": "2026-04-01"}, if_match=seen)

    refused = business.api.patch(path, {"paused_until": None}, if_match=seen)

    assert (refused.status, refused.code) == (412, "student_changed")
    assert refused.body["current"]["paused_until"] == "2026-04-01"


def test_a_change_of_nothing_changes_nothing(business: Business) -> None:
    path = f"/v1/students/{business.student()}"
    seen = business.api.get(path)

    assert business.api.patch(path, {}).headers["ETag"] == seen.headers["ETag"]


def test_the_usual_thresholds_hold_until_a_teacher_says_otherwise(business: Business) -> None:
    usual = business.api.get("/v1/lifecycle/thresholds").body

    put = business.api.put("/v1/lifecycle/thresholds", {"overdue_days": 14})

    assert (usual["overdue_days"], usual["lapsed_rhythms"]) == (10, 4.0)
    assert put.body == usual | {"overdue_days": 14} == business.api.get("/v1/lifecycle/thresholds").body


def test_thresholds_hold_for_who_set_them(business: Business, other: Business) -> None:
    business.api.put("/v1/lifecycle/thresholds", {"overdue_days": 14})
    for each in (business, other):
        a_regular(each, "Sam", last=12)

    assert business.api.get("/v1/lifecycle").body["stages"] == {"active": 1}
    assert other.api.get("/v1/lifecycle").body["stages"] == {"at_risk": 1}


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"overdue_days": 0}, {"overdue_days"}),
        ({"gap_points": 101}, {"gap_points"}),
        ({"overdue_day": 10}, {"overdue_day"}),
        ({"overdue_days": 46}, {"overdue_days", "lapsed_days"}),
        ({"overdue_rhythms": 5}, {"overdue_rhythms", "lapsed_rhythms"}),
        ({"watch_score": 61}, {"watch_score", "high_score"}),
        ({"rhythm_needs_lessons": 9}, {"rhythm_needs_lessons", "rhythm_lessons"}),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(business: Business, wrong: dict[str, int], fields: set[str]) -> None:
    refused = business.api.put("/v1/lifecycle/thresholds", wrong)

    assert (refused.status, refused.fields()) == (422, fields)
    assert ThresholdsView.of(Thresholds()).model_dump() == business.api.get("/v1/lifecycle/thresholds").body
