"""The monitor as template.yaml deploys it sees every queue, and someone is told when a number is bad."""

import pytest

from local.routes import match
from local.template import functions
from tests.template.test_jobs import ALARMS, QUEUES, events, may
from tests.template.test_template import FUNCTIONS, TEMPLATE

MONITOR = FUNCTIONS["MonitorFunction"]


def test_it_may_count_the_messages_of_every_queue() -> None:
    assert may("MonitorFunction", "sqs:GetQueueAttributes") == set(QUEUES)


def test_it_is_told_of_every_queue_that_a_job_has() -> None:
    of_jobs = {name: url for name, url in _variables("TeacherJobFunction").items() if name.startswith("QUEUE_URL_")}

    assert of_jobs.items() <= _variables("MonitorFunction").items()


def test_it_publishes_each_minute_and_a_minute_that_failed_is_not_repeated() -> None:
    assert [each["Schedule"] for each in events(MONITOR, "Schedule")] == ["rate(1 minute)"]
    assert MONITOR["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_the_metrics_have_an_address_that_no_other_function_takes() -> None:
    routes = {route: function.name for function in functions(TEMPLATE) for route in function.routes}

    found = match(routes, "GET", "/metrics")

    assert found
    assert routes[found[0]] == "MonitorFunction"


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["AlarmDescription"][:40])
def test_an_alarm_is_sent_where_the_deployment_says(alarm: dict[str, object]) -> None:
    # One failure takes a release back, and is no reason to wake somebody.
    assert alarm["MetricName"] == "Faults" or "AlarmTopicArn" in str(alarm["AlarmActions"])


@pytest.mark.parametrize("backlog", ["calendar", "refunds"])
def test_a_backlog_that_nobody_can_tell_of_is_as_bad_as_a_long_one(backlog: str) -> None:
    [alarm] = [each for each in ALARMS if {"Name": "backlog", "Value": backlog} in each.get("Dimensions", [])]

    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("part", ["database", "sqs", "redis"])
def test_a_part_that_does_not_answer_or_of_which_nobody_tells_raises_an_alarm(part: str) -> None:
    [alarm] = [each for each in ALARMS if {"Name": "part", "Value": part} in each.get("Dimensions", [])]

    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Up", "LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


def test_what_the_nightly_comparison_leaves_to_a_person_raises_an_alarm() -> None:
    [alarm] = [each for each in ALARMS if each["MetricName"] == "PaymentsNeedAttention"]
    service = _variables("TeacherJobFunction")["POWERTOOLS_SERVICE_NAME"]

    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {
        "job": "payment-reconciliation",
        "service": service,
    }


def _variables(function: str) -> dict[str, object]:
    variables: dict[str, object] = FUNCTIONS[function]["Environment"]["Variables"]
    return variables
