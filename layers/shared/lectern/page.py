"""One page of a list that is read by keyset: the last row tells where the next page begins, not a count."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[Item, Key]:
    """`next` is what to ask for after this page, None at the end of the list."""

    items: list[Item]
    next: Key | None


def page_of[Item, Key](rows: list[Item], limit: int, key: Callable[[Item], Key]) -> Page[Item, Key]:
    """The page in `rows`, read with `limit + 1`: the row too many only tells that there is more."""
    items = rows[:limit]
    return Page(items, key(items[-1]) if len(rows) > limit else None)
