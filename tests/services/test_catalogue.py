"""What a teacher does with their list of services, and what cannot be offered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid, NotFound, Stale
from lectern.services.catalogue import (
    archive_service,
    change_service,
    create_service,
    get_service,
    list_services,
)
from lectern.services.service import Service, ServiceChanges, ServiceDetails
from tests.builders import NOW, Teacher, a_teacher, rows_of
from tests.slots_version import moved_slots_version

pytestmark = pytest.mark.usefixtures("connected")

LATER = NOW + timedelta(hours=1)
PIANO = ServiceDetails("Piano", duration_minutes=45)
A_DAY = 24 * 60

type Act = Callable[[Transaction, UUID], object]


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def created(teacher: Teacher, details: ServiceDetails = PIANO) -> Service:
    with database.tenant(teacher.id) as tx:
        return create_service(tx, details, NOW)


def changed(teacher: Teacher, piano: Service, changes: ServiceChanges) -> Service:
    with database.tenant(teacher.id) as tx:
        return change_service(tx, piano.id, changes, LATER, if_updated_at=piano.updated_at)


def test_a_service_is_read_as_it_was_created(teacher: Teacher) -> None:
    choir = created(teacher, ServiceDetails("Choir", 90, step_minutes=30, seats=12, price_amount=1500))

    with database.tenant(teacher.id) as tx:
        assert get_service(tx, choir.id) == choir

    assert (choir.duration_minutes, choir.step_minutes, choir.seats, choir.price_amount) == (90, 30, 12, 1500)


def test_lessons_follow_one_another_unless_a_step_is_given(teacher: Teacher) -> None:
    assert created(teacher, ServiceDetails("Piano", duration_minutes=45)).step_minutes == 45


def test_the_list_is_by_name_and_shows_inactive_services_to_the_teacher_alone(teacher: Teacher) -> None:
    violin = created(teacher, ServiceDetails("violin", 30))
    piano = created(teacher)
    retired = created(teacher, ServiceDetails("Organ", 30, is_active=False))

    with database.tenant(teacher.id) as tx:
        assert list_services(tx, include_inactive=False) == [piano, violin]
        assert list_services(tx, include_inactive=True) == [retired, piano, violin]


def test_a_change_leaves_the_rest_as_it_was(teacher: Teacher) -> None:
    piano = created(teacher, ServiceDetails("Piano", 45, description="At my place", price_amount=3000))

    changed(teacher, piano, {"price_amount": 3500})

    with database.tenant(teacher.id) as tx:
        now_costs = get_service(tx, piano.id)
    assert (now_costs.price_amount, now_costs.description) == (3500, "At my place")
    assert (now_costs.created_at, now_costs.updated_at) == (NOW, LATER)


def test_a_change_of_what_has_changed_since_is_refused_with_what_it_is_now(teacher: Teacher) -> None:
    piano = created(teacher)
    dearer = changed(teacher, piano, {"price_amount": 3500})

    with pytest.raises(Stale) as refusal:
        changed(teacher, piano, {"price_amount": 2500})

    assert refusal.value.facts["current"] == dearer


def test_of_two_changes_under_way_to_what_both_have_read_the_second_is_refused(teacher: Teacher) -> None:
    piano = created(teacher)

    with ThreadPoolExecutor() as threads:
        with database.tenant(teacher.id) as tx:
            change_service(tx, piano.id, {"seats": 2}, LATER, if_updated_at=piano.updated_at)
            get_service(tx, piano.id)
            second = threads.submit(changed, teacher, piano, {"seats": 3})
            wait([second], timeout=0.3)
        with pytest.raises(Stale):
            second.result()


@pytest.mark.parametrize("name", ["Piano", "PIANO"])
def test_two_services_of_one_name_are_refused(teacher: Teacher, name: str) -> None:
    created(teacher)

    with pytest.raises(Conflict) as refusal:
        created(teacher, ServiceDetails(name, 60))

    assert refusal.value.code == "name_taken"


def test_an_archived_service_is_gone_and_its_name_free(teacher: Teacher) -> None:
    piano = created(teacher)

    with database.tenant(teacher.id) as tx:
        archive_service(tx, piano.id, LATER)
        assert list_services(tx, include_inactive=True) == []
        with pytest.raises(NotFound):
            get_service(tx, piano.id)

    assert created(teacher).name == "Piano"


def test_ac19_a_notice_that_reaches_to_the_horizon_is_refused_naming_both(teacher: Teacher) -> None:
    with pytest.raises(Invalid) as refusal:
        created(teacher, ServiceDetails("Piano", 45, minimum_notice_minutes=7 * A_DAY, horizon_days=7))

    assert refusal.value.facts["fields"] == ["minimum_notice_minutes", "horizon_days"]
    with database.tenant(teacher.id) as tx:
        assert list_services(tx, include_inactive=True) == []


def test_ac19_a_notice_one_minute_short_of_the_horizon_is_accepted(teacher: Teacher) -> None:
    created(teacher, ServiceDetails("Piano", 45, minimum_notice_minutes=7 * A_DAY - 1, horizon_days=7))


@pytest.mark.parametrize("changes", [{"minimum_notice_minutes": 7 * A_DAY}, {"horizon_days": 2}])
def test_ac19_no_change_of_one_makes_an_unsatisfiable_pair(teacher: Teacher, changes: ServiceChanges) -> None:
    details = ServiceDetails("Piano", 45, minimum_notice_minutes=3 * A_DAY, horizon_days=7)
    piano = created(teacher, details)

    with pytest.raises(Invalid, match="Nothing could be booked"):
        changed(teacher, piano, changes)

    with database.tenant(teacher.id) as tx:
        assert get_service(tx, piano.id) == piano


ACTS: dict[str, Act] = {
    "changed": lambda tx, service_id: change_service(tx, service_id, {"duration_minutes": 30}, LATER),
    "archived": lambda tx, service_id: archive_service(tx, service_id, LATER),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_change_of_a_service_is_seen_by_the_next_reader_of_slots(teacher: Teacher, name: str) -> None:
    piano = created(teacher)

    with moved_slots_version(teacher.id), database.tenant(teacher.id) as tx:
        ACTS[name](tx, piano.id)


def test_a_new_service_is_seen_by_the_next_reader_of_slots(teacher: Teacher) -> None:
    with moved_slots_version(teacher.id):
        created(teacher)


def test_what_happens_to_a_service_is_told_in_order(teacher: Teacher) -> None:
    piano = created(teacher)
    for act in ACTS.values():
        with database.tenant(teacher.id) as tx:
            act(tx, piano.id)

    told = sorted(rows_of(teacher, "domain_events"), key=lambda event: str(event["id"]))

    assert [event["type"] for event in told] == ["service.created", "service.changed", "service.archived"]
    assert {event["subject_id"] for event in told} == {str(piano.id)}


@pytest.mark.parametrize("act", [get_service, *ACTS.values()], ids=["read", *ACTS])
def test_ac32_another_teachers_service_is_not_found(teacher: Teacher, act: Act) -> None:
    others = created(a_teacher())

    with database.tenant(teacher.id) as tx, pytest.raises(NotFound) as refusal:
        act(tx, others.id)

    assert refusal.value.code == "service_not_found"
