"""A release: the schema first, then the jobs, then the HTTP functions bit by bit, and back when an alarm says so."""

import json
import tomllib
from functools import cache
from typing import Any

import pytest

from local.sam.conditions import references
from local.sam.expansion import DEPLOYMENTS, expand_with_values
from local.state import CHECKOUT
from request_metrics import tell_request
from tests.template.stacks import EXISTING, OWN, in_both, named, of_type
from tests.template.test_template import DOCUMENT

HTTP = ("BookingFunction", "WebhooksFunction")

by_kind = pytest.mark.parametrize("kind", ["Errors", "Faults"])


def alarm_of_release(function: str, kind: str) -> dict[str, Any]:
    return of_type(OWN, "AWS::CloudWatch::Alarm")[f"New{function.removesuffix('Function')}{kind}Alarm"]


def published(stack: dict[str, Any], function: str) -> str:
    """The name of the version to which the function's alias moves."""
    return named(of_type(stack, "AWS::Lambda::Alias")[f"{function}Aliaslive"]["FunctionVersion"])


def values(dimensions: list[dict[str, Any]]) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in dimensions}


@cache
def with_others(*parameters: str) -> dict[str, Any]:
    """The stack of all that exists, when these parameters have other values."""
    defaults = {name: DOCUMENT["Parameters"][name].get("Default") for name in parameters}
    values = {**defaults, **DEPLOYMENTS["existing"]}
    return expand_with_values({**DEPLOYMENTS["existing"], **{name: f"{values[name]}1" for name in parameters}})


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


@pytest.mark.parametrize("secret", ["DatabaseSecretArn", "DatabaseOwnerSecretArn"])
def test_they_run_when_one_existing_database_takes_the_place_of_another(secret: str) -> None:
    one, other = (stack["Resources"]["Schema"]["Properties"] for stack in (with_others(), with_others(secret)))

    assert one != other


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

    name = function.removesuffix("Function")
    assert watched == {f"New{name}ErrorsAlarm", f"New{name}FaultsAlarm"}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


@by_kind
@pytest.mark.parametrize("function", HTTP)
def test_it_rings_within_a_minute_of_the_first_failure(function: str, kind: str) -> None:
    alarm = alarm_of_release(function, kind)

    assert (alarm["MetricName"], alarm["Statistic"]) == (kind, "Sum")
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 1)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


@pytest.mark.parametrize("function", HTTP)
def test_it_watches_what_lambda_counts_of_the_new_version_behind_the_alias(function: str) -> None:
    alarm = alarm_of_release(function, "Errors")

    assert alarm["Namespace"] == "AWS/Lambda"
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    assert values(alarm["Dimensions"]) == {
        "FunctionName": {"Ref": function},
        "Resource": {"Fn::Sub": f"${{{function}}}:live"},
        "ExecutedVersion": {"Fn::GetAtt": [published(OWN, function), "Version"]},
    }


@pytest.mark.parametrize("function", HTTP)
def test_it_watches_the_faults_that_the_new_version_tells_of_itself(
    function: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = alarm_of_release(function, "Faults")
    variables = of_type(OWN, "AWS::Lambda::Function")[function]["Environment"]["Variables"]
    monkeypatch.setenv("METRICS_NAMESPACE", variables["METRICS_NAMESPACE"]["Fn::Sub"])

    tell_request({"service": "", "function_request_id": ""}, "7", 500, 0.1)

    by_version = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"][1]
    assert alarm["Namespace"] == {"Fn::Sub": by_version["Namespace"]}
    assert [[*values(alarm["Dimensions"])]] == by_version["Dimensions"]
    assert values(alarm["Dimensions"]) == {
        "service": variables["POWERTOOLS_SERVICE_NAME"],
        "version": {"Fn::GetAtt": [published(OWN, function), "Version"]},
    }


@by_kind
@pytest.mark.parametrize("function", HTTP)
def test_what_rings_for_the_version_before_keeps_no_release_away_that_mends_it(function: str, kind: str) -> None:
    # Another name is another alarm, which has not rung yet; one that is changed rings on.
    assert f"${{{published(OWN, function)}.Version}}" in alarm_of_release(function, kind)["AlarmName"]["Fn::Sub"]


@pytest.mark.parametrize("function", HTTP)
def test_another_layer_is_another_version(function: str) -> None:
    one, other = (expand_with_values(DEPLOYMENTS["own"], f"s3://bucket/{layer}") for layer in ("one", "other"))

    assert published(one, function) != published(other, function)


@pytest.mark.parametrize("function", HTTP)
def test_another_value_of_a_parameter_is_another_version_of_the_functions_that_it_is_told(function: str) -> None:
    told = set(references(of_type(EXISTING, "AWS::Lambda::Function")[function])) & set(DOCUMENT["Parameters"])

    before = published(with_others(), function)
    assert told >= {"StripeMode", "RedisUrl", "SubnetIds", "LogLevel", "DatabaseSecretArn"}
    assert {name for name in told if published(with_others(name), function) == before} == set()
    assert published(with_others(*sorted(set(DOCUMENT["Parameters"]) - told)), function) == before


@pytest.mark.parametrize("function", HTTP)
def test_versions_differ_in_what_lambda_keeps_of_them_as_it_publishes_no_other(function: str) -> None:
    concurrency = f"{function.removesuffix('Function')}Concurrency"
    one, other = (
        dict(of_type(stack, "AWS::Lambda::Function")[function]) for stack in (with_others(), with_others(concurrency))
    )

    assert one.pop("ReservedConcurrentExecutions") != other.pop("ReservedConcurrentExecutions")
    assert one != other


def test_sam_leaves_the_transforms_to_cloudformation_whatever_the_variables_of_whoever_runs_it() -> None:
    stages = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())
    del stages["version"]

    assert set(stages) == {"default", "dev", "prod"}
    assert all(stage["global"]["parameters"]["language_extensions"] is False for stage in stages.values())


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
