"""What a teacher does with the packages that they sell."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.credits.package import Package, PackageChanges, PackageDetails
from lectern.credits.packages import change_package, create_package, get_package, list_packages, withdraw_package
from lectern.database import Transaction
from lectern.errors import Stale
from tests.builders import NOW, Teacher, a_student, a_teacher, refusal, rows_of, run
from tests.credits.given import bought

LATER = NOW + timedelta(hours=1)
TEN = PackageDetails("Ten lessons", units=1000, price_amount=36000, valid_days=180)

type Act = Callable[[Transaction, UUID], object]


def created(teacher: Teacher, details: PackageDetails = TEN) -> Package:
    return run(teacher, create_package, details, NOW)


def changed(teacher: Teacher, package: Package, changes: PackageChanges) -> Package:
    return run(teacher, change_package, package.id, changes, LATER, package.updated_at)


def test_a_package_is_read_as_it_was_created(teacher: Teacher) -> None:
    ten = created(teacher)

    assert run(teacher, get_package, ten.id) == ten
    assert (ten.name, ten.units, ten.price_amount, ten.price_currency, ten.valid_days) == (
        "Ten lessons",
        1000,
        36000,
        "EUR",
        180,
    )


def test_the_cheapest_is_listed_first_and_the_public_sees_those_that_are_active(teacher: Teacher) -> None:
    ten = created(teacher)
    five = created(teacher, PackageDetails("Five lessons", 500, 19000))
    retired = created(teacher, PackageDetails("One lesson", 100, 4500, is_active=False))

    assert run(teacher, list_packages, only_active=True) == [five, ten]
    assert run(teacher, list_packages, only_active=False) == [retired, five, ten]


def test_a_change_leaves_the_rest_as_it_was(teacher: Teacher) -> None:
    ten = created(teacher)

    changed(teacher, ten, {"price_amount": 38000, "valid_days": None})

    now_costs = run(teacher, get_package, ten.id)
    assert (now_costs.price_amount, now_costs.valid_days, now_costs.units) == (38000, None, 1000)
    assert (now_costs.created_at, now_costs.updated_at) == (NOW, LATER)


def test_a_change_of_what_has_changed_since_is_refused_with_what_it_is_now(teacher: Teacher) -> None:
    ten = created(teacher)
    dearer = changed(teacher, ten, {"price_amount": 38000})

    with pytest.raises(Stale) as refused:
        changed(teacher, ten, {"price_amount": 35000})

    assert refused.value.facts["current"] == dearer


def test_of_two_changes_under_way_to_what_both_have_read_the_second_is_refused(teacher: Teacher) -> None:
    ten = created(teacher)

    with ThreadPoolExecutor() as threads:
        with database.tenant(teacher.id) as tx:
            change_package(tx, ten.id, {"units": 1100}, LATER, if_updated_at=ten.updated_at)
            get_package(tx, ten.id)
            second = threads.submit(changed, teacher, ten, {"units": 1200})
            wait([second], timeout=0.3)
        with pytest.raises(Stale):
            second.result()


def test_two_changes_in_one_tick_of_the_clock_are_two_versions(teacher: Teacher) -> None:
    ten = created(teacher)

    versions = {run(teacher, change_package, ten.id, {}, NOW).updated_at for _ in range(3)}

    assert len(versions | {ten.updated_at}) == 4


@pytest.mark.parametrize("name", ["Ten lessons", "TEN LESSONS"])
def test_two_packages_of_one_name_are_refused(teacher: Teacher, name: str) -> None:
    created(teacher)

    assert refusal(teacher, create_package, PackageDetails(name, 100, 4500), NOW) == "name_taken"


def test_a_withdrawn_package_is_gone_and_its_name_free(teacher: Teacher) -> None:
    ten = created(teacher)

    run(teacher, withdraw_package, ten.id, LATER)

    assert run(teacher, list_packages, only_active=False) == []
    assert created(teacher).name == "Ten lessons"


def test_what_was_bought_stays_when_its_package_is_withdrawn(teacher: Teacher) -> None:
    bought(teacher, a_student(teacher), 1000)
    [sold] = run(teacher, list_packages, only_active=True)

    run(teacher, withdraw_package, sold.id, LATER)

    assert [row["balance"] for row in rows_of(teacher, "credit_accounts")] == [1000]


@pytest.mark.parametrize("details", [{"units": 0}, {"price_amount": 0}, {"valid_days": 0}, {"price_currency": "eur"}])
def test_a_package_of_nothing_for_nothing_or_for_no_time_is_refused(teacher: Teacher, details: PackageChanges) -> None:
    assert refusal(teacher, change_package, created(teacher).id, details, LATER) == "invalid"


ACTS: dict[str, Act] = {
    "changed": lambda tx, package_id: change_package(tx, package_id, {"units": 1100}, LATER),
    "withdrawn": lambda tx, package_id: withdraw_package(tx, package_id, LATER),
}


def test_what_happens_to_a_package_is_told_in_order(teacher: Teacher) -> None:
    ten = created(teacher)
    for act in ACTS.values():
        run(teacher, act, ten.id)

    told = sorted(rows_of(teacher, "domain_events"), key=lambda event: str(event["id"]))

    assert [event["type"] for event in told] == ["package.created", "package.changed", "package.withdrawn"]
    assert {event["subject_id"] for event in told} == {str(ten.id)}


@pytest.mark.parametrize("act", [get_package, *ACTS.values()], ids=["read", *ACTS])
def test_ac32_another_teachers_package_is_not_found(teacher: Teacher, act: Act) -> None:
    others = created(a_teacher())

    assert refusal(teacher, act, others.id) == "package_not_found"
