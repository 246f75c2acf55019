"""A release: the schema first, then the jobs, then the HTTP functions bit by bit, and back when an alarm says so."""

import tomllib
from typing import Any

import pytest

from local.state import CHECKOUT
from tests.template.stacks import OWN, in_both, named, of_type
from tests.template.test_template import DOCUMENT

HTTP = ("BookingFunction", "WebhooksFunction")


@in_both
def test_no_function_is_touched_before_the_migrations_have_succeeded(stack: dict[str, Any]) -> None:
    functions = of_type(stack, "AWS::Lambda::Function")

    waiting = {name for name in functions if "Schema" in str(stack["Resources"][name].get("DependsOn"))}
    assert waiting == set(functions) - {"MigrateFunction"}


@in_both
def test_the_migrations_run_whenever_the_layer_that_carries_them_changes(stack: dict[str, Any]) -> None:
    [layer] = of_type(stack, "AWS::Lambda::LayerVersion")
    schema = stack["Resources"]["Schema"]["Properties"]

    assert named(schema["ServiceToken"]) == "MigrateFunction"
    assert schema["Layer"] == {"Ref": layer}


def test_cloudformation_waits_for_longer_than_the_migrations_may_take() -> None:
    function = of_type(OWN, "AWS::Lambda::Function")["MigrateFunction"]

    assert int(OWN["Resources"]["Schema"]["Properties"]["ServiceTimeout"]) > function["Timeout"]


def test_migrations_that_failed_are_not_run_again_by_lambda() -> None:
    [config] = [
        each
        for each in of_type(OWN, "AWS::Lambda::EventInvokeConfig").values()
        if named(each["FunctionName"]) == "MigrateFunction"
    ]
    assert config["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize("function", HTTP)
def test_requests_move_to_a_restored_new_version_by_its_alias(function: str) -> None:
    assert of_type(OWN, "AWS::Lambda::Function")[function]["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    alias = OWN["Resources"][f"{function}Aliaslive"]
    moved_by = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]
    assert named(moved_by) == f"{function}DeploymentGroup"


@pytest.mark.parametrize("function", HTTP)
def test_an_alarm_meanwhile_moves_them_back(function: str) -> None:
    group = of_type(OWN, "AWS::CodeDeploy::DeploymentGroup")[f"{function}DeploymentGroup"]
    watched = {named(each["Name"]) for each in group["AlarmConfiguration"]["Alarms"]}

    assert watched == {f"New{function.removesuffix('Function')}ErrorsAlarm", "FaultsAlarm"}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_sets_parameters_that_there_are_to_values_that_they_may_have(stage: str) -> None:
    deploy = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())[stage]["deploy"]["parameters"]
    values = dict(each.split("=", 1) for each in deploy["parameter_overrides"])

    parameters = DOCUMENT["Parameters"]
    assert set(values) <= set(parameters)
    for name, value in values.items():
        allowed = parameters[name].get("AllowedValues")
        assert allowed is None or value in map(str, allowed), f"{name} cannot be {value}"


def test_production_takes_real_money_and_outlives_a_zone() -> None:
    prod = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())["prod"]["deploy"]["parameters"]

    assert {"StripeMode=live", "Redundancy=two-zones"} <= set(prod["parameter_overrides"])
    assert prod["confirm_changeset"] is True
