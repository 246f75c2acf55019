"""What a deployment decides, read from the environment once and checked when it is read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from lectern.connection_string import from_secret
from lectern.secrets import secret_text, text_before, text_now


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


@dataclass(frozen=True, slots=True)
class GoogleSettings:
    """Of our OAuth client. Both bases are None for Google itself; without `push_url`, calendars are only polled."""

    client_id: str
    client_secret: str = field(repr=False)
    api_base: str | None
    oauth_base: str | None
    push_url: str | None


@cache
def database_settings() -> DatabaseSettings:
    return DatabaseSettings(url=from_secret(_secret("DATABASE_URL", "DATABASE_SECRET_ARN", os.environ)))


def database_url_instead(refused: str) -> str:
    """Of the same database while its password is being changed: the secret's new one, or what it was before.

    The secret is changed first and the role then, and environments know the one or the other, so that in between each
    of both may be the right one.
    """
    database_settings.cache_clear()
    arn = os.environ.get("DATABASE_SECRET_ARN")
    if not arn or os.environ.get("DATABASE_URL"):
        return refused
    now = from_secret(text_now(arn))
    return now if now != refused else from_secret(text_before(arn))


def database_owner_url() -> str:
    """Of the role that owns the tables; a secret that does not say where the database is means the functions' own."""
    text = _secret("DATABASE_OWNER_URL", "DATABASE_OWNER_SECRET_ARN", os.environ)
    return from_secret(text, server=database_settings().url)


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


def stripe_settings() -> StripeSettings:
    """The platform's key, with which each call names the connected account that it is for."""
    return StripeSettings(
        secret_key=_secret("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_ARN", os.environ),
        livemode=stripe_livemode(),
        api_base=os.environ.get("STRIPE_API_BASE") or None,
    )


def google_settings() -> GoogleSettings | None:
    """None when the deployment has no client at Google, and so offers no calendar."""
    client_id = os.environ.get("GOOGLE_CLIENT_ID")
    if not client_id:
        return None
    return GoogleSettings(
        client_id=client_id,
        client_secret=_secret("GOOGLE_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET_ARN", os.environ),
        api_base=os.environ.get("GOOGLE_API_BASE") or None,
        oauth_base=os.environ.get("GOOGLE_OAUTH_BASE") or None,
        push_url=os.environ.get("GOOGLE_PUSH_URL") or None,
    )


@cache
def stripe_livemode() -> bool:
    mode = os.environ.get("STRIPE_MODE", "")
    if mode not in ("live", "test"):
        raise SettingMissing("Set STRIPE_MODE to live or to test, as the key and the webhook's secrets are.")
    return mode == "live"


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
    """Of the queue that has the messages of the job with this name."""
    return _text(queue_variable(job))


def queue_variable(job: str) -> str:
    """The variable that tells it."""
    return f"QUEUE_URL_{job.upper().replace('-', '_')}"


def continuation_queue_url() -> str:
    """Of the queue by which the dispatcher tells itself where to go on."""
    return _text("CONTINUATION_QUEUE_URL")


def schedule_dead_letters_url() -> str:
    """Of the queue that has the schedules' events that could not be dispatched."""
    return _text("SCHEDULE_DEAD_LETTERS_URL")


def metrics_namespace() -> str:
    """In which CloudWatch keeps this deployment's own metrics, apart from another's in the same account."""
    return os.environ.get("METRICS_NAMESPACE") or "Lectern"


def cloudwatch_region() -> str | None:
    """Where CloudWatch watches the queues; None where it does not, as on the local stack."""
    return os.environ.get("CLOUDWATCH_REGION") or None


def metrics_token() -> bytes:
    """What whoever reads the metrics must show."""
    token = _secret("METRICS_TOKEN", "METRICS_TOKEN_SECRET_ARN", os.environ).strip()
    if not token:
        raise SettingMissing("The text of METRICS_TOKEN_SECRET_ARN's secret is empty: with it, anybody could read.")
    return token.encode()


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
