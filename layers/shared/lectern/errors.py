"""What can go wrong for a caller, as a few kinds with a stable code.

The rule that is broken raises the kind; one table at each edge turns kinds into HTTP statuses or into retry and drop.
"""


class LecternError(Exception):
    """Its text tells the caller what to do next; `code` never changes once published; `facts` go with it as JSON."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts


class Invalid(LecternError):
    """The request can never succeed as it stands."""


class Unauthenticated(LecternError):
    """Nobody, or nobody we know, is asking."""


class NotFound(LecternError):
    """There is no such thing, or it is another tenant's."""


class Conflict(LecternError):
    """The state of things forbids it now."""


class Stale(LecternError):
    """What the caller last read has changed since."""


class TooMany(LecternError):
    """Too much was asked; `retry_after` in its facts is in seconds."""


class Unavailable(LecternError):
    """Something we need does not answer; nothing was changed."""
