"""What docs/cost.md tells of the price of a teacher is what the script says, and makes sense."""

import pytest

from bench.cost import workload
from bench.cost.__main__ import CELL, SIZES, tables
from bench.cost.bill import bill
from bench.cost.limits import Limit, limits
from bench.cost.stack import Stack
from local.state import CHECKOUT
from tests.http.api import Api

PAGE = (CHECKOUT / "docs" / "cost.md").read_text()
DEFAULT = Stack.by_default()


def test_the_page_has_the_script_s_tables() -> None:
    for table in tables().split("\n\n"):
        assert table.strip() in PAGE, "docs/cost.md is not what python -m bench.cost prints"


def test_a_teacher_costs_less_in_a_larger_stack() -> None:
    each = [bill(teachers, DEFAULT).total / teachers for teachers in (50, 500, 10_000, 50_000)]

    assert each == sorted(each, reverse=True)


def test_what_stands_there_without_teachers_is_priced() -> None:
    empty = bill(0, DEFAULT)

    # Two zones' gateways, endpoints in both for each of the three services, and what passes through them unasked.
    assert empty.network == pytest.approx(720 * (2 * 0.05 + 3 * 2 * 0.01) + 4 * 0.01)
    assert empty.database == pytest.approx(720 * 2 * 0.5 * 0.12)
    # The snapshots of two functions, each of the version that is live and of the one before.
    assert empty.functions == pytest.approx(4 * 3.9, abs=0.01)


def test_sampled_statements_keep_two_units_whatever_the_least_capacity_is() -> None:
    sampled = bill(0, Stack.having({"DatabaseInsights": "on"}))

    assert sampled.database == pytest.approx(720 * 2 * 2 * 0.12)


def test_prod_is_priced_as_it_is_deployed() -> None:
    prod = bill(50, Stack.of("prod"))

    assert prod.database > 720 * 2 * 2 * 0.12
    assert prod.cache == pytest.approx(720 * 2 * 0.0256)


def test_a_connected_calendar_is_read_every_quarter_of_an_hour() -> None:
    assert workload.CALENDAR_READ.a_month / workload.CONNECTED == 2_880
    assert workload.FILE_READ.a_month / workload.IMPORTING == 2_880


def test_no_route_s_metrics_are_forgotten() -> None:
    paths = Api().get("/openapi.json").body["paths"].values()
    operations = sum(method in ("get", "post", "put", "patch", "delete") for path in paths for method in path)

    # The two webhooks, the two pages about the API, and for what is asked for at no route one of each function.
    assert workload.ROUTES - 15 < operations + 6 <= workload.ROUTES


@pytest.mark.parametrize("teachers", SIZES)
def test_a_size_says_what_it_meets(teachers: int) -> None:
    assert any(line.startswith("- ") and f"{teachers:,}" in line for line in PAGE.splitlines())


@pytest.mark.parametrize("limit", limits(SIZES[-1]), ids=lambda limit: limit.name)
def test_what_to_do_is_said_of_each_limit(limit: Limit) -> None:
    remedies = PAGE.partition("| limit | sign | what to do |")[2]

    assert f"\n| {limit.name.partition(',')[0]} |" in remedies


def test_the_page_about_sharding_knows_how_full_a_cell_is() -> None:
    used = {limit.name: limit.used for limit in limits(CELL)}

    share = round(used["Aurora's largest writer, in ACU"] * 100)
    assert f"fill {share} % of the largest writer" in (CHECKOUT / "docs" / "sharding.md").read_text()
