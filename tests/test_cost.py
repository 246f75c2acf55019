"""What docs/cost.md tells of the price of a teacher is what the script says, and makes sense."""

import re

import pytest

from bench.cost import workload
from bench.cost.__main__ import CELL, SIZES, of_a_cell, tables
from bench.cost.bill import bill
from bench.cost.limits import Limit, acu_at_peak, limits
from bench.cost.stack import Stack
from local.state import CHECKOUT
from tests.http.api import Api

PAGE = (CHECKOUT / "docs" / "cost.md").read_text()
SHARDING = (CHECKOUT / "docs" / "sharding.md").read_text()
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


def test_a_size_that_a_stage_cannot_carry_has_no_price_there() -> None:
    assert acu_at_peak(10_000) > Stack.of("dev").most_acu
    assert f"10,000 teachers need {acu_at_peak(10_000):.1f} capacity units" in PAGE


def test_the_page_tells_what_a_teacher_causes_with_calendars_read_as_often_as_the_jobs_read_them() -> None:
    reads = workload.CALENDAR_READ.a_month + workload.FILE_READ.a_month

    assert f"{workload.messages():,.0f} jobs a month" in PAGE
    assert f"Of the jobs, {reads:,.0f} read a\ncalendar" in PAGE


def test_the_page_tells_how_much_of_the_functions_time_calendars_take() -> None:
    of_calendars = (workload.CALENDAR_READ, workload.FILE_READ, workload.CALENDAR_CHANGE)
    calendars, jobs = (sum(job.a_month * job.seconds for job in each) for each in (of_calendars, workload.JOBS))
    requests = (workload.REQUESTS + workload.WEBHOOKS) * workload.REQUEST_SECONDS

    assert f"of whose time {calendars / (jobs + requests):.0%} goes to calendars" in PAGE


def test_no_route_s_metrics_are_forgotten() -> None:
    paths = Api().get("/openapi.json").body["paths"].values()
    operations = sum(method in ("get", "post", "put", "patch", "delete") for path in paths for method in path)

    # The two webhooks, the two pages about the API, and for what is asked for at no route one of each function.
    assert workload.ROUTES - 15 < operations + 6 <= workload.ROUTES


def test_each_size_s_line_says_what_it_meets() -> None:
    told = [size for line in re.findall(r"^- \*\*(.+?)\*\* ", PAGE, re.MULTILINE) for size in line.split(" and ")]

    assert told == [f"{teachers:,}" for teachers in SIZES]


@pytest.mark.parametrize("limit", limits(SIZES[-1]), ids=lambda limit: limit.name)
def test_what_to_do_is_said_of_each_limit(limit: Limit) -> None:
    remedies = PAGE.partition("| limit | sign | what to do |")[2]

    assert f"\n| {limit.name.partition(',')[0]} |" in remedies


def test_the_page_about_sharding_knows_how_full_a_cell_is_and_what_it_must_be_given() -> None:
    now, twice = (
        next(limit.used for limit in limits(teachers) if limit.name == "Aurora's largest writer, in ACU")
        for teachers in (CELL, 2 * CELL)
    )

    assert (
        f"fill {now * 100:.0f} % of the largest writer at their peak, and twice as many {twice * 100:.0f} %" in SHARDING
    )
    assert of_a_cell().strip() in SHARDING


def test_no_parameter_that_a_cell_would_fill_is_missing() -> None:
    filled = {limit.name.partition(",")[0] for limit in limits(CELL) if limit.used > 1 and limit.name.startswith("`")}

    assert {"`RequestsPerSecond`", "`JobConcurrency`", "`DatabaseMaxCapacity`"} <= filled
    assert all(f"\n| {name} |" in SHARDING for name in filled)
