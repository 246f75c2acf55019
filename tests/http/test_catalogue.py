"""Services, availability and students over HTTP, where HTTP adds something."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.builders import book, in_days
from tests.http.conftest import Business, Clock

MONDAY = {"weekday": 0, "start_minute": 540, "end_minute": 1020}


def test_a_service_is_added_found_changed_and_taken_off(business: Business) -> None:
    added = business.api.post("/v1/services", {"name": "Violin", "duration_minutes": 45})
    path = added.headers["Location"]

    changed = business.api.patch(path, {"price": {"amount": 3000, "currency": "CHF"}})

    assert added.body["step_minutes"] == 45
    assert business.api.get(path).body == changed.body
    assert business.api.delete(path).status == 204
    assert business.api.get(path).status == 404


def test_a_service_changed_meanwhile_is_answered_as_it_is(business: Business, wall_clock: Clock) -> None:
    wall_clock.go_to(in_days(1))
    path = f"/v1/services/{business.service(name='Violin')}"
    seen = business.api.get(path).headers["ETag"]
    business.api.patch(path, {"name": "Viola"})

    lost = business.api.patch(path, {"name": "Cello"}, if_match=seen)

    assert (lost.status, lost.body["current"]) == (412, business.api.get(path).body)


def test_two_services_cannot_have_one_name(business: Business) -> None:
    business.service(name="Violin")

    refused = business.api.post("/v1/services", {"name": "violin", "duration_minutes": 60})

    assert (refused.status, refused.code) == (409, "name_taken")


def test_ac13_saving_a_week_again_and_again_changes_nothing(business: Business) -> None:
    week = {"rules": [MONDAY, MONDAY | {"weekday": 6, "start_minute": 1320, "end_minute": 120}]}
    saved = business.api.put("/v1/availability/rules", week).body

    for _ in range(3):
        rules = [{name: rule[name] for name in rule if name != "id"} for rule in saved["rules"]]
        saved = business.api.put("/v1/availability/rules", {"rules": rules}).body

    read = business.api.get("/v1/availability/rules").body["rules"]
    assert [rule["start_minute"] for rule in read] == [540, 1320]
    assert [rule["end_minute"] for rule in read] == [1020, 120]


def test_a_wrong_rule_of_a_week_is_named_by_its_place(business: Business) -> None:
    refused = business.api.put("/v1/availability/rules", {"rules": [MONDAY, MONDAY | {"end_minute": 540}]})

    assert (refused.status, refused.fields()) == (422, {"rules.1.start_minute", "rules.1.end_minute"})
    assert len(business.api.get("/v1/availability/rules").body["rules"]) == 7


def test_a_rule_is_added_and_removed(business: Business) -> None:
    rule = business.api.post("/v1/availability/rules", MONDAY).body

    assert business.api.delete(f"/v1/availability/rules/{rule['id']}").status == 204
    assert business.api.delete(f"/v1/availability/rules/{rule['id']}").code == "rule_not_found"


def test_a_date_off_is_put_shown_and_taken_back(business: Business) -> None:
    path = "/v1/availability/overrides/2026-03-03"
    put = business.api.put(path, {"hours": []}).body

    listed = business.api.get("/v1/availability/overrides", {"from": "2026-03-01", "to": "2026-04-01"}).body

    assert listed == {"overrides": [put]} == {"overrides": [{"local_date": "2026-03-03", "hours": []}]}
    assert business.api.delete(path).status == 204
    assert business.api.delete(path).status == 404


def test_time_off_is_listed_until_it_is_removed(business: Business) -> None:
    away = {"starts_at": in_days(1).isoformat(), "ends_at": in_days(3).isoformat(), "reason": "Concert"}
    added = business.api.post("/v1/time-off", away).body
    query = {"from": in_days(2).isoformat(), "to": in_days(9).isoformat()}

    assert business.api.get("/v1/time-off", query).body["time_off"] == [added]
    assert business.api.delete(f"/v1/time-off/{added['id']}").status == 204
    assert business.api.get("/v1/time-off", query).body["time_off"] == []


def test_a_time_that_is_taken_is_explained(business: Business) -> None:
    service = business.service()
    book(business.teacher, service, in_days(1))

    why = business.api.get("/v1/slots/why", {"service_id": service, "start": in_days(1).isoformat()}).body

    assert (why["is_offered"], [reason["code"] for reason in why["reasons"]]) == (False, ["busy"])
    assert why["reasons"][0]["busy"] == [{"starts_at": "2026-03-03T10:00:00Z", "ends_at": "2026-03-03T11:00:00Z"}]


@pytest.mark.parametrize("number", ["100", 100.0, True])
def test_what_a_lesson_costs_is_a_whole_number(business: Business, number: object) -> None:
    lesson = {"name": "Piano", "duration_minutes": 60}

    in_money = business.api.post("/v1/services", lesson | {"price": {"amount": number, "currency": "EUR"}})
    in_credits = business.api.post("/v1/services", lesson | {"credit_units": number})

    assert (in_money.status, in_money.fields()) == (422, {"price.amount"})
    assert (in_credits.status, in_credits.fields()) == (422, {"credit_units"})


@pytest.mark.parametrize(("days", "minutes", "codes"), [(1, 0, []), (1, 5, ["off_grid"]), (70, 0, ["beyond_horizon"])])
def test_why_a_time_is_not_offered(business: Business, days: int, minutes: int, codes: list[str]) -> None:
    start = in_days(days) + timedelta(minutes=minutes)

    why = business.api.get("/v1/slots/why", {"service_id": business.service(), "start": start.isoformat()}).body

    assert [reason["code"] for reason in why["reasons"]] == codes


def test_students_are_listed_by_name_a_page_at_a_time(business: Business) -> None:
    for name in ("Cleo", "ada", "Bob"):
        business.student(name)

    first = business.api.get("/v1/students", {"limit": 2}).body
    rest = business.api.get("/v1/students", {"limit": 2, "cursor": first["next"]}).body

    assert [student["name"] for student in first["students"]] == ["ada", "Bob"]
    assert [student["name"] for student in rest["students"]] == ["Cleo"]
    assert rest["next"] is None


def test_a_student_is_put_away_and_taken_back(business: Business) -> None:
    path = f"/v1/students/{business.student()}"

    assert business.api.post(f"{path}/archive").body["archived_at"] == "2026-03-02T08:00:00Z"
    assert business.api.get("/v1/students").body["students"] == []
    assert len(business.api.get("/v1/students", {"include_archived": "true"}).body["students"]) == 1
    assert business.api.post(f"{path}/restore").body["archived_at"] is None


def test_one_student_per_address(business: Business) -> None:
    sam = {"name": "Sam", "email": f"SAM-{uuid4().hex}@example.com"}
    business.api.post("/v1/students", sam)

    again = business.api.post("/v1/students", sam | {"email": sam["email"].lower()})

    assert (again.status, again.code) == (409, "student_exists")
