"""Signatures are held against Stripe's own verification, in its SDK."""

from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from stripe import SignatureVerificationError, WebhookSignature

from lectern.payments.signature import TOLERANCE_SECONDS, is_from_stripe
from tests.builders import NOW
from tests.webhooks.delivery import signature

AT = int(NOW.timestamp())

secrets = st.sampled_from(["whsec_a", "whsec_b", "ключ"])
bodies = st.sampled_from(["", "{}", '{"a": 1}', "grüße", "1.{}"])
# None in the future, which the SDK lets pass and we do not.
times = st.sampled_from([0, 1, TOLERANCE_SECONDS, TOLERANCE_SECONDS + 1, 10**6]).map(
    lambda s: NOW - timedelta(seconds=s)
)
noise = st.sampled_from(["v0=abc", "v1=abc", "v1=", "t=1", "scheme=v1", ""])


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, str]:
    """A body and a header: right ones, and those whose parts were lost, added, moved or are of another body."""
    body = draw(bodies)
    signed = draw(st.just(body) | st.just(body) | bodies)
    parts = signature(signed.encode(), draw(times), *draw(st.lists(secrets, min_size=1, max_size=3))).split(",")
    parts += draw(st.lists(noise, max_size=2))
    parts = draw(st.just(parts) | st.permutations(parts))
    return body, draw(st.sampled_from([",", ",", ",", ", "])).join(parts[draw(st.sampled_from([0, 0, 0, 1])) :])


def sdk_takes(body: str, header: str, known: Sequence[str]) -> bool:
    """The SDK tries one secret at a time."""
    return any(_verifies(body, header, secret) for secret in known)


def _verifies(body: str, header: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS))
    except SignatureVerificationError:
        return False


@given(deliveries(), st.lists(secrets, min_size=1, max_size=2))
@settings(max_examples=500)
def test_we_and_the_sdk_agree_on_every_signature(delivery: tuple[str, str], known: list[str]) -> None:
    body, header = delivery
    with patch("time.time", return_value=float(AT)):
        expected = sdk_takes(body, header, known)

    assert is_from_stripe(body.encode(), header, known, NOW) == expected


@given(st.binary(max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_no_byte_of_a_body_can_be_changed(body: bytes, place: int, change: int) -> None:
    header = signature(body, NOW, "whsec_a")
    touched = bytes(byte ^ change if at == place % max(len(body), 1) else byte for at, byte in enumerate(body))

    assert is_from_stripe(body, header, ["whsec_a"], NOW)
    assert is_from_stripe(touched, header, ["whsec_a"], NOW) == (touched == body)
