"""A line of the table: what was measured, what came out, and the goal that it is held against."""

from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = ("measured", "figure", "goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """`holds` is None where there is no goal."""

    measured: str
    figure: str
    goal: str = ""
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        return {None: "", True: "met", False: "**missed**"}[self.holds]


def table(rows: Iterable[Row]) -> str:
    """In Markdown, its columns as wide as what is in them."""
    cells = [_HEAD, *((row.measured, row.figure, row.goal, row.verdict) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    rule = " | ".join("-" * width for width in widths)
    return "".join(f"| {line} |\n" for line in (lines[0], rule, *lines[1:]))
