"""What a deployment decides, read from the environment once and checked when it is read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from lectern.secrets import secret_text


class SettingMissing(RuntimeError):
    """A setting without which nothing can work; raised when it is first needed, at the start of an environment."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Times are in seconds."""

    url: str
    max_connections: int = 20
    idle_seconds: float = 30.0
    connect_seconds: float = 5.0
    statement_seconds: float = 10.0
    transaction_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class StripeSettings:
    """`api_base` is None for Stripe itself; `livemode` tells real money from test money."""

    secret_key: str = field(repr=False)
    livemode: bool
    api_base: str | None


@cache
def database_settings() -> DatabaseSettings:
    return DatabaseSettings(url=_secret("DATABASE_URL", "DATABASE_SECRET_ARN", os.environ))


@cache
def redis_url() -> str | None:
    """None when the deployment has no Redis: everything works without, only slower."""
    return os.environ.get("REDIS_URL") or None


def allowed_origins() -> tuple[str, ...]:
    """Of the deployment's own web pages; `*` among them stands for any. Empty when it names none."""
    named = os.environ.get("ALLOWED_ORIGINS", "").split(",")
    return tuple(origin.strip() for origin in named if origin.strip())


@cache
def token_key() -> bytes:
    """The key from which the tokens that we hand out are derived."""
    return _secret("TOKEN_KEY", "TOKEN_KEY_SECRET_ARN", os.environ).encode()


@cache
def stripe_settings() -> StripeSettings:
    """The platform's key, with which each call names the connected account that it is for."""
    return StripeSettings(
        secret_key=_secret("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_ARN", os.environ),
        livemode=stripe_livemode(),
        api_base=os.environ.get("STRIPE_API_BASE") or None,
    )


@cache
def stripe_livemode() -> bool:
    mode = os.environ.get("STRIPE_MODE", "")
    if mode not in ("live", "test"):
        raise SettingMissing("Set STRIPE_MODE to live or to test, as the key and the webhook's secrets are.")
    return mode == "live"


@cache
def webhook_secrets() -> tuple[str, ...]:
    """Every secret that may sign an event now: while one is being rotated there are two. White space parts them."""
    secrets = tuple(_secret("STRIPE_WEBHOOK_SECRETS", "STRIPE_WEBHOOK_SECRETS_ARN", os.environ).split())
    if not secrets:
        raise SettingMissing(
            "Put the webhook's signing secret into the text of STRIPE_WEBHOOK_SECRETS_ARN's secret, or set"
            " STRIPE_WEBHOOK_SECRETS."
        )
    return secrets


def queue_url(job: str) -> str:
    """Of the queue that has a job's messages; `job` as its name is spelled in settings."""
    return _text(f"QUEUE_URL_{job}")


def continuation_queue_url() -> str:
    """Of the queue by which the dispatcher tells itself where to go on."""
    return _text("CONTINUATION_QUEUE_URL")


def _text(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingMissing(f"Set {name}.")
    return value


def _secret(plain: str, arn: str, environment: Mapping[str, str]) -> str:
    if value := environment.get(plain):
        return value
    if secret := environment.get(arn):
        return secret_text(secret)
    raise SettingMissing(f"Set {plain}, or {arn} to the ARN of a Secrets Manager secret whose text is that value.")
