"""Whatever order Stripe tells of a payment's refunds in, and however often, the same money and units are back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.identifiers import new_id
from lectern.payments.facts import RefundStatus, StripeRefund
from lectern.payments.refunds.book import RefundBook
from lectern.payments.refunds.rows import RefundRow

type Word = Callable[[RefundBook], RefundBook]

PRICE = 36000
ENDS: st.SearchStrategy[RefundStatus] = st.sampled_from(["pending", "succeeded", "failed", "cancelled"])
AMOUNTS = st.integers(1, PRICE // 6)


@dataclass(frozen=True)
class Plan:
    """Refunds in the order in which Stripe has them, each with its end; the last one is of our asking, or not."""

    units: int
    amounts: tuple[int, ...]
    ends: tuple[RefundStatus, ...]
    is_last_ours: bool

    def opened(self) -> RefundBook:
        """With the one that we ask for, whose units are taken then, rounded up."""
        amount = self.amounts[-1]
        asked = RefundRow(new_id(), amount, -(-amount * self.units // PRICE), "requested", "teacher", None)
        return RefundBook(PRICE, "EUR", self.units, (asked,) if self.is_last_ours else ())

    def words(self, book: RefundBook) -> list[Word]:
        """What Stripe tells: each refund as it begins, the charge's sum then, how it ends, and the sum without it."""
        told, standing = list[Word](), 0
        for number, (amount, end) in enumerate(zip(self.amounts, self.ends, strict=True)):
            ours = book.rows[0].id if book.rows and number == len(self.amounts) - 1 else None
            begun = StripeRefund(f"re_{number}", ours, "pi_1", None, amount, "EUR", "pending", None)
            is_lost = end in ("failed", "cancelled")
            told += [a_refund(begun), a_sum(standing + amount), a_refund(replace(begun, status=end))]
            standing += 0 if is_lost else amount
            told += [a_sum(standing)] if is_lost else []
        return told


def a_refund(refund: StripeRefund) -> Word:
    return lambda book: book.with_refund(refund)


def a_sum(amount: int) -> Word:
    return lambda book: book.with_sum(amount)


def after(book: RefundBook, words: list[Word]) -> RefundBook:
    return reduce(lambda known, word: word(known), words, book)


def content(book: RefundBook) -> set[tuple[object, ...]]:
    return {(row.amount, row.units, row.status, row.origin, row.stripe_refund_id) for row in book.rows}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ends = tuple(draw(st.lists(ENDS, min_size=1, max_size=5)))
    amounts = tuple(draw(AMOUNTS) for _ in ends)
    return Plan(draw(st.sampled_from([7, 10, 1000])), amounts, ends, draw(st.booleans()))


@given(plans(), st.data())
def test_any_order_and_any_repetition_ends_in_the_same_book(plan: Plan, data: st.DataObject) -> None:
    book = plan.opened()
    words = plan.words(book)
    again = data.draw(st.lists(st.integers(0, len(words) - 1), max_size=3))
    order = data.draw(st.permutations([*range(len(words)), *again]))

    shuffled = after(book, [words[place] for place in order])

    assert content(shuffled) == content(after(book, words))


@given(plans(), st.data())
def test_the_units_that_are_back_are_those_of_the_money_that_is(plan: Plan, data: st.DataObject) -> None:
    book = plan.opened()
    words = plan.words(book)
    told = after(book, [words[place] for place in data.draw(st.permutations(range(len(words))))])
    standing = [row for row in told.rows if not row.is_lost]

    of_stripe = sum(row.amount for row in standing if row.origin == "stripe")
    ours = sum(row.units for row in standing if row.origin == "teacher")

    assert told.units_back == plan.units * of_stripe // PRICE + ours


def test_a_sum_that_no_refund_explains_yet_takes_the_units_of_its_money() -> None:
    told = RefundBook(PRICE, "EUR", 1000, ()).with_sum(9000)

    assert content(told) == {(9000, 250, "succeeded", "stripe", None)}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_that_we_gave_up_and_stripe_has_made_takes_the_units_of_its_money_in_every_order(
    order: tuple[int, ...],
) -> None:
    asked = RefundRow(new_id(), 100, 3, "requested", "teacher", None)
    made = StripeRefund("re_1", asked.id, "pi_1", None, 100, "EUR", "succeeded", None)
    book = RefundBook(PRICE, "EUR", 1000, (asked,)).with_refusal(asked.id, "api_error")
    words = [a_refund(made), a_refund(replace(made, status="pending")), a_sum(100)]

    told = after(book, [words[place] for place in order])

    assert told.units_back == 2
    assert [row.status for row in told.rows] == ["failed", "succeeded"]
