"""A teacher puts a lesson right over HTTP, and a student says that one was otherwise."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.jobs.session_upkeep import keep_up
from lectern.settings import token_key
from lectern.tokens import seat_token
from local.stripe import LocalStripe
from tests.builders import book, in_days, rows_of
from tests.http.api import Answer, Api
from tests.http.buying import check_out, pay
from tests.http.conftest import Business, Clock

ENDS = in_days(1) + timedelta(hours=1)
BY_ITSELF = ENDS + timedelta(hours=72)


def correct(business: Business, session_id: object, **asked: object) -> Answer:
    return business.api.post(f"/v1/sessions/{session_id}/correct", asked)


def test_the_preview_of_a_correction_is_what_comes_of_it_and_the_money_goes_back(
    shop: Business, stripe: LocalStripe, wall_clock: Clock
) -> None:
    lesson = check_out(shop, shop.service(price_amount=5000))
    pay(stripe, shop, lesson)
    session = lesson.body["session_id"]
    wall_clock.go_to(ENDS)
    shop.api.post(f"/v1/sessions/{session}/complete")

    preview = shop.api.get(f"/v1/sessions/{session}/correction-preview", {"to": "cancelled"}).body
    wrong = correct(shop, session, to="cancelled", expected={**preview, "units_returned": 100})
    corrected = correct(shop, session, to="cancelled", expected=preview)

    assert (wrong.status, wrong.code) == (409, "outcome_changed")
    assert (
        corrected.body
        == preview
        == {
            "units_returned": 0,
            "units_taken": 0,
            "units_missing": 0,
            "refund": {"amount": 5000, "currency": "EUR"},
        }
    )
    assert [(refund["amount"], refund["status"]) for refund in rows_of(shop.teacher, "refunds")] == [
        (5000, "succeeded")
    ]


def test_a_lesson_that_completed_by_itself_is_disputed_seen_and_decided(business: Business, wall_clock: Clock) -> None:
    booked = book(business.teacher, business.service(), in_days(1))
    seat, path = Api(seat_token(token_key(), booked.participant_id)), f"/v1/sessions/{booked.session_id}"
    keep_up(business.teacher.id, BY_ITSELF)
    wall_clock.go_to(BY_ITSELF)
    before = seat.get("/v1/seat").body

    disputed = seat.post("/v1/seat/dispute", {"reason": "Nobody opened"})
    [shown] = business.api.get(path).body["participants"]
    corrected = correct(business, booked.session_id, to="cancelled", participant_id=str(booked.participant_id))

    assert (before["status"], before["disputable_until"]) == ("completed", "2026-03-09T11:00:00Z")
    assert (disputed.status, disputed.body["disputable_until"]) == (200, None)
    assert (shown["disputed_at"], shown["dispute_reason"]) == (disputed.body["disputed_at"], "Nobody opened")
    assert (corrected.status, seat.get("/v1/seat").body["status"]) == (200, "cancelled")
    assert business.api.get(path).body["participants"][0]["dispute_decided_at"] == "2026-03-06T11:00:00Z"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"to": "scheduled"}, 422, "invalid_request"),
        ({"to": "no_show"}, 409, "not_allowed_now"),
        ({"to": "cancelled", "participant_id": str(UUID(int=1))}, 404, "participant_not_found"),
    ],
)
def test_what_is_not_over_or_not_there_is_not_put_right(
    business: Business, asked: dict[str, object], status: int, code: str
) -> None:
    session = book(business.teacher, business.service(), in_days(1)).session_id

    refused = correct(business, session, **asked)

    assert (refused.status, refused.code) == (status, code)
