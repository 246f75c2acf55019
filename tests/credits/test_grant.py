"""Credits that come: bought, given in place of a lesson, or put right by hand."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.credits.grant import MakeUpTerms, adjust, make_up_grant, purchase
from lectern.credits.reserve import reserve
from lectern.credits.settle import release
from lectern.errors import Conflict
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, in_days, refusal, run
from tests.credits.afterwards import account, entries, lots, sums
from tests.credits.given import a_payment, a_seat, bought

TERMS = MakeUpTerms(expiry_days=60, max_outstanding=2)


def test_what_is_bought_is_a_lot_that_knows_its_payment_and_its_end(teacher: Teacher, student: UUID) -> None:
    payment = a_payment(teacher, student)

    run(teacher, purchase, student, payment, 1000, in_days(90), NOW)

    [lot] = account(teacher, student).lots
    assert (lot.source, lot.payment_id, lot.remaining, lot.expires_at) == ("purchase", payment, 1000, in_days(90))


def test_two_payments_are_two_lots(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1000)
    bought(teacher, student, 500)

    assert lots(teacher, student) == [(1000, 0), (500, 0)]


def test_a_payment_of_nothing_is_refused(teacher: Teacher, student: UUID) -> None:
    assert refusal(teacher, purchase, student, a_payment(teacher, student), 0, None, NOW) == "invalid"


def test_a_make_up_is_good_for_as_long_as_the_policy_says(teacher: Teacher, student: UUID) -> None:
    run(teacher, make_up_grant, student, 100, "lesson 1", TERMS, NOW, "The teacher was ill")

    [lot] = account(teacher, student).lots
    assert (lot.source, lot.remaining, lot.expires_at) == ("make_up", 100, NOW + timedelta(days=60))
    assert entries(teacher, student) == [("make_up_grant", 100, 0)]


def test_no_more_make_ups_are_outstanding_than_the_policy_allows(teacher: Teacher, student: UUID) -> None:
    for lesson in ("lesson 1", "lesson 2"):
        run(teacher, make_up_grant, student, 100, lesson, TERMS, NOW)

    with pytest.raises(Conflict) as refused:
        run(teacher, make_up_grant, student, 100, "lesson 3", TERMS, NOW)

    assert refused.value.code == "too_many_make_ups"
    assert refused.value.facts == {"outstanding": 2, "max_outstanding": 2}
    assert sums(teacher, student) == (200, 0)


def test_a_make_up_that_is_booked_or_has_expired_makes_room_for_another(teacher: Teacher, student: UUID) -> None:
    for lesson in ("lesson 1", "lesson 2"):
        run(teacher, make_up_grant, student, 100, lesson, TERMS, NOW)
    run(teacher, reserve, student, 100, a_seat(teacher, student), NOW)

    run(teacher, make_up_grant, student, 100, "lesson 3", TERMS, in_days(1))
    assert refusal(teacher, make_up_grant, student, 100, "lesson 4", TERMS, in_days(59)) == "too_many_make_ups"

    run(teacher, make_up_grant, student, 100, "lesson 4", TERMS, NOW + timedelta(days=60))


def test_a_repeated_make_up_is_neither_given_nor_refused(teacher: Teacher, student: UUID) -> None:
    terms = MakeUpTerms(expiry_days=60, max_outstanding=1)

    for _ in range(2):
        run(teacher, make_up_grant, student, 100, "lesson 1", terms, NOW)

    assert sums(teacher, student) == (100, 0)


def test_credits_added_by_hand_are_a_lot_with_the_reason_in_the_ledger(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 250, "paid in cash", NOW, "Five half lessons", in_days(30))

    [lot] = account(teacher, student).lots
    assert (lot.source, lot.remaining, lot.expires_at) == ("adjustment", 250, in_days(30))
    assert entries(teacher, student) == [("adjust", 250, 0)]


def test_credits_taken_by_hand_leave_the_lots_that_expire_first(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100)
    bought(teacher, student, 100, in_days(10))

    run(teacher, adjust, student, -150, "mistake", NOW, "Entered twice")

    assert lots(teacher, student) == [(50, 0)]
    assert entries(teacher, student)[-2:] == [("adjust", -100, 0), ("adjust", -50, 0)]


def test_more_than_is_free_cannot_be_taken_by_hand(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 200)
    run(teacher, reserve, student, 100, a_seat(teacher, student), NOW)

    assert refusal(teacher, adjust, student, -101, "mistake", NOW, "Entered twice") == "insufficient_credits"


def test_an_account_has_an_end_and_room_for_what_its_lessons_give_back(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1_000_000_000)
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)

    assert refusal(teacher, adjust, student, 1, "one more", NOW, "too much") == "too_many_credits"
    run(teacher, release, student, seat, 100, NOW)


def test_an_adjustment_of_nothing_writes_nothing(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 0, "nothing", NOW, "Nothing to put right")

    assert entries(teacher, student) == []


def test_nothing_is_granted_to_who_does_not_exist(teacher: Teacher) -> None:
    assert refusal(teacher, adjust, new_id(), 100, "gift", NOW, "For a ghost") == "student_not_found"
    assert refusal(teacher, make_up_grant, new_id(), 100, "lesson", TERMS, NOW) == "student_not_found"
