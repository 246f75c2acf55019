"""Credits over HTTP: what the teacher sees and gives, what the student sees, and what becomes of those of a lesson."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.credits.grant import adjust
from local.stripe import LocalStripe
from tests.builders import in_days, rows_of, run
from tests.http.api import Answer, Api
from tests.http.buying import bought, student_token
from tests.http.conftest import Business, Clock
from tests.payments.sales import hear


def give(business: Business, student: UUID, units: int = 300, key: str | None = None, **more: object) -> Answer:
    given = {"units": units, "note": "A present", **more}
    return business.api.post(f"/v1/students/{student}/credits", given, key)


def enter(business: Business, student: UUID, days: int = 3, **more: object) -> Answer:
    """The teacher enters a lesson on the student's credits."""
    asked = {"service_id": str(business.service(price_amount=5000)), "student_id": str(student), "with_credits": True}
    return business.api.post("/v1/sessions", asked | {"starts_at": in_days(days).isoformat()} | more)


def credits_of(business: Business, student: UUID) -> tuple[int, int]:
    """What can be spent and what is reserved."""
    shown = business.api.get(f"/v1/students/{student}/credits").body
    return shown["available"], shown["reserved"]


def test_a_student_without_credits_has_none(business: Business) -> None:
    shown = business.api.get(f"/v1/students/{business.student()}/credits").body

    assert shown == {"balance": 0, "available": 0, "reserved": 0, "lots": []}


def test_what_a_teacher_gives_is_there_with_its_date(business: Business) -> None:
    given = give(business, business.student(), expires_at=in_days(30).isoformat())

    assert (given.status, given.body["available"]) == (200, 300)
    [lot] = given.body["lots"]
    assert (lot["source"], lot["expires_at"]) == ("adjustment", "2026-04-01T10:00:00Z")


def test_what_a_teacher_takes_is_gone_and_never_more_than_there_is(business: Business) -> None:
    student = business.student()
    give(business, student, 300)

    taken, refused = give(business, student, -200), give(business, student, -200)

    assert taken.body["available"] == 100
    assert (refused.status, refused.code) == (409, "insufficient_credits")


def test_ac31_credits_given_again_with_the_key_are_given_once(business: Business) -> None:
    student = business.student()

    first, again = give(business, student, key="k"), give(business, student, key="k")

    assert (again.body, credits_of(business, student)) == (first.body, (300, 0))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"units": 0}, "units"),
        ({"note": " "}, "note"),
        ({"units": 1.5}, "units"),
        ({"units": 1.0}, "units"),
        ({"units": "5"}, "units"),
        ({"units": True}, "units"),
        ({"expires_at": in_days(-1).isoformat()}, "expires_at"),
        ({"units": -100, "expires_at": in_days(30).isoformat()}, "expires_at"),
    ],
)
def test_a_gift_that_makes_no_sense_is_refused(business: Business, wrong: dict[str, object], field: str) -> None:
    student = business.student()

    refused = business.api.post(f"/v1/students/{student}/credits", {"units": 100, "note": "A present"} | wrong)

    assert (refused.status, refused.fields()) == (422, {field})
    assert credits_of(business, student) == (0, 0)


@pytest.mark.parametrize("units", ["100", True, 100.0])
def test_the_units_of_a_make_up_are_a_whole_number(business: Business, units: object) -> None:
    student = business.student()

    refused = business.api.post(f"/v1/students/{student}/make-ups", {"units": units})

    assert (refused.status, refused.fields()) == (422, {"units"})
    assert credits_of(business, student) == (0, 0)


def test_more_than_an_account_holds_is_not_given(business: Business) -> None:
    student = business.student()
    run(business.teacher, adjust, student, 999_999_900, "nearly all", in_days(0), "By an import")

    refused = give(business, student, 101)

    assert (refused.status, refused.code) == (422, "too_many_credits")
    assert give(business, student, 100).status == 200


def test_a_make_up_expires_as_the_policy_of_the_student_says(business: Business) -> None:
    student = business.student()
    business.api.put("/v1/policies", {"make_up_expiry_days": 10})
    business.api.put("/v1/policies", {"student_id": str(student), "make_up_expiry_days": 20})

    given = business.api.post(f"/v1/students/{student}/make-ups", {"note": "I was ill"}).body

    [lot] = given["lots"]
    assert (lot["source"], lot["remaining"], lot["expires_at"]) == ("make_up", 100, "2026-03-22T08:00:00Z")


def test_there_are_only_so_many_make_ups_to_catch_up_on(business: Business) -> None:
    path = f"/v1/students/{business.student()}/make-ups"
    business.api.put("/v1/policies", {"make_up_max_outstanding": 2})

    answers = [business.api.post(path, {}) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 409]
    assert answers[2].code == "too_many_make_ups"


def test_the_ledger_tells_the_newest_first_a_page_at_a_time(business: Business) -> None:
    student = business.student()
    for units in (100, 200, 300):
        give(business, student, units)
    path = f"/v1/students/{student}/ledger"

    first = business.api.get(path, {"limit": 2}).body
    rest = business.api.get(path, {"limit": 2, "cursor": first["next"]}).body

    assert [entry["units"] for entry in first["entries"] + rest["entries"]] == [300, 200, 100]
    assert rest["next"] is None
    assert first["entries"][0]["note"] == "A present"


