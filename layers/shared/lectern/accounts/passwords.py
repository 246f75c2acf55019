"""Passwords, kept as argon2id hashes: 10 to 200 characters, of any kind."""

from functools import cache
from typing import TYPE_CHECKING

from lectern.errors import Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200

# Of nobody's password, with the parameters below: what a guess at an unknown e-mail address is compared with.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$MGJeonqjQ6DFd9BuI2RpYw$jHb5pGzXkTiVeSQUEpODsQvCwiGeZK05s0UbJS7R+2Q"


def require_good_length(password: str) -> None:
    """Raises Invalid `password_length`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            "password_length",
            f"Choose a password of {SHORTEST} to {LONGEST} characters.",
            fields=["password"],
        )


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is. Takes as long when there is no hash, lest the time tell who has an account."""
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - see _hasher

    try:
        _hasher().verify(password_hash or _NOBODYS, password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than a hash made today."""
    return _hasher().check_needs_rehash(password_hash)


@cache
def _hasher() -> "PasswordHasher":
    # Only who signs up or in pays for the import.
    from argon2 import PasswordHasher  # noqa: PLC0415

    # OWASP's Password Storage Cheat Sheet; one lane, for a function has hardly one processor.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
