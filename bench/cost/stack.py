"""What a bill depends on of a deployment's parameters: the template's defaults, and what samconfig.toml changes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from local.state import CHECKOUT
from local.template import load

# Below this many capacity units an instance does not stay, while its statements are sampled:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
ACU_WITH_INSIGHTS = 2.0


@dataclass(frozen=True, slots=True)
class Stack:
    """`zones` have a NAT gateway, a database instance and a cache node each; endpoints lie in two zones always."""

    zones: int
    least_acu: float
    most_acu: float
    cache_node: str
    backup_days: int
    log_days: int

    @classmethod
    def by_default(cls) -> Self:
        return cls.having({})

    @classmethod
    def of(cls, stage: str) -> Self:
        """As `sam deploy --config-env` of that name makes it."""
        deploy = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())[stage]["deploy"]["parameters"]
        return cls.having(dict(each.split("=", 1) for each in deploy["parameter_overrides"]))

    @classmethod
    def having(cls, overrides: Mapping[str, str]) -> Self:
        defaults = {name: each.get("Default") for name, each in template()["Parameters"].items()}
        value = {**defaults, **overrides}
        floor = ACU_WITH_INSIGHTS if value["DatabaseInsights"] == "on" else 0.0
        return cls(
            zones=2 if value["Redundancy"] == "two-zones" else 1,
            least_acu=max(float(value["DatabaseMinCapacity"]), floor),
            most_acu=float(value["DatabaseMaxCapacity"]),
            cache_node=str(value["CacheNodeType"]),
            backup_days=int(value["BackupDays"]),
            log_days=int(value["LogDays"]),
        )


@cache
def template() -> Mapping[str, Any]:
    return load(CHECKOUT / "template.yaml")
