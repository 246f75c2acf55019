"""Signing up, in and out, and the profile, as an HTTP client sees it."""

from uuid import uuid4

import pytest

from tests.builders import rows_of
from tests.http.api import Api
from tests.http.conftest import Business


def details(**changes: object) -> dict[str, object]:
    slug = f"s-{uuid4().hex}"
    given = {
        "slug": slug,
        "email": f"{slug}@example.com",
        "password": "correct horse",
        "name": "Ada",
        "time_zone": "Europe/Berlin",
    }
    return given | changes


def test_a_new_teacher_signs_up_and_in_and_sees_their_account(visitor: Api) -> None:
    ada = details(email=f"ADA-{uuid4().hex}@Example.com")
    assert visitor.post("/v1/sign-up", ada).status == 201

    signed_in = visitor.post("/v1/sign-in", {"email": ada["email"], "password": ada["password"]})
    me = Api(signed_in.body["token"]).get("/v1/me")

    assert me.body["slug"] == ada["slug"]
    assert me.body["email"] == str(ada["email"]).lower()
    assert signed_in.headers["Cache-Control"] == "no-store"


def test_signing_up_gives_no_token(visitor: Api) -> None:
    assert "token" not in visitor.post("/v1/sign-up", details()).text


def test_a_slug_that_is_taken_is_a_conflict(visitor: Api) -> None:
    first = details()
    visitor.post("/v1/sign-up", first)

    again = visitor.post("/v1/sign-up", details(slug=first["slug"]))

    assert (again.status, again.code) == (409, "slug_taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "No Spaces"),
        ("email", "nobody"),
        ("password", "short"),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("time_zone", "Europe/Atlantis"),
    ],
)
def test_a_wrong_field_is_named(visitor: Api, field: str, value: str) -> None:
    refused = visitor.post("/v1/sign-up", details(**{field: value}))

    assert refused.status == 422
    assert refused.fields() == {field}


def test_a_wrong_password_and_an_unknown_address_are_told_alike(visitor: Api) -> None:
    known = details()
    visitor.post("/v1/sign-up", known)

    wrong = visitor.post("/v1/sign-in", {"email": known["email"], "password": "wrong horse"})
    unknown = visitor.post("/v1/sign-in", {"email": "nobody@example.com", "password": "wrong horse"})

    assert wrong.text == unknown.text
    assert (wrong.status, wrong.code) == (401, "wrong_credentials")


def test_a_token_is_worth_nothing_after_signing_out(business: Business) -> None:
    assert business.api.post("/v1/sign-out").status == 204

    refused = business.api.get("/v1/me")

    assert (refused.status, refused.code) == (401, "unknown_token")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_signing_out_twice_is_fine(business: Business) -> None:
    business.api.post("/v1/sign-out")

    assert business.api.post("/v1/sign-out").status == 204


def test_a_patch_changes_only_what_it_names(business: Business) -> None:
    business.api.patch("/v1/me", {"bio": "Violin"})

    changed = business.api.patch("/v1/me", {"max_sessions_per_day": 6}).body

    assert (changed["bio"], changed["max_sessions_per_day"]) == ("Violin", 6)


def test_a_patch_with_an_old_etag_is_answered_with_the_current_row(business: Business) -> None:
    seen = business.api.get("/v1/me").headers["ETag"]
    business.api.patch("/v1/me", {"bio": "first"}, if_match=seen)

    lost = business.api.patch("/v1/me", {"bio": "second"}, if_match=seen)

    assert lost.status == 412
    assert lost.body["current"]["bio"] == "first"
    assert business.api.get("/v1/me").body["bio"] == "first"


def test_a_patch_with_the_etag_of_the_last_patch_succeeds(business: Business) -> None:
    first = business.api.patch("/v1/me", {"bio": "first"})

    assert business.api.patch("/v1/me", {"bio": "second"}, if_match=first.headers["ETag"]).status == 200


def test_an_etag_that_we_never_gave_does_not_match(business: Business) -> None:
    assert business.api.patch("/v1/me", {"bio": "x"}, if_match='"not ours"').status == 412


def test_a_null_where_there_must_be_a_value_is_refused(business: Business) -> None:
    refused = business.api.patch("/v1/me", {"name": None})

    assert (refused.status, refused.fields()) == (422, {"name"})


def test_nothing_is_written_by_a_refused_sign_up(visitor: Api, business: Business) -> None:
    visitor.post("/v1/sign-up", details(slug=business.teacher.slug), key=str(uuid4()))

    assert rows_of(business.teacher, "idempotency_records") == []
