"""Each event of events/ through the function that it is for; everything that triggers a function has one."""

import json

import pytest

from local.sam.samples import EVENTS
from local.servers import TEMPLATE
from local.template import Function, functions, load
from tests.sam.deployed import Deployed
from tests.sam.expected import SAMPLES, Sample

# Of the migrations, which the fixture invokes before there is anything to look at.
MIGRATE = "migrate-create.json", "migrate.json"


def test_cloudformation_is_told_that_the_migrations_are_applied_and_they_are(deployed: Deployed) -> None:
    request = deployed.event("migrate-create.json")
    asked = {name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    assert deployed.answers.taken == [{**asked, "PhysicalResourceId": "schema", "Status": "SUCCESS"}]
    assert deployed.invoke("MigrateFunction", deployed.event("migrate.json")) == {"applied": []}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.event)
def test_a_sample_is_answered_and_has_its_effect(deployed: Deployed, sample: Sample) -> None:
    assert sample.run(deployed) == sample.expected


def test_every_event_is_run() -> None:
    assert {path.name for path in EVENTS.iterdir()} == {*(sample.event for sample in SAMPLES), *MIGRATE}


@pytest.mark.parametrize("function", functions(TEMPLATE), ids=lambda function: function.name)
def test_every_trigger_of_a_function_has_an_event_that_it_is_run_with(function: Function) -> None:
    events = [json.loads((EVENTS / each.event).read_text()) for each in SAMPLES if each.function == function.name]
    routes = {event["routeKey"] for event in events if "routeKey" in event}
    queues = {_queue(record["eventSourceARN"]) for event in events for record in event.get("Records", [])}
    inputs = [json.loads(each.input or "") for each in function.schedules]

    assert routes == {route.key for route in function.routes}
    assert queues == {source.queue for source in function.event_sources}
    assert [each for each in inputs if each not in events] == []


def test_no_trigger_is_of_a_kind_that_was_not_looked_for() -> None:
    resources = load(TEMPLATE)["Resources"].values()
    kinds = {event["Type"] for each in resources for event in each.get("Properties", {}).get("Events", {}).values()}
    assert kinds == {"HttpApi", "SQS", "Schedule"}


def test_every_custom_resource_has_an_event_of_its_function() -> None:
    resources = load(TEMPLATE)["Resources"].items()
    ours = {name for name, each in resources if each["Type"] == "AWS::CloudFormation::CustomResource"}
    events = [json.loads((EVENTS / name).read_text()) for name in MIGRATE]
    assert {event["LogicalResourceId"] for event in events if "ResponseURL" in event} == ours


def _queue(arn: str) -> str:
    """The name that the template has for it."""
    return arn.rpartition(":")[2].title().replace("-", "") + "Queue"
