"""What anybody sees of a teacher."""

from uuid import UUID, uuid4

import pytest

from tests.builders import NOW, book, in_days
from tests.http.api import Answer, Api
from tests.http.conftest import Business


def slots(business: Business, service: UUID, **query: str) -> Answer:
    asked = {
        "service_id": str(service),
        "from": in_days(1, hour=0).isoformat(),
        "to": in_days(2, hour=0).isoformat(),
    }
    return business.visitor.get(f"{business.page}/slots", asked | query)


def starts(answer: Answer) -> list[str]:
    return [slot["starts_at"] for slot in answer.body["slots"]]


def test_a_profile_shows_what_anybody_may_know(business: Business) -> None:
    shown = business.visitor.get(business.page).body

    assert shown == {"slug": business.teacher.slug, "name": "Ada", "bio": "", "time_zone": "UTC"}


def test_a_teacher_who_is_not_there_is_not_found(visitor: Api) -> None:
    assert visitor.get("/v1/teachers/nobody-at-all").code == "teacher_not_found"


def test_services_that_are_not_active_are_not_shown(business: Business) -> None:
    business.service(name="Violin", price_amount=2500)
    business.service(name="Secret", is_active=False)

    [shown] = business.visitor.get(f"{business.page}/services").body["services"]

    assert (shown["name"], shown["price"]) == ("Violin", {"amount": 2500, "currency": "EUR"})


def test_slots_are_told_in_utc_and_on_the_viewers_clock(business: Business) -> None:
    first = slots(business, business.service(), time_zone="America/New_York").body["slots"][0]

    assert first == {
        "starts_at": "2026-03-03T09:00:00Z",
        "ends_at": "2026-03-03T10:00:00Z",
        "local_start": "2026-03-03T04:00:00-05:00",
        "seats_left": 1,
    }


def test_ac15_the_instants_of_slots_are_the_same_in_every_zone(business: Business) -> None:
    service = business.service()
    zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"]

    answers = [slots(business, service, time_zone=zone) for zone in zones]

    assert len({tuple(starts(answer)) for answer in answers}) == 1
    assert len({answer.body["slots"][0]["local_start"] for answer in answers}) == len(zones)


def test_a_range_over_14_days_is_capped_and_says_where_to_ask_on(business: Business) -> None:
    answer = slots(business, business.service(), to=in_days(31).isoformat())

    assert answer.body["next_from"] == "2026-03-17T00:00:00Z"
    assert starts(answer)[-1] == "2026-03-16T16:00:00Z"


def test_ac19_an_empty_answer_says_why(business: Business) -> None:
    service = business.service(minimum_notice_minutes=14 * 24 * 60)

    answer = slots(business, service)

    assert (answer.body["slots"], answer.body["empty_reason"]) == ([], "too_soon")


def test_ac20_a_booking_is_visible_on_the_next_read(business: Business) -> None:
    service = business.service()
    before = slots(business, service)
    book(business.teacher, service, in_days(1))

    after = slots(business, service)

    assert set(starts(before)) - set(starts(after)) == {"2026-03-03T10:00:00Z"}
    assert after.headers["Cache-Control"] == "no-cache"
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"service_id": "seven"}, "service_id"),
        ({"from": "yesterday"}, "from"),
        ({"to": NOW.replace(tzinfo=None).isoformat()}, "to"),
        ({"to": in_days(0).isoformat()}, "to"),
    ],
)
def test_a_wrong_question_is_told_which_part_is_wrong(business: Business, query: dict[str, str], field: str) -> None:
    refused = slots(business, business.service(), **query)

    assert (refused.status, refused.fields()) == (422, {field})


def test_ac32_another_teachers_service_has_no_slots_here(business: Business, other: Business) -> None:
    assert slots(business, other.service()).code == "service_not_found"


def test_an_unknown_service_is_not_found(business: Business) -> None:
    assert slots(business, uuid4()).status == 404


def test_ac17_what_a_student_sees_of_a_time_names_its_zone(business: Business) -> None:
    shown = slots(business, business.service(), time_zone="America/Sao_Paulo").body

    assert shown["time_zone"] == "America/Sao_Paulo"
    assert shown["slots"][0]["local_start"] == "2026-03-03T06:00:00-03:00"
