"""A part of a group of students as a percentage. Pure."""

# Of fewer, a percentage tells more about chance than about a business.
SMALLEST_COHORT = 5


def share_of_students(part: int, students: int) -> float | None:
    """To one decimal place; None of fewer students than SMALLEST_COHORT."""
    return percentage(part, students) if students >= SMALLEST_COHORT else None


def percentage(part: int, whole: int) -> float | None:
    """To one decimal place; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
