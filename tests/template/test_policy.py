"""A rule of checkov's is off for a resource that says why, and for none that is still to come."""

from typing import Any

import yaml

from local.state import CHECKOUT
from tests.template.stacks import in_both

CONFIGURATION = yaml.safe_load((CHECKOUT / ".checkov.yaml").read_text())
# By a rule of checkov's, ours that asks no less.
IN_ITS_PLACE = {"CKV_AWS_27": "CKV2_LECTERN_1"}


def test_a_rule_is_off_for_all_resources_only_where_one_of_ours_takes_its_place() -> None:
    [folder] = CONFIGURATION["external-checks-dir"]
    ours = {yaml.safe_load(each.read_text())["metadata"]["id"] for each in (CHECKOUT / folder).glob("*.yaml")}

    assert set(CONFIGURATION["skip-check"]) == set(IN_ITS_PLACE)
    assert ours == set(IN_ITS_PLACE.values())


@in_both
def test_a_resource_that_a_rule_is_off_for_says_why(stack: dict[str, Any]) -> None:
    metadata = [each["Metadata"] for each in stack["Resources"].values() if "Metadata" in each]
    skipped = [skip for each in metadata for skip in each.get("checkov", {}).get("skip", [])]

    assert skipped
    assert all(skip["id"] and skip["comment"] for skip in skipped)
