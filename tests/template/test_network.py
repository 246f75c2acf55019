"""Nothing but the HTTP API can be reached from outside, and what the functions must reach, they can."""

from typing import Any

import pytest

from tests.template.stacks import EXISTING, OWN, in_both, named, of_type
from tests.template.test_permissions import LISTS, listed

GROUPS = of_type(OWN, "AWS::EC2::SecurityGroup")
ENDPOINTS = {
    named(each["ServiceName"]).rpartition(".")[2]: each for each in of_type(OWN, "AWS::EC2::VPCEndpoint").values()
}
# An endpoint's name, by what permissions call its service.
SERVICES = {"secretsmanager": "secretsmanager", "sqs": "sqs", "cloudwatch": "monitoring"}
ALLOWED = {action for actions in LISTS.values() for action in actions}


@in_both
def test_nobody_outside_the_network_is_let_in(stack: dict[str, Any]) -> None:
    inline = [rule for group in of_type(stack, "AWS::EC2::SecurityGroup").values() for rule in ingress(group)]
    rules = [*inline, *of_type(stack, "AWS::EC2::SecurityGroupIngress").values()]

    assert rules
    assert {named(rule.get("SourceSecurityGroupId")) for rule in rules} == {"FunctionsGroup"}
    assert not any("CidrIp" in rule or "CidrIpv6" in rule for rule in rules)


def ingress(group: dict[str, Any]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = group.get("SecurityGroupIngress", [])
    return rules


def test_nothing_connects_to_a_function() -> None:
    assert not ingress(GROUPS["FunctionsGroup"])


@in_both
def test_the_functions_go_out_by_https_to_anybody_and_else_to_the_database_and_the_cache(stack: dict[str, Any]) -> None:
    rules = of_type(stack, "AWS::EC2::SecurityGroup")["FunctionsGroup"]["SecurityGroupEgress"]

    assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(443, 443), (5432, 5432), (6379, 6379)]
    assert [rule.get("CidrIp") for rule in rules] == ["0.0.0.0/0", None, None]


@pytest.mark.parametrize("name", ["DatabaseGroup", "CacheGroup", "EndpointsGroup"])
def test_what_only_answers_opens_no_connection(name: str) -> None:
    assert {rule["CidrIp"] for rule in GROUPS[name]["SecurityGroupEgress"]} == {"127.0.0.1/32"}


def test_every_function_lies_in_the_private_subnets() -> None:
    for function in of_type(OWN, "AWS::Lambda::Function").values():
        assert [named(each) for each in function["VpcConfig"]["SubnetIds"]] == ["PrivateSubnetA", "PrivateSubnetB"]


def test_the_database_and_the_cache_lie_there_too() -> None:
    [database] = of_type(OWN, "AWS::RDS::DBSubnetGroup").values()
    [cache] = of_type(OWN, "AWS::ElastiCache::SubnetGroup").values()

    assert {named(each) for each in database["SubnetIds"] + cache["SubnetIds"]} == {"PrivateSubnetA", "PrivateSubnetB"}
    assert not any(each["PubliclyAccessible"] for each in of_type(OWN, "AWS::RDS::DBInstance").values())


def test_a_private_subnet_has_its_way_out_through_a_nat_and_no_other() -> None:
    tables = {named(each["RouteTableId"]) for each in associations("PrivateSubnetA", "PrivateSubnetB")}
    routes = [each for each in of_type(OWN, "AWS::EC2::Route").values() if named(each["RouteTableId"]) in tables]

    assert {named(each["NatGatewayId"]) for each in routes} == {"NatA", "NatB"}
    assert not any("GatewayId" in each for each in routes)


def associations(*subnets: str) -> list[dict[str, Any]]:
    every = of_type(OWN, "AWS::EC2::SubnetRouteTableAssociation").values()
    return [each for each in every if named(each["SubnetId"]) in subnets]


def test_each_service_of_aws_that_a_function_asks_has_an_endpoint() -> None:
    asked = {SERVICES[action.partition(":")[0]] for action in ALLOWED}

    # And where CloudFormation waits for the migrations' answer.
    assert set(ENDPOINTS) == {*asked, "s3"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_endpoint_lets_pass_what_the_functions_may_do_and_nothing_else(service: str) -> None:
    [statement] = ENDPOINTS[SERVICES[service]]["PolicyDocument"]["Statement"]

    assert set(listed(statement["Action"])) == {action for action in ALLOWED if action.startswith(f"{service}:")}
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("service", SERVICES.values())
def test_the_functions_find_an_endpoint_by_the_service_s_own_name(service: str) -> None:
    endpoint = ENDPOINTS[service]

    assert endpoint["PrivateDnsEnabled"] is True
    assert {named(each) for each in endpoint["SubnetIds"]} == {"PrivateSubnetA", "PrivateSubnetB"}
    [group] = endpoint["SecurityGroupIds"]
    [rule] = ingress(GROUPS[named(group)])
    assert (named(rule["SourceSecurityGroupId"]), rule["FromPort"], rule["ToPort"]) == ("FunctionsGroup", 443, 443)


def test_s3_takes_the_migrations_answer_and_gives_calendars_that_lie_there() -> None:
    statements = ENDPOINTS["s3"]["PolicyDocument"]["Statement"]

    assert {each["Action"]: named(each["Resource"]) for each in statements} == {
        "s3:PutObject": "arn:${AWS::Partition}:s3:::cloudformation-custom-resource-response-*/*",
        "s3:GetObject": "*",
    }
    assert {named(each) for each in ENDPOINTS["s3"]["RouteTableIds"]} == {"PrivateRoutesA", "PrivateRoutesB"}


@in_both
def test_the_migrations_wait_until_the_database_lets_them_in(stack: dict[str, Any]) -> None:
    assert stack["Resources"]["Schema"]["DependsOn"] == "DatabaseLetsFunctionsIn"


def test_and_until_there_are_a_database_and_the_ways_to_secrets_and_to_cloudformation() -> None:
    needs = {named(each) for each in OWN["Resources"]["Schema"]["Properties"]["Needs"]}

    ways = {"SecretsManagerEndpoint", "S3Endpoint", "PrivateRoutesOfA", "PrivateRoutesOfB"}
    assert needs == {"DatabaseInstanceA", *ways}
    assert not EXISTING["Resources"]["Schema"]["Properties"]["Needs"]


def test_in_an_existing_network_none_is_made() -> None:
    made = {resource["Type"] for resource in EXISTING["Resources"].values() if "EC2" in resource["Type"]}

    assert made == {"AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"}


@in_both
def test_the_log_of_requests_names_no_address_and_no_path(stack: dict[str, Any]) -> None:
    [stage] = of_type(stack, "AWS::ApiGatewayV2::Stage").values()
    logged = stage["AccessLogSettings"]["Format"]

    assert "$context.requestId" in logged
    for personal in ("identity", "path", "authorizer", "userAgent", "$context.domain"):
        assert personal not in logged


@in_both
def test_requests_are_bounded(stack: dict[str, Any]) -> None:
    [stage] = of_type(stack, "AWS::ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
