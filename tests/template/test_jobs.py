"""The jobs as template.yaml deploys them are those of the registry, and none can be lost or wait unseen."""

import json
from typing import Any

import pytest

from lectern.jobs.registry import JOBS, Job
from lectern.settings import queue_variable
from local.state import CHECKOUT
from local.template import functions
from tests.template.stacks import in_both, named, of_type
from tests.template.test_template import DOCUMENT, FUNCTIONS, TEMPLATE, statements

RESOURCES = DOCUMENT["Resources"]
QUEUES = {name: it["Properties"] for name, it in RESOURCES.items() if it["Type"] == "AWS::SQS::Queue"}
ALARMS = [it["Properties"] for it in RESOURCES.values() if it["Type"] == "AWS::CloudWatch::Alarm"]
OF_SQS = [alarm for alarm in ALARMS if alarm["Namespace"] == "AWS/SQS"]
WORKING = [name for name, queue in QUEUES.items() if "RedrivePolicy" in queue]
DISPATCHER, TEACHER_JOB = FUNCTIONS["DispatcherFunction"], FUNCTIONS["TeacherJobFunction"]

by_name = pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)


def events(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in function["Events"].values() if each["Type"] == kind]


def attribute(node: dict[str, Any]) -> str:
    """The resource whose attribute `!GetAtt` names."""
    return str(node["Fn::GetAtt"]).rpartition(".")[0]


def queue_of(job: Job) -> str:
    return str(TEACHER_JOB["Environment"]["Variables"][queue_variable(job.name)]["Ref"])


def alarmed(queue: str, metric: str) -> bool:
    return any(
        alarm["MetricName"] == metric and attribute(alarm["Dimensions"][0]["Value"]) == queue for alarm in OF_SQS
    )


def dead_letters(rule: dict[str, Any]) -> list[dict[str, Any]]:
    return [target["DeadLetterConfig"]["Arn"] for target in rule["Targets"] if "DeadLetterConfig" in target]


def may(name: str, action: str) -> set[str]:
    return {attribute(one) for each in statements(name) if each["Action"] == action for one in each["Resource"]}


def test_the_schedules_are_those_of_the_registry() -> None:
    scheduled = {json.loads(each["Input"])["job"]: each["Schedule"] for each in events(DISPATCHER, "Schedule")}
    assert scheduled == {job.name: job.schedule for job in JOBS}


@by_name
def test_a_sample_event_is_what_the_job_s_schedule_sends(job: Job) -> None:
    sent = [json.loads(each["Input"]) for each in events(DISPATCHER, "Schedule")]

    assert json.loads((CHECKOUT / "events" / f"dispatch-{job.name}.json").read_text()) in sent


def test_an_event_that_cannot_be_delivered_is_tried_again_and_then_kept() -> None:
    for each in events(DISPATCHER, "Schedule"):
        assert each["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert attribute(each["DeadLetterConfig"]["Arn"]) == "ScheduleDeadLetters"
    failed = DISPATCHER["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert attribute(failed["Destination"]) == "ScheduleDeadLetters"


@in_both
def test_every_schedule_and_nothing_else_may_give_up_into_the_letters_that_it_names(stack: dict[str, Any]) -> None:
    rules = of_type(stack, "AWS::Events::Rule")
    letters = {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]}
    naming = {name for name, rule in rules.items() if letters in dead_letters(rule)}

    [policy] = of_type(stack, "AWS::SQS::QueuePolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]

    assert {named(arn) for arn in statement["Condition"]["ArnEquals"]["aws:SourceArn"]} == naming
    assert len(naming) == len(JOBS)


@by_name
def test_both_functions_know_the_job_s_queue_and_it_is_no_other_s(job: Job) -> None:
    assert DISPATCHER["Environment"]["Variables"][queue_variable(job.name)] == {"Ref": queue_of(job)}
    assert [queue_of(each) for each in JOBS].count(queue_of(job)) == 1


@by_name
def test_a_job_s_queue_has_an_event_source_that_reports_single_failures(job: Job) -> None:
    [source] = [each for each in events(TEACHER_JOB, "SQS") if attribute(each["Queue"]) == queue_of(job)]
    assert (source["BatchSize"], source["FunctionResponseTypes"]) == (10, ["ReportBatchItemFailures"])
    of_one_kind = {"Ref": "JobConcurrency"} if job.scope != "once for all" else 2
    assert source["ScalingConfig"] == {"MaximumConcurrency": of_one_kind}


def test_what_the_queues_may_start_at_once_the_function_may_run() -> None:
    [function] = [each for each in functions(TEMPLATE) if each.name == "TeacherJobFunction"]
    started = sum(source.maximum_concurrency for source in function.event_sources)
    assert DOCUMENT["Parameters"]["TeacherJobConcurrency"]["Default"] >= started


@pytest.mark.parametrize("name", WORKING)
def test_a_message_is_hidden_for_six_times_as_long_as_its_function_may_take(name: str) -> None:
    [function] = [
        each for each in FUNCTIONS.values() if name in {attribute(one["Queue"]) for one in events_of_sqs(each)}
    ]
    assert QUEUES[name]["VisibilityTimeout"] >= 6 * function["Timeout"]


def events_of_sqs(function: dict[str, Any]) -> list[dict[str, Any]]:
    return events(function, "SQS") if "Events" in function else []


@pytest.mark.parametrize("name", WORKING)
def test_a_queue_gives_a_message_up_after_five_receipts_to_letters_of_its_own(name: str) -> None:
    redrive = QUEUES[name]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    dead = [attribute(QUEUES[each]["RedrivePolicy"]["deadLetterTargetArn"]) for each in WORKING]
    assert dead.count(attribute(redrive["deadLetterTargetArn"])) == 1


@pytest.mark.parametrize("name", WORKING)
def test_a_queue_that_falls_behind_raises_an_alarm(name: str) -> None:
    assert alarmed(name, "ApproximateAgeOfOldestMessage")


@pytest.mark.parametrize("name", sorted(set(QUEUES) - set(WORKING)))
def test_a_dead_letter_raises_an_alarm_and_is_kept_for_as_long_as_sqs_can(name: str) -> None:
    assert alarmed(name, "ApproximateNumberOfMessagesVisible")
    assert QUEUES[name]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_the_functions_may_use_the_queues_that_they_work_with_and_no_other() -> None:
    queues = {queue_of(job) for job in JOBS}
    assert may("DispatcherFunction", "sqs:SendMessage") == {*queues, "ContinuationQueue"}
    for who in ("BookingFunction", "WebhooksFunction", "TeacherJobFunction"):
        assert may(who, "sqs:SendMessage") == {"CalendarSyncQueue"}
    assert may("TeacherJobFunction", "sqs:ChangeMessageVisibility") == queues
