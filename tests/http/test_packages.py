"""The packages that a teacher sells, over HTTP."""

import pytest

from tests.builders import in_days
from tests.http.conftest import Business, Clock

TEN = {"name": "Ten lessons", "units": 1000, "price": {"amount": 36000, "currency": "EUR"}, "valid_days": 180}


def test_a_package_is_added_found_changed_and_withdrawn(business: Business) -> None:
    added = business.api.post("/v1/packages", TEN)
    path = added.headers["Location"]

    changed = business.api.patch(path, {"valid_days": None, "price": {"amount": 40000, "currency": "CHF"}})

    assert added.body["valid_days"] == 180
    assert business.api.get(path).body == changed.body
    assert (changed.body["valid_days"], changed.body["price"]["currency"]) == (None, "CHF")
    assert business.api.delete(path).status == 204
    assert business.api.get(path).code == "package_not_found"


def test_the_public_sees_what_is_sold_and_nothing_else(business: Business) -> None:
    business.api.post("/v1/packages", TEN)
    business.api.post("/v1/packages", TEN | {"name": "Not yet", "is_active": False})

    [shown] = business.visitor.get(f"{business.page}/packages").body["packages"]

    assert {name: shown[name] for name in TEN} == TEN
    assert set(shown) == {*TEN, "id"}


def test_a_package_changed_meanwhile_is_answered_as_it_is(business: Business, wall_clock: Clock) -> None:
    path = business.api.post("/v1/packages", TEN).headers["Location"]
    seen = business.api.get(path).headers["ETag"]
    wall_clock.go_to(in_days(1))
    business.api.patch(path, {"name": "Ten for nine"})

    lost = business.api.patch(path, {"name": "A dozen"}, if_match=seen)

    assert (lost.status, lost.body["current"]) == (412, business.api.get(path).body)


def test_two_packages_cannot_have_one_name(business: Business) -> None:
    business.api.post("/v1/packages", TEN)

    refused = business.api.post("/v1/packages", TEN | {"name": "TEN LESSONS"})

    assert (refused.status, refused.code) == (409, "name_taken")


def test_a_package_that_is_added_again_with_its_key_is_added_once(business: Business) -> None:
    first = business.api.post("/v1/packages", TEN, key="k")
    again = business.api.post("/v1/packages", TEN, key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert len(business.api.get("/v1/packages").body["packages"]) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"units": 0}, "units"),
        ({"units": "1000"}, "units"),
        ({"units": 1000.0}, "units"),
        ({"units": True}, "units"),
        ({"price": {"amount": 0, "currency": "EUR"}}, "price.amount"),
        ({"price": {"amount": "36000", "currency": "EUR"}}, "price.amount"),
        ({"valid_days": 0}, "valid_days"),
        ({"credits": 10}, "credits"),
    ],
)
def test_a_wrong_field_of_a_package_is_named(business: Business, wrong: dict[str, object], field: str) -> None:
    refused = business.api.post("/v1/packages", TEN | wrong)

    assert (refused.status, refused.fields()) == (422, {field})
