"""An item of content: what its teacher decides about it, and which decisions make no sense."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from lectern.errors import Invalid

type Kind = Literal["material", "lesson_note"]


@dataclass(frozen=True, slots=True)
class ContentDetails:
    """`url` is where a file lies, with https, or `body` is the text: one of the two. A note is of a session."""

    kind: Kind
    title: str
    url: str | None = None
    body: str | None = None
    session_id: UUID | None = None


class ContentChanges(TypedDict, total=False):
    """What is to change. A `url` takes the place of a text, and a `body` that of an address."""

    title: str
    url: str
    body: str


@dataclass(frozen=True, slots=True)
class ContentItem:
    """As stored."""

    id: UUID
    kind: str
    title: str
    url: str | None
    body: str | None
    session_id: UUID | None
    created_at: datetime
    updated_at: datetime


def refuse_senseless(details: ContentDetails) -> None:
    """Raises Invalid `url_or_body` or `session_of_note`, which name the fields."""
    if (details.url is None) == (details.body is None):
        raise url_or_body()
    if (details.kind == "lesson_note") != (details.session_id is not None):
        raise Invalid(
            "session_of_note", "A lesson note is of a session, and a material of none.", fields=["kind", "session_id"]
        )


def url_or_body() -> Invalid:
    return Invalid("url_or_body", "Give the address of a file, or a text; not both.", fields=["url", "body"])
