"""Why a student is where they are, in a form that a program can put into any language's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`value` is what was found and `limit` what it was held against, in the unit of the code: days or a number.

    `points` is what it adds to the risk score, 0 for what only explains a stage.
    """

    code: str
    value: float | None = None
    limit: float | None = None
    points: int = 0
