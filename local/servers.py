"""The servers that the functions work with: PostgreSQL, Valkey, SQS with the template's queues, a Stripe and a Google.

They are started here, or the environment names them; then they are never stopped here either. Whoever runs the
functions finds out here what each must be told.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

import psycopg

from lectern import schema
from local import template
from local.errors import StartError
from local.google import LocalGoogle
from local.postgres import Postgres
from local.sqs import LocalSqs
from local.state import CHECKOUT, kept_secret, state_folder
from local.stripe import LocalStripe
from local.template import Function
from local.valkey import Valkey

# What a function reads from Secrets Manager in AWS, it is told directly here, and only that.
TOLD_DIRECTLY = {
    "DATABASE_SECRET_ARN": "DATABASE_URL",
    "DATABASE_OWNER_SECRET_ARN": "DATABASE_OWNER_URL",
    "TOKEN_KEY_SECRET_ARN": "TOKEN_KEY",
    "STRIPE_SECRET_KEY_ARN": "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS_ARN": "STRIPE_WEBHOOK_SECRETS",
    "GOOGLE_CLIENT_SECRET_ARN": "GOOGLE_CLIENT_SECRET",
    "METRICS_TOKEN_SECRET_ARN": "METRICS_TOKEN",
}
# Where these are is told only here: anywhere else, they are where everybody knows them to be.
TOLD_AS_WELL = {
    "STRIPE_SECRET_KEY": ("STRIPE_API_BASE",),
    "GOOGLE_CLIENT_SECRET": ("GOOGLE_API_BASE", "GOOGLE_OAUTH_BASE"),
}
# Whoever sends to a queue finds it here, with credentials that nobody checks.
QUEUE_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local"}
TEMPLATE = CHECKOUT / "template.yaml"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where they are; None where a server of somebody else's is used."""

    owner_url: str
    app_url: str
    redis_url: str
    postgres: Postgres | None
    valkey: Valkey | None
    stripe: LocalStripe | None
    google: LocalGoogle | None
    sqs: LocalSqs
    queue_urls: Mapping[str, str]
    _values: Mapping[str, str]

    @classmethod
    @contextmanager
    def start(
        cls,
        *,
        api_url: str | None = None,
        keep: bool = False,
        queue_speed: float = 1,
        environ: Mapping[str, str] = os.environ,
    ) -> Iterator[Self]:
        """Run them for the length of a `with`, a database of our own still without its schema; raises `StartError`.

        `api_url` is where the API will be, for webhooks to be sent to. `keep` keeps the data from one run to the next,
        safe on disk; messages are never kept, and come back `queue_speed` times faster than they are put off for.
        `environ` may name servers: DATABASE_URL (as lectern_app) with DATABASE_OWNER_URL, REDIS_URL, STRIPE_SECRET_KEY
        (of test mode) with STRIPE_WEBHOOK_SECRETS, and GOOGLE_CLIENT_ID with GOOGLE_CLIENT_SECRET.
        """
        with ExitStack() as parts:
            postgres, owner_url, app_url = _database(parts, environ, keep=keep)
            valkey, redis_url = _cache(parts, environ)
            sqs = parts.enter_context(LocalSqs(speed=queue_speed))
            stripe, stripe_values = _stripe(parts, environ, api_url, keep=keep)
            google, google_values = _google(parts, environ, api_url, keep=keep)
            values = {
                "DATABASE_URL": app_url,
                "DATABASE_OWNER_URL": owner_url,
                "REDIS_URL": redis_url,
                "TOKEN_KEY": kept_secret(state_folder() / "token_key"),
                "METRICS_TOKEN": kept_secret(state_folder() / "metrics_token"),
                "ALLOWED_ORIGINS": "*",
                "LOG_LEVEL": environ.get("LOG_LEVEL", "INFO"),
                "AWS_ENDPOINT_URL_SQS": sqs.url,
                **QUEUE_CREDENTIALS,
                **stripe_values,
                **google_values,
            }
            queue_urls = _queue_urls(sqs)
            yield cls(owner_url, app_url, redis_url, postgres, valkey, stripe, google, sqs, queue_urls, values)

    def migrate(self) -> None:
        """Bring the database's schema up to date; raises `StartError`."""
        try:
            schema.apply(self.owner_url, app_password=unquote(urlsplit(self.app_url).password or ""))
        except schema.SchemaChanged as error:
            advice = f"To start over without the data of earlier runs, remove {state_folder() / 'postgres'}."
            raise StartError(f"{error} {advice}") from error
        except psycopg.OperationalError as error:
            raise StartError(f"The database at DATABASE_OWNER_URL does not answer: {error}") from error

    def functions(self) -> tuple[Function, ...]:
        """The template's functions, which know the queues by their URLs here."""
        return template.functions(TEMPLATE, references=self.queue_urls)

    def variables(self, function: Function) -> dict[str, str]:
        """The environment variables with which a function of ours finds the servers."""
        given = {name: value for name, value in function.environment.items() if value is not None}
        asked = {TOLD_DIRECTLY.get(name, name) for name in function.environment}
        for name, more in TOLD_AS_WELL.items():
            asked.update(more if name in asked else ())
        if any(value.startswith(self.sqs.url) for value in given.values()):
            asked |= {"AWS_ENDPOINT_URL_SQS", *QUEUE_CREDENTIALS}
        return given | {name: value for name, value in self._values.items() if name in asked}


