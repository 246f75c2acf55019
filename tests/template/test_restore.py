"""What docs/operations.md has somebody do by hand names what there is, and a restore stops all that writes."""

import re
from typing import Any

import pytest

from local.state import CHECKOUT
from tests.template.stacks import OWN, in_both, named, of_type

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text()
RESTORE = OPERATIONS.partition("\n## Restore\n")[2].partition("\n## ")[0]
STOP, _, AGAIN = RESTORE.partition("\n6. ")
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


@in_both
def test_whatever_else_reaches_the_database_writes_nothing_of_a_teacher_s(stack: dict[str, Any]) -> None:
    functions = of_type(stack, "AWS::Lambda::Function").items()
    reach = {name for name, each in functions if "DATABASE_SECRET_ARN" in each["Environment"]["Variables"]}

    assert reach == WRITERS | {"MonitorFunction", "MigrateFunction"}


def test_what_a_command_has_in_angle_brackets_is_a_resource_or_a_parameter() -> None:
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", OPERATIONS, re.DOTALL))
    told = set(re.findall(r"<([A-Z]\w+[a-z][A-Z]\w+)>", commands))

    assert "DatabaseSecret" in told
    assert told <= OWN["Resources"].keys() | OWN["Parameters"].keys() | OWN["Outputs"].keys()


def _writes(target: Any) -> bool:  # noqa: ANN401 - a node of the template
    return named(target) in WRITERS


def _named_in(steps: str, stack: dict[str, Any], kind: str) -> set[str]:
    """What `$(named KIND PREFIX)` comes to."""
    prefixes = re.findall(rf"\$\(named {kind} ?(\w*)\)", steps)
    return {name for prefix in prefixes for name in of_type(stack, f"AWS::{kind}") if name.startswith(prefix)}
