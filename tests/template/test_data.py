"""What holds data is kept, encrypted and backed up; what exists already is not made again."""

import re
import tomllib
from typing import Any

import pytest

from local.state import CHECKOUT
from tests.template.stacks import EXISTING, OWN, in_both, of_type
from tests.template.test_template import DOCUMENT

CLUSTER = OWN["Resources"]["DatabaseCluster"]


def test_the_database_cannot_be_deleted_by_mistake() -> None:
    assert CLUSTER["Properties"]["DeletionProtection"] is True
    assert (CLUSTER["DeletionPolicy"], CLUSTER["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")


def test_a_stack_that_is_deleted_by_mistake_leaves_an_instance_that_answers() -> None:
    assert OWN["Resources"]["DatabaseInstanceA"]["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_what_becomes_of_a_resource_is_said_in_words_that_both_transforms_know(policy: str) -> None:
    chosen = {each[policy] for each in DOCUMENT["Resources"].values() if policy in each}

    # RetainExceptOnCreate ends the first: https://github.com/aws-cloudformation/cfn-language-discussion/issues/139
    assert chosen <= {"Delete", "Retain", "Snapshot"}


def test_it_is_encrypted_and_can_be_restored_to_any_second_of_two_weeks() -> None:
    assert CLUSTER["Properties"]["StorageEncrypted"] is True
    assert OWN["Parameters"]["BackupDays"]["Default"] == 14


def test_it_takes_no_connection_without_tls_and_logs_no_values() -> None:
    [group] = of_type(OWN, "AWS::RDS::DBClusterParameterGroup").values()

    assert group["Parameters"]["rds.force_ssl"] == "1"
    assert group["Parameters"]["log_parameter_max_length"] == "0"
    assert group["Parameters"]["log_error_verbosity"] == "terse"


def test_it_is_of_a_version_that_the_migrations_are_tested_on() -> None:
    assert CLUSTER["Properties"]["EngineVersion"].startswith("17.")


def test_statements_are_not_sampled_where_that_would_keep_a_small_instance_large() -> None:
    instances = of_type(OWN, "AWS::RDS::DBInstance").values()

    assert [each["EnablePerformanceInsights"] for each in instances] == [False, False]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_whose_statements_are_sampled_pays_for_the_units_that_this_takes(stage: str) -> None:
    deploy = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())[stage]["deploy"]["parameters"]
    chosen = dict(each.split("=", 1) for each in deploy["parameter_overrides"])

    assert chosen.get("DatabaseInsights", "off") == "off" or float(chosen["DatabaseMinCapacity"]) >= 2


def test_in_two_zones_another_instance_can_take_over() -> None:
    assert len(of_type(OWN, "AWS::RDS::DBInstance")) == 2


# The attachment wrote into the secret where the database is, and its removal would take that out.
@pytest.mark.parametrize("name", ["TokenKey", "DatabaseSecret", "DatabaseSecretAttachment"])
def test_a_secret_that_the_data_needs_outlives_the_stack(name: str) -> None:
    resource = OWN["Resources"][name]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_cache_is_encrypted_on_its_way_and_where_it_lies() -> None:
    [cache] = of_type(OWN, "AWS::ElastiCache::ReplicationGroup").values()

    assert cache["TransitEncryptionMode"] == "required"
    assert cache["AtRestEncryptionEnabled"] is True


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("", True),
        ("redis://cache.example", True),
        ("rediss://cache.example:6379/1", True),
        ("rediss://:secret@cache.example:6379", False),
        ("rediss://cache.example:6379?password=secret", False),
        ("rediss://cache.example:6380", False),
    ],
)
def test_a_cache_s_address_has_no_password_that_functions_would_show(url: str, taken: bool) -> None:  # noqa: FBT001 - a case
    assert bool(re.match(DOCUMENT["Parameters"]["RedisUrl"]["AllowedPattern"], url)) is taken


def test_the_database_s_log_outlives_the_stack_as_the_database_does() -> None:
    log = OWN["Resources"]["DatabaseLog"]

    assert (log["DeletionPolicy"], log["UpdateReplacePolicy"]) == ("Retain", "Retain")


@in_both
def test_every_queue_is_encrypted(stack: dict[str, Any]) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in of_type(stack, "AWS::SQS::Queue").values())


@in_both
def test_no_log_is_kept_for_ever(stack: dict[str, Any]) -> None:
    assert all("RetentionInDays" in log for log in of_type(stack, "AWS::Logs::LogGroup").values())
    for function in of_type(stack, "AWS::Lambda::Function").values():
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": "FunctionsLog"}


def test_with_a_database_and_a_cache_at_hand_neither_is_made() -> None:
    made = {resource["Type"].split("::")[1] for resource in EXISTING["Resources"].values()}

    assert not made & {"RDS", "ElastiCache"}