def test_a_student_sees_their_own_credits_and_not_what_the_teacher_noted(business: Business) -> None:
    give(business, business.student("Kim"), 500)
    give(business, business.student("Sam"), 100)
    sam = Api(student_token(business, "Sam"))

    ledger = sam.get("/v1/student/ledger")

    assert sam.get("/v1/student/credits").body["available"] == 100
    assert [entry["units"] for entry in ledger.body["entries"]] == [100]
    assert "present" not in ledger.text


def test_a_lesson_that_the_teacher_enters_on_credit_reserves_them(business: Business) -> None:
    student = business.student()
    give(business, student, 300)

    assert enter(business, student).status == 201
    assert credits_of(business, student) == (200, 100)


def test_a_lesson_on_credits_that_are_not_there_is_not_entered(business: Business) -> None:
    refused = enter(business, business.student())

    assert (refused.status, refused.code) == (409, "insufficient_credits")
    assert rows_of(business.teacher, "class_sessions") == []


def test_a_series_on_credit_takes_them_for_every_lesson_or_is_not_made(business: Business) -> None:
    student = business.student()
    give(business, student, 300)
    weekly = {"service_id": str(business.service()), "student_id": str(student), "with_credits": True}
    weekly |= {"first_local_start": "2026-03-03T10:00"}

    refused = business.api.post("/v1/series", weekly | {"count": 4})
    made = business.api.post("/v1/series", weekly | {"count": 3})

    assert (refused.status, refused.code) == (409, "insufficient_credits")
    assert (made.status, credits_of(business, student)) == (201, (0, 300))


def test_the_preview_of_a_late_cancellation_is_what_comes_of_it(
    shop: Business, stripe: LocalStripe, wall_clock: Clock
) -> None:
    shop.api.put("/v1/policies", {"late_charge_percent": 50, "free_passes": 0})
    token = bought(stripe, shop)
    seat = on_credit(shop, token)
    wall_clock.go_to(in_days(3) - timedelta(hours=2))
    preview = seat.get("/v1/seat/cancellation-preview").body

    cancelled = seat.post("/v1/seat/cancel", {"expected_charge_percent": 50})

    assert (preview["units_kept"], preview["units_returned"], preview["refund"]) == (50, 50, None)
    assert cancelled.body == preview
    assert Api(token).get("/v1/purchase").body["units_left"] == 950


def test_what_a_refund_that_failed_gives_back_can_be_spent_and_refunded_again(
    shop: Business, stripe: LocalStripe
) -> None:
    token = bought(stripe, shop)
    [paid] = shop.api.get("/v1/payments").body["payments"]
    path = f"/v1/payments/{paid['id']}"
    shop.api.post(f"{path}/refund", {})
    [sent] = rows_of(shop.teacher, "refunds")
    stripe.settle_refund(sent["stripe_refund_id"], succeeded=False)
    hear(stripe, shop.teacher)

    on_credit(shop, token)

    assert Api(token).get("/v1/purchase").body["units_left"] == 900
    assert shop.api.post(f"{path}/refund", {}).body["units"] == 900


def on_credit(shop: Business, token: str, name: str = "Sam") -> Api:
    """The seat of a lesson in three days that was booked with the token."""
    asked = {
        "service_id": str(shop.service()),
        "starts_at": in_days(3).isoformat(),
        "student": {"name": name, "email": f"{name.lower()}@example.com"},
        "credit_token": token,
    }
    return Api(Api().post(f"{shop.page}/sessions", asked).body["token"])


def test_a_missed_lesson_costs_its_credits(business: Business, wall_clock: Clock) -> None:
    student = business.student()
    give(business, student, 300)
    session = enter(business, student).body["id"]
    wall_clock.go_to(in_days(3) + timedelta(hours=1))

    business.api.post(f"/v1/sessions/{session}/no-show", {})

    assert credits_of(business, student) == (200, 0)
    latest = business.api.get(f"/v1/students/{student}/ledger").body["entries"][0]
    assert (latest["kind"], latest["reserved_units"]) == ("forfeit_no_show", -100)


def test_a_teacher_who_cancels_may_give_a_make_up_on_top(business: Business) -> None:
    student = business.student()
    give(business, student, 300)
    session = enter(business, student).body["id"]

    cancelled = business.api.post(f"/v1/sessions/{session}/cancel", {"make_up": True})

    assert (cancelled.status, credits_of(business, student)) == (200, (400, 0))


def test_a_make_up_is_for_one_session(business: Business) -> None:
    student = business.student()
    weekly = {"service_id": str(business.service()), "student_id": str(student), "count": 2}
    made = business.api.post("/v1/series", weekly | {"first_local_start": "2026-03-03T10:00"}).body["created"]
    path = f"/v1/sessions/{made[0]['session_id']}/cancel"

    refused = business.api.post(path, {"make_up": True, "scope": "all"})

    assert (refused.status, refused.fields()) == (422, {"make_up"})
    assert credits_of(business, student) == (0, 0)
