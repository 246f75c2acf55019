"""How often a booking and a list of slots wait for the database: with a network between, that is what they take."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from lectern import database, directory
from lectern.analytics.visitor import Browser
from lectern.analytics.visits import Taking, record_visit
from lectern.availability.slots import SlotList, ask_for_slots, slots_of
from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from lectern.sessions.hold import hold_slot
from lectern.sessions.trial import create_trial_session
from lectern.settings import database_settings
from lectern.slots import Window
from local.postgres import Postgres
from tests.builders import NOW, Teacher, a_service, in_days, rows_of, run, student_details, token_of
from tests.sessions.counting_proxy import RoundTrips, counting_proxy

SAM = student_details()


@pytest.fixture
def trips(postgres: Postgres, teacher: Teacher) -> Iterator[RoundTrips]:
    """The round trips of everything that goes to the database from here on, over a connection that is open already."""
    with counting_proxy(("127.0.0.1", postgres.port)) as (port, trips):
        _connect_to(postgres.app_url.replace(f":{postgres.port}/", f":{port}/"))
        directory.teacher_by_slug(teacher.slug)
        yield trips
        _connect_to(postgres.app_url)


def _connect_to(url: str) -> None:
    database.close()
    database_settings.cache_clear()
    os.environ["DATABASE_URL"] = url


def counted(trips: RoundTrips, act: Callable[[], object]) -> int:
    before = trips.count
    act()
    return trips.count - before


def test_a_booking_is_two_round_trips(teacher: Teacher, trips: RoundTrips) -> None:
    service, trial = a_service(teacher), a_service(teacher, is_trial=True)
    token = token_of(run(teacher, hold_slot, service, in_days(3), NOW).participant_id)

    for use_case, booking in (
        (book_session, Booking(service, in_days(1), SAM)),
        (book_session, Booking(service, in_days(3), SAM, token)),
        (create_trial_session, Booking(trial, in_days(2), SAM)),
    ):
        assert counted(trips, lambda: run(teacher, use_case, booking, NOW)) == 2  # noqa: B023 - called at once


def test_a_hold_is_two_round_trips(teacher: Teacher, trips: RoundTrips) -> None:
    service = a_service(teacher)

    assert counted(trips, lambda: run(teacher, hold_slot, service, in_days(1), NOW)) == 2


def test_noting_whose_booking_it_is_takes_no_round_trip_more(teacher: Teacher, trips: RoundTrips) -> None:
    service, sam = a_service(teacher), Browser("203.0.113.7", "Firefox")
    run(teacher, record_visit, sam, "page_view", "direct", NOW)

    def book_and_note(tx: Transaction) -> None:
        taking = Taking.ask(tx, sam, NOW)
        taking.note(tx, [book_session(tx, Booking(service, in_days(1), SAM), NOW).participant_id])

    assert counted(trips, lambda: run(teacher, book_and_note)) == 2
    assert [len(row["seats"]) for row in rows_of(teacher, "page_visitors")] == [1]


def test_the_slots_behind_an_address_are_two_round_trips(teacher: Teacher, trips: RoundTrips) -> None:
    service = a_service(teacher)
    window = Window(NOW, NOW + timedelta(days=14))

    def look() -> SlotList:
        teacher_id = directory.teacher_by_slug(teacher.slug)
        assert teacher_id
        with database.tenant(teacher_id) as tx:
            asked = ask_for_slots(tx, service, window, NOW)
        return slots_of(asked, window, NOW)

    assert counted(trips, look) == 2
    assert len(look().slots) > 100
