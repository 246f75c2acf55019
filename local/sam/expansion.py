"""`python -m local.sam.expansion own`: template.yaml as CloudFormation would get it, with no need of an account.

SAM's own translator expands it. What its conditions leave out is left out, so that a check sees what would be there.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from samtranslator.intrinsics.resolver import IntrinsicsResolver
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local.environment import REGION
from local.sam.conditions import decided
from local.state import CHECKOUT

_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:"
_STRIPE = {"StripeSecretKeyArn": f"{_SECRET}key", "StripeWebhookSecretsArn": f"{_SECRET}signing"}
# The parameters of a stack that makes all that it needs, and of one that finds all that there can be.
DEPLOYMENTS: Mapping[str, Mapping[str, str]] = {
    "own": _STRIPE,
    "existing": {
        **_STRIPE,
        "VpcId": "vpc-0123456789abcdef0",
        "SubnetIds": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
        "DatabaseSecretArn": f"{_SECRET}database",
        "DatabaseOwnerSecretArn": f"{_SECRET}owner",
        "DatabaseSecurityGroupId": "sg-0123456789abcdef0",
        "RedisUrl": "rediss://cache.example:6379",
        "CacheSecurityGroupId": "sg-0123456789abcdef1",
        "GoogleClientId": "client",
        "GoogleClientSecretArn": f"{_SECRET}google",
        "AlarmTopicArn": f"arn:aws:sns:{REGION}:123456789012:alarms",
    },
}
# Where `sam deploy` puts the code says nothing about the stack.
_UPLOADED = "s3://bucket/key"


class _ManagedPolicies:
    """Those that SAM gives to functions, where it would ask IAM for their ARNs."""

    def load(self) -> dict[str, str]:
        of_services = (
            "AWSLambdaBasicExecutionRole",
            "AWSLambdaVPCAccessExecutionRole",
            "AWSLambdaSQSQueueExecutionRole",
            "AWSCodeDeployRoleForLambda",
        )
        arns = {name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in of_services}
        return {**arns, "AWSXrayWriteOnlyAccess": "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"}


def expand(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The plain template; a `Ref` to a parameter is left, with the value as its default."""
    return _translated(_declared(parameters, _UPLOADED))


def expand_with_values(parameters: Mapping[str, str], layer: str = _UPLOADED) -> dict[str, Any]:
    """The plain template with values in place of parameters, and so with the versions' names that a deployment has.

    `layer` is where the layer was uploaded to, which is another place when it is another layer.
    """
    document = _declared(parameters, layer)
    # As CloudFormation's transform of that name does; that it does so in Globals as well, no page of AWS's promises.
    if "AWS::LanguageExtensions" in document["Transform"]:
        values = {name: _value(each) for name, each in document["Parameters"].items()}
        document["Resources"] = IntrinsicsResolver(values).resolve_parameter_refs(document["Resources"])
    return _translated(document)


def _value(parameter: Mapping[str, Any]) -> str | float | list[str] | None:
    return parameter["Default"].split(",") if parameter["Type"] == "CommaDelimitedList" else parameter.get("Default")


def _declared(parameters: Mapping[str, str], layer: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml_parse((CHECKOUT / "template.yaml").read_text())
    document["Globals"]["Function"]["CodeUri"] = _UPLOADED
    document["Resources"]["SharedLayer"]["Properties"]["ContentUri"] = layer
    for name, value in parameters.items():
        document["Parameters"][name]["Default"] = value
    return document


def _translated(document: dict[str, Any]) -> dict[str, Any]:
    # The translator looks for it in the settings of whoever runs this, and finds it.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    return decided(transform(document, {}, _ManagedPolicies()))


if __name__ == "__main__":
    json.dump(expand(DEPLOYMENTS[sys.argv[1]]), sys.stdout, indent=1)
