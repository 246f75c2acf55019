"""Whoever is woken by an alarm finds in docs/operations.md what it means and what to do."""

import re
from typing import Any

import pytest

from local.state import CHECKOUT
from tests.template.stacks import OWN, in_both, of_type

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text()
ALARMS = of_type(OWN, "AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_its_row(name: str) -> None:
    rows = [line for line in OPERATIONS.splitlines() if line.startswith("|")]

    assert any(re.search(rf"`{name}`", row.split("|")[1]) for row in rows), f"docs/operations.md says nothing of {name}"


def test_no_row_is_of_an_alarm_that_there_is_not() -> None:
    told = set(re.findall(r"`(\w+Alarm)`", OPERATIONS))

    assert told <= set(ALARMS)


@in_both
def test_a_function_that_serves_or_works_raises_one_when_it_crashes(stack: dict[str, Any]) -> None:
    alarms = of_type(stack, "AWS::CloudWatch::Alarm")

    watched = {each["Dimensions"][0]["Value"]["Ref"] for each in alarms.values() if each["MetricName"] == "Errors"}
    # A deployment that the migrations fail says so itself.
    assert watched == set(of_type(stack, "AWS::Lambda::Function")) - {"MigrateFunction"}


@pytest.mark.parametrize("metric", ["EngineCPUUtilization", "DatabaseMemoryUsagePercentage"])
def test_each_node_of_the_cache_is_watched_as_any_may_be_the_primary(metric: str) -> None:
    [cache] = of_type(OWN, "AWS::ElastiCache::ReplicationGroup").values()
    watched = {each["Dimensions"][0]["Value"]["Fn::Sub"] for each in ALARMS.values() if each["MetricName"] == metric}

    assert watched == {f"${{Cache}}-{node:03}" for node in range(1, cache["NumCacheClusters"] + 1)}


def test_the_database_s_connections_raise_one_at_four_fifths_of_what_the_functions_may_open() -> None:
    functions = of_type(OWN, "AWS::Lambda::Function").values()
    most = sum(at_once(function["ReservedConcurrentExecutions"]) for function in functions)

    assert ALARMS["DatabaseConnectionsAlarm"]["Threshold"] == most * 4 // 5
    # Aurora's own limit at one capacity unit, the least that may be the most:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
    assert most < 189


def at_once(node: Any) -> int:  # noqa: ANN401 - a number, or the parameter that has it
    return int(OWN["Parameters"][node["Ref"]]["Default"] if isinstance(node, dict) else node)
