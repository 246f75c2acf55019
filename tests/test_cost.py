"""What docs/cost.md tells of the price of a teacher is what the script says, and makes sense."""

import pytest

from bench.cost.__main__ import SIZES, tables
from bench.cost.bill import bill
from bench.cost.limits import limits
from local.state import CHECKOUT

SCALES = (*SIZES, 20_000, 50_000)


def test_the_page_has_the_script_s_tables() -> None:
    page = (CHECKOUT / "docs" / "cost.md").read_text()

    for table in tables().split("\n\n"):
        assert table.strip() in page, "docs/cost.md is not what python -m bench.cost prints"


def test_a_teacher_costs_less_in_a_larger_stack() -> None:
    each = [bill(teachers).total / teachers for teachers in (50, 500, 10_000, 50_000)]

    assert each == sorted(each, reverse=True)


def test_what_stands_there_without_teachers_is_priced() -> None:
    empty = bill(0)

    # Two zones' gateways, and endpoints in both for each of the three services.
    assert empty.network == pytest.approx(720 * (2 * 0.05 + 3 * 2 * 0.01))
    assert empty.database == pytest.approx(720 * 2 * 0.5 * 0.12)


@pytest.mark.parametrize("teachers", SCALES)
def test_a_limit_that_is_met_is_told_of_on_the_page(teachers: int) -> None:
    page = (CHECKOUT / "docs" / "cost.md").read_text()

    for limit in limits(teachers):
        if limit.used >= 1:
            assert limit.name.split(",")[0] in page
