"""However a question is put, an instant gets one answer."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.slots import Window, empty_reason, is_open, open_starts, why_not_open
from tests.slots.oracle import MINUTE
from tests.slots.questions import Question, questions


@settings(max_examples=150)
@given(questions(), st.data())
def test_a_window_cut_anywhere_lists_the_same_starts(question: Question, data: st.DataObject) -> None:
    window = question.window
    seconds = int((window.end - window.start).total_seconds())
    cut = window.start + timedelta(seconds=data.draw(st.integers(1, seconds - 1)))
    parts = [Window(window.start, cut), Window(cut, window.end)]
    listed = [start for part in parts for start in open_starts(*question._replace(window=part))]
    assert listed == open_starts(*question)


@settings(max_examples=80)
@given(questions())
def test_ac5_every_listed_start_can_be_booked_and_no_other(question: Question) -> None:
    availability, busy, timing, window, now = question
    minutes = [window.start + n * MINUTE for n in range(min(180, (window.end - window.start) // MINUTE))]
    listed = set(open_starts(*question))
    bookable = {start for start in minutes if is_open(availability, busy, timing, start, now)}
    assert bookable == listed & set(minutes)


@settings(max_examples=80)
@given(questions(), st.integers(0, 59))
def test_there_is_a_reason_against_a_start_exactly_when_it_is_not_open(question: Question, second: int) -> None:
    availability, busy, timing, window, now = question
    for start in [*open_starts(*question)[:20], *(window.start + n * MINUTE for n in range(60))]:
        for moment in (start, start + timedelta(seconds=second), start + timedelta(microseconds=1)):
            reasons = why_not_open(availability, busy, timing, moment, now)
            assert (reasons == ()) == is_open(availability, busy, timing, moment, now)


@settings(max_examples=150)
@given(questions())
def test_there_is_a_reason_for_an_empty_list_exactly_when_it_is_empty(question: Question) -> None:
    assert (empty_reason(*question) is None) == (open_starts(*question) != [])
