"""The ids and tokens that Google makes up."""

import secrets

BASE32HEX = "0123456789abcdefghijklmnopqrstuv"


def new_event_id() -> str:
    return "".join(secrets.choice(BASE32HEX) for _ in range(26))


def new_token(prefix: str) -> str:
    return f"{prefix}{secrets.token_urlsafe(32)}"
