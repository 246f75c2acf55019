"""What docs/operations.md has somebody do by hand names what there is, and a restore stops all that writes."""

import re
from typing import Any

import pytest
from botocore import xform_name

from local.state import CHECKOUT
from tests.template.stacks import OWN, in_both, named, of_type

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text()
RESTORE = OPERATIONS.partition("\n## Restore\n")[2].partition("\n## ")[0]
STOP, _, AGAIN = RESTORE.partition("\n6. ")
# "With the same configuration as the original", and the owner's password is given to RDS afterwards:
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html
BROUGHT_ALONG = {
    "Engine",
    "EngineVersion",
    "DatabaseName",
    "MasterUsername",
    "ManageMasterUserPassword",
    "EnableIAMDatabaseAuthentication",
    "StorageEncrypted",
    "BackupRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
}
# The monitor only reads, and whoever deploys invokes the migrations.
WRITERS = {"BookingFunction", "WebhooksFunction", "DispatcherFunction", "TeacherJobFunction"}


@pytest.mark.parametrize("steps", [STOP, AGAIN], ids=["stop", "go on"])
@in_both
def test_a_restore_stops_and_starts_each_trigger_of_what_writes(stack: dict[str, Any], steps: str) -> None:
    rules = {name for name, rule in of_type(stack, "AWS::Events::Rule").items() if _writes(rule["Targets"][0]["Arn"])}
    sources = of_type(stack, "AWS::Lambda::EventSourceMapping")
    served = {named(alias["FunctionName"]) for alias in of_type(stack, "AWS::Lambda::Alias").values()}

    assert _named_in(steps, stack, "Events::Rule") == rules
    assert _named_in(steps, stack, "Lambda::EventSourceMapping") == set(sources)
    assert _named_in(steps, stack, "Lambda::Function") == served


@pytest.mark.parametrize(
    ("steps", "rule", "source", "concurrency"),
    [(STOP, "disable-rule", "--no-enabled", "0"), (AGAIN, "enable-rule", "--enabled", "<{}Concurrency>")],
    ids=["stop", "go on"],
)
def test_each_trigger_is_stopped_first_and_started_last(steps: str, rule: str, source: str, concurrency: str) -> None:
    functions = re.findall(r"named Lambda::Function (\w+)Function\)", steps)
    bounds = {f"put-function-concurrency --reserved-concurrent-executions {concurrency.format(f)}" for f in functions}

    of_what = r" --(?:name|uuid|function-name) (?:\$\w+|\$\(.+?\))"
    done = re.findall(r"aws (?:events|lambda) ([^;\n]+)", _commands(steps))
    assert {re.sub(of_what, "", each) for each in done} == {rule, f"update-event-source-mapping {source}", *bounds}


def test_a_restored_cluster_is_given_what_it_does_not_have_from_the_one_before() -> None:
    [cluster] = of_type(OWN, "AWS::RDS::DBCluster").values()
    [restore] = re.findall(r"restore-db-cluster-to-point-in-time (.+?)\naws", _commands(RESTORE), re.DOTALL)

    given = {f"--{xform_name(name, '-')}" for name in cluster.keys() - BROUGHT_ALONG}
    assert given <= set(re.findall(r"--[\w-]+", restore))


def test_a_restored_instance_is_private_and_sampled_where_the_one_before_is() -> None:
    [made] = re.findall(r"aws rds create-db-instance (.+?)\naws", _commands(RESTORE), re.DOTALL)

    assert of_type(OWN, "AWS::RDS::DBInstance")["DatabaseInstanceA"]["PubliclyAccessible"] is False
    assert "--no-publicly-accessible" in made
    assert "--$(sampled)-performance-insights" in made


@in_both
def test_whatever_else_reaches_the_database_writes_nothing_of_a_teacher_s(stack: dict[str, Any]) -> None:
    functions = of_type(stack, "AWS::Lambda::Function").items()
    reach = {name for name, each in functions if "DATABASE_SECRET_ARN" in each["Environment"]["Variables"]}

    assert reach == WRITERS | {"MonitorFunction", "MigrateFunction"}


def test_what_a_command_has_in_angle_brackets_is_a_resource_or_a_parameter() -> None:
    told = set(re.findall(r"<([A-Z]\w+[a-z][A-Z]\w+)>", _commands(OPERATIONS)))

    assert "DatabaseSecret" in told
    assert told <= OWN["Resources"].keys() | OWN["Parameters"].keys() | OWN["Outputs"].keys()


def _commands(page: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))


def _writes(target: Any) -> bool:  # noqa: ANN401 - a node of the template
    return named(target) in WRITERS


def _named_in(steps: str, stack: dict[str, Any], kind: str) -> set[str]:
    """What `$(named KIND PREFIX)` comes to."""
    prefixes = re.findall(rf"\$\(named {kind} ?(\w*)\)", steps)
    return {name for prefix in prefixes for name in of_type(stack, f"AWS::{kind}") if name.startswith(prefix)}
