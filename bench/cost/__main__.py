"""Prints the tables of docs/cost.md and docs/sharding.md; tests hold the pages to them."""

import math

from bench.cost.bill import bill
from bench.cost.limits import acu_at_peak, limits, parameters
from bench.cost.stack import Stack, template

SIZES = (50, 500, 10_000, 1_000_000)
# A stack of its own for each so many, beyond them: docs/sharding.md.
CELL = 50_000


def tables() -> str:
    return f"{_costs()}\n{_stages()}\n{_limits()}"


def _costs() -> str:
    lines = [
        "| teachers | stacks | a month | each | functions | API, queues | database | cache | network | watching |",
        "|" + " ---: |" * 10,
    ]
    for teachers in SIZES:
        stacks = math.ceil(teachers / CELL)
        one = bill(teachers // stacks, Stack.by_default())
        parts = (one.functions, one.api_and_queues, one.database, one.cache, one.network, one.watching)
        shares = " | ".join(f"{part / one.total:.0%}" for part in parts)
        total = stacks * one.total
        lines.append(f"| {teachers:,} | {stacks} | ${total:,.0f} | ${total / teachers:.3f} | {shares} |")
    return "\n".join(lines) + "\n"


def _stages() -> str:
    """What samconfig.toml makes of the same, for as many as one stack carries."""
    sizes = [teachers for teachers in SIZES if teachers <= CELL]
    titles = " | ".join(f"{teachers:,}" for teachers in sizes)
    lines = [f"| as | {titles} teachers |", "| --- |" + " ---: |" * len(sizes)]
    for stage in ("dev", "prod"):
        totals = " | ".join(_total(teachers, Stack.of(stage)) for teachers in sizes)
        lines.append(f"| `{stage}` | {totals} |")
    return "\n".join(lines) + "\n"


def _total(teachers: int, stack: Stack) -> str:
    return f"${bill(teachers, stack).total:,.0f}" if acu_at_peak(teachers) <= stack.most_acu else "too many"


def _limits() -> str:
    sizes = " | ".join(f"{teachers:,}" for teachers in SIZES)
    lines = [f"| limit | there is | {sizes} teachers | met at about |", "| --- |" + " ---: |" * (len(SIZES) + 2)]
    for limit in limits(SIZES[-1]):
        used = [next(each.used for each in limits(teachers) if each.name == limit.name) for teachers in SIZES]
        met = float(f"{SIZES[-1] / limit.used:.2g}")
        shares = " | ".join(f"{share:.0%}" for share in used)
        lines.append(f"| {limit.name} | {limit.available:,.0f} | {shares} | {met:,.0f} |")
    return "\n".join(lines) + "\n"


def of_a_cell() -> str:
    """What the template's parameters must be for a full cell, and for one that has grown to twice as many."""
    lines = [f"| parameter | by default | {CELL:,} | {2 * CELL:,} teachers |", "| --- |" + " ---: |" * 3]
    twice = parameters(2 * CELL)
    for name, least in sorted(parameters(CELL).items()):
        default = template()["Parameters"][name]["Default"]
        lines.append(f"| `{name}` | {default} | {max(default, least)} | {max(default, twice[name])} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(tables(), of_a_cell(), sep="\n", end="")
