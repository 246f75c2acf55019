"""Hours as a caller writes them, checked by the engine that will expand them."""

from lectern.errors import Invalid
from lectern.slots import Hours


def checked_hours(start_minute: int, end_minute: int, field: str) -> Hours:
    """Raises Invalid `invalid_hours` that names `field`, where the request holds these hours."""
    try:
        return Hours(start_minute, end_minute)
    except ValueError as error:
        raise Invalid("invalid_hours", f"{field}: {error}.", field=field) from error
