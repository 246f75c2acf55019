"""Who may spend credits, and see them: a name and an e-mail address prove nothing, a token does."""

from uuid import UUID, uuid4

import pytest

from lectern.settings import token_key
from lectern.tokens import purchase_token
from local.stripe import LocalStripe
from tests.builders import in_days
from tests.http.api import Answer, Api
from tests.http.buying import bought, student, student_token
from tests.http.conftest import Business


@pytest.fixture
def lesson(shop: Business) -> UUID:
    return shop.service(price_amount=5000, requires_payment=True)


def book(shop: Business, lesson: UUID, token: str, name: str = "Sam", **changes: object) -> Answer:
    asked = {"service_id": str(lesson), "starts_at": in_days(1).isoformat(), "student": student(name)}
    return Api().post(f"{shop.page}/sessions", asked | {"credit_token": token} | changes)


def test_a_purchase_pays_for_lessons_until_it_is_used_up(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    token = bought(stripe, shop, units=100)

    first = book(shop, lesson, token)
    second = book(shop, lesson, token, starts_at=in_days(2).isoformat())

    shown = Api(token).get("/v1/purchase").body
    assert (first.status, second.code) == (201, "insufficient_credits")
    assert (shown["units_left"], shown["units_reserved"]) == (0, 100)
    assert Api(first.body["token"]).get("/v1/seat").body["credit_units"] == 100


def test_a_purchase_spends_its_own_credits_and_no_others(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    small, large = bought(stripe, shop, units=50), bought(stripe, shop)

    refused = book(shop, lesson, small)

    assert (refused.status, refused.code) == (409, "insufficient_credits")
    assert Api(large).get("/v1/purchase").body["units_left"] == 1000


def test_a_purchase_that_is_not_paid_buys_nothing(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    token = bought(stripe, shop)
    unpaid = purchase_token(token_key(), shop.teacher.id, uuid4())

    assert book(shop, lesson, token).status == 201
    assert book(shop, lesson, unpaid, starts_at=in_days(2).isoformat()).code == "payment_not_found"


def test_the_students_token_spends_whatever_they_have(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    bought(stripe, shop, units=50)
    bought(stripe, shop, units=50)
    token = student_token(shop)

    assert book(shop, lesson, token).status == 201
    assert Api(token).get("/v1/student/credits").body["reserved"] == 100


def test_several_lessons_are_booked_on_credit_or_none(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    token = bought(stripe, shop, units=200)
    days = [in_days(day).isoformat() for day in (1, 2, 3)]
    asked = {"service_id": str(lesson), "student": student(), "credit_token": token}

    refused = Api().post(f"{shop.page}/sessions/several", asked | {"starts_at": days})
    booked = Api().post(f"{shop.page}/sessions/several", asked | {"starts_at": days[1:]})

    assert (refused.status, refused.code) == (409, "insufficient_credits")
    assert (booked.status, Api(token).get("/v1/purchase").body["units_left"]) == (201, 0)


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", ["purchase", "student"])
def test_nobody_books_on_anothers_credits(
    shop: Business, stripe: LocalStripe, lesson: UUID, kind: str, *, several: bool
) -> None:
    bought_token = bought(stripe, shop, "Kim")
    token = bought_token if kind == "purchase" else student_token(shop, "Kim")
    asked = {"service_id": str(lesson), "student": student("Sam"), "credit_token": token}
    start = in_days(1).isoformat()

    refused = (
        Api().post(f"{shop.page}/sessions/several", asked | {"starts_at": [start]})
        if several
        else Api().post(f"{shop.page}/sessions", asked | {"starts_at": start})
    )

    assert (refused.status, refused.code) == (422, "credit_token_of_another")
    assert refused.fields() == {"credit_token"}
    assert [kept["name"] for kept in shop.api.get("/v1/students").body["students"]] == ["Kim"]


@pytest.mark.parametrize("kind", ["purchase", "student"])
def test_ac32_credits_with_one_teacher_are_worth_nothing_with_another(
    shop: Business, business: Business, stripe: LocalStripe, kind: str
) -> None:
    token = bought(stripe, shop) if kind == "purchase" else student_token(shop)

    refused = book(business, business.service(), token)

    assert (refused.status, refused.code) == (401, "unknown_token")
    assert business.api.get("/v1/students").body["students"] == []


@pytest.mark.parametrize("place", range(0, 87, 6))
def test_a_token_with_any_part_changed_is_unknown(shop: Business, stripe: LocalStripe, place: int) -> None:
    token = bought(stripe, shop)
    forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

    assert Api(forged).get("/v1/purchase").code == "unknown_token"
    assert book(shop, shop.service(), forged).code == "unknown_token"


@pytest.mark.parametrize("token", ["made-up", "", "p" * 87, "s" * 87, "ö" * 87])
@pytest.mark.parametrize("path", ["/v1/purchase", "/v1/student/credits", "/v1/student/ledger"])
def test_what_is_no_token_is_unknown(path: str, token: str) -> None:
    refused = Api().get(path, authorization=f"Bearer {token}")

    assert (refused.status, refused.code) == (401, "unknown_token")


def test_each_token_opens_its_own_door_alone(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    purchase, of_student = bought(stripe, shop), student_token(shop)
    seat = book(shop, lesson, purchase).body["token"]
    tokens = {"/v1/purchase": purchase, "/v1/student/credits": of_student, "/v1/seat": seat, "/v1/me": shop.api.token}

    opened = {(door, of) for door in tokens for of, token in tokens.items() if Api(token).get(door).status == 200}

    assert opened == {(door, door) for door in tokens}


def test_a_seats_token_is_no_money(shop: Business, stripe: LocalStripe, lesson: UUID) -> None:
    seat = book(shop, lesson, bought(stripe, shop)).body["token"]

    assert book(shop, lesson, seat, starts_at=in_days(2).isoformat()).code == "unknown_token"


def test_a_token_that_is_given_out_again_is_the_same_until_it_is_revoked(shop: Business) -> None:
    path = f"/v1/students/{shop.student()}/token"
    first, again = shop.api.post(path, {}).body["token"], shop.api.post(path, {}).body["token"]

    new = shop.api.post(path, {"revoke": True}).body["token"]

    assert (first == again, first == new) == (True, False)
    assert Api(first).get("/v1/student/credits").code == "unknown_token"
    assert Api(new).get("/v1/student/credits").status == 200


def test_ac31_revoking_again_with_the_key_gives_the_same_new_token(shop: Business) -> None:
    path = f"/v1/students/{shop.student()}/token"

    first = shop.api.post(path, {"revoke": True}, key="k")
    again = shop.api.post(path, {"revoke": True}, key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert Api(first.body["token"]).get("/v1/student/credits").status == 200
