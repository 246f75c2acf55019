"""A part of a whole, to one decimal place."""


def percent(part: int, whole: int) -> float | None:
    """None of nothing: that nobody came is no answer to how many of them booked."""
    return round(100 * part / whole, 1) if whole else None
