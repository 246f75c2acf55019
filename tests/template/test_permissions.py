"""Each function may do what its own list says, and nothing else; nobody else may do anything."""

from typing import Any

import pytest

from tests.template.stacks import EXISTING, OWN, in_both, named, of_type

READ = "secretsmanager:GetSecretValue"
SEND = "sqs:SendMessage"
JOBS = (
    "LifecycleDetection",
    "SessionUpkeep",
    "PaymentReconciliation",
    "ContentAnalytics",
    "MetricAlerts",
    "CalendarSync",
    "RetentionCohorts",
)
QUEUES = {f"{job}Queue" for job in JOBS}
DEAD_LETTERS = {f"{job}DeadLetters" for job in (*JOBS, "Continuation", "Schedule")}
GOOGLE = {"GoogleClientSecretArn"}

# By function: an action, and on what.
LISTS: dict[str, dict[str, set[str]]] = {
    "Booking": {
        READ: {"DatabaseSecretArn", "TokenKey", "StripeSecretKeyArn", *GOOGLE},
        SEND: {"CalendarSyncQueue"},
    },
    "Webhooks": {
        READ: {"DatabaseSecretArn", "TokenKey", "StripeWebhookSecretsArn", "StripeSecretKeyArn"},
        SEND: {"CalendarSyncQueue"},
    },
    "Dispatcher": {READ: {"DatabaseSecretArn"}, SEND: {*QUEUES, "ContinuationQueue", "ScheduleDeadLetters"}},
    "TeacherJob": {
        READ: {"DatabaseSecretArn", "TokenKey", "StripeSecretKeyArn", *GOOGLE},
        SEND: {"CalendarSyncQueue"},
        "sqs:ChangeMessageVisibility": QUEUES,
    },
    "Monitor": {
        READ: {"DatabaseSecretArn", "MetricsToken"},
        "sqs:GetQueueAttributes": {*QUEUES, "ContinuationQueue", *DEAD_LETTERS},
        "cloudwatch:GetMetricData": {"*"},
    },
    "Migrate": {READ: {"DatabaseOwnerSecretArn", "DatabaseSecretArn"}},
}
# SAM's own: logs, traces and the network interfaces that join a function to its subnets.
MANAGED = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSLambdaVPCAccessExecutionRole"}
RECEIVES = {"Dispatcher": {"ContinuationQueue"}, "TeacherJob": QUEUES}

by_function = pytest.mark.parametrize("function", LISTS)


def role(stack: dict[str, Any], function: str) -> dict[str, Any]:
    return of_type(stack, "AWS::IAM::Role")[f"{function}FunctionRole"]


def statements(stack: dict[str, Any], function: str, effect: str) -> list[dict[str, Any]]:
    policies = [policy["PolicyDocument"] for policy in role(stack, function)["Policies"]]
    return [each for policy in policies for each in policy["Statement"] if each["Effect"] == effect]


def listed(node: Any) -> list[Any]:  # noqa: ANN401 - a node of the template
    return node if isinstance(node, list) else [node]


@by_function
def test_a_function_may_do_what_its_list_says(function: str) -> None:
    allowed: dict[str, set[str]] = {}
    for each in statements(EXISTING, function, "Allow"):
        for action in listed(each["Action"]):
            allowed.setdefault(action, set()).update(named(one) for one in listed(each["Resource"]))

    assert allowed == LISTS[function]


@by_function
def test_with_a_database_of_its_own_it_reads_the_secrets_of_that_one(function: str) -> None:
    [reading] = [each for each in statements(OWN, function, "Allow") if each["Action"] == READ]

    own = {"DatabaseSecretArn": "DatabaseSecretAttachment", "DatabaseOwnerSecretArn": "DatabaseCluster"}
    expected = {own.get(name, name) for name in LISTS[function][READ] - GOOGLE}
    assert {named(one) for one in reading["Resource"]} == expected


@in_both
@by_function
def test_it_is_told_of_the_secrets_that_it_may_read(stack: dict[str, Any], function: str) -> None:
    variables = of_type(stack, "AWS::Lambda::Function")[f"{function}Function"]["Environment"]["Variables"]
    told = {named(value) for name, value in variables.items() if name.endswith("_ARN")}
    [reading] = [each for each in statements(stack, function, "Allow") if each["Action"] == READ]

    assert {one for one in told if stack["Parameters"].get(one, {}).get("Default") != ""} == {
        named(one) for one in reading["Resource"]
    }


@by_function
def test_what_sam_adds_is_logs_traces_and_the_network(function: str) -> None:
    added = {arn.rpartition("/")[2] for arn in role(EXISTING, function)["ManagedPolicyArns"]}

    assert added - {"AWSLambdaSQSQueueExecutionRole"} == MANAGED
    assert ("AWSLambdaSQSQueueExecutionRole" in added) == (function in RECEIVES)


@pytest.mark.parametrize("function", RECEIVES)
def test_it_receives_from_the_queues_that_trigger_it_alone(function: str) -> None:
    [denied] = statements(EXISTING, function, "Deny")

    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage"} == set(denied["Action"])
    assert {named(one) for one in denied["NotResource"]} == RECEIVES[function]
    sources = of_type(EXISTING, "AWS::Lambda::EventSourceMapping").values()
    triggers = {
        named(each["EventSourceArn"]) for each in sources if named(each["FunctionName"]) == f"{function}Function"
    }
    assert triggers == RECEIVES[function]


@in_both
def test_there_is_no_other_role_but_the_one_that_moves_requests_to_a_new_version(stack: dict[str, Any]) -> None:
    of_functions = {f"{function}FunctionRole" for function in LISTS}

    assert set(of_type(stack, "AWS::IAM::Role")) == {*of_functions, "CodeDeployServiceRole"}
    assert not of_type(stack, "AWS::IAM::Policy")


@in_both
def test_only_the_api_and_the_schedules_invoke_a_function(stack: dict[str, Any]) -> None:
    invoking = {each["Principal"] for each in of_type(stack, "AWS::Lambda::Permission").values()}

    assert invoking == {"apigateway.amazonaws.com", "events.amazonaws.com"}
    assert not of_type(stack, "AWS::Lambda::Url")