def _database(parts: ExitStack, environ: Mapping[str, str], *, keep: bool) -> tuple[Postgres | None, str, str]:
    app_url, owner_url = environ.get("DATABASE_URL"), environ.get("DATABASE_OWNER_URL")
    if app_url and owner_url:
        return None, owner_url, app_url
    if app_url or owner_url:
        raise StartError("Set both DATABASE_URL (role lectern_app) and DATABASE_OWNER_URL (its owner), or neither.")
    postgres = Postgres(state_folder() / "postgres") if keep else Postgres.temporary()
    parts.enter_context(postgres)
    return postgres, postgres.owner_url, postgres.app_url


def _cache(parts: ExitStack, environ: Mapping[str, str]) -> tuple[Valkey | None, str]:
    if url := environ.get("REDIS_URL"):
        return None, url
    valkey = parts.enter_context(Valkey())
    return valkey, valkey.url


def _stripe(
    parts: ExitStack, environ: Mapping[str, str], api_url: str | None, *, keep: bool
) -> tuple[LocalStripe | None, dict[str, str]]:
    key, secrets = environ.get("STRIPE_SECRET_KEY"), environ.get("STRIPE_WEBHOOK_SECRETS")
    if key and secrets:
        return None, {"STRIPE_SECRET_KEY": key, "STRIPE_WEBHOOK_SECRETS": secrets, "STRIPE_MODE": "test"}
    if key or secrets:
        raise StartError(
            "Set both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS (what `stripe listen` prints), or none."
        )
    stripe = parts.enter_context(LocalStripe(kept_in=state_folder() / "stripe.json" if keep else None))
    stripe.webhook_url = f"{api_url}/v1/webhooks/stripe" if api_url else None
    # Whoever serves for a while gets webhooks as they come; a demo says itself when, and how often.
    stripe.auto_deliver = keep
    return stripe, {
        "STRIPE_SECRET_KEY": stripe.api_key,
        "STRIPE_WEBHOOK_SECRETS": stripe.webhook_secret,
        "STRIPE_API_BASE": stripe.url,
        "STRIPE_MODE": "test",
    }


def _google(
    parts: ExitStack, environ: Mapping[str, str], api_url: str | None, *, keep: bool
) -> tuple[LocalGoogle | None, dict[str, str]]:
    client_id, client_secret = environ.get("GOOGLE_CLIENT_ID"), environ.get("GOOGLE_CLIENT_SECRET")
    if client_id and client_secret:
        # Google sends its notifications by HTTPS alone, so not to here.
        return None, {"GOOGLE_CLIENT_ID": client_id, "GOOGLE_CLIENT_SECRET": client_secret, "GOOGLE_PUSH_URL": ""}
    if client_id or client_secret:
        raise StartError("Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET (of your OAuth client), or none.")
    google = parts.enter_context(LocalGoogle(kept_in=state_folder() / "google.json" if keep else None))
    google.auto_deliver = keep
    return google, {
        "GOOGLE_CLIENT_ID": google.client_id,
        "GOOGLE_CLIENT_SECRET": google.client_secret,
        "GOOGLE_API_BASE": google.url,
        "GOOGLE_OAUTH_BASE": google.url,
        "GOOGLE_PUSH_URL": f"{api_url}/v1/webhooks/google" if api_url else "",
    }


def _queue_urls(sqs: LocalSqs) -> dict[str, str]:
    urls = {}
    for queue in template.queues(TEMPLATE):
        urls[queue.name] = sqs.create_queue(queue.name, **queue.attributes)
        if queue.dead_letter_queue:
            arn = sqs.queue(queue.dead_letter_queue).arn
            policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": queue.most_receives})
            sqs.configure(queue.name, RedrivePolicy=policy)
    return urls
