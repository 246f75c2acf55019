"""Lists a page at a time: a cursor says after which row the next page begins, so every page costs the same."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import TypeAdapter, ValidationError

from lectern.errors import Invalid

LARGEST_PAGE = 100

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many to answer at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=1000, pattern=r"^[A-Za-z0-9_=-]+$", description="`next` of the page before."),
]


class Place[Key]:
    """The place in one list's order, as the cursor that a client hands back."""

    def __init__(self, of: type[Key]) -> None:
        self._key: TypeAdapter[Key] = TypeAdapter(of)

    def cursor(self, key: Key | None) -> str | None:
        return None if key is None else urlsafe_b64encode(self._key.dump_json(key)).decode()

    def after(self, cursor: str | None) -> Key | None:
        """Raises Invalid `invalid_cursor` for what is no cursor of this list."""
        if cursor is None:
            return None
        try:
            return self._key.validate_json(urlsafe_b64decode(cursor))
        except (binascii.Error, ValidationError) as error:
            raise Invalid(
                "invalid_cursor", "Use the `next` of the page before as it is, or none.", field="cursor"
            ) from error
