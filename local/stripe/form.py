"""Stripe's encoding of nested parameters: `a[b][0][c]=x`, in a body and in a query alike."""

from urllib.parse import parse_qsl

from local.stripe.errors import InvalidParameter

type Form = dict[str, Value]
type Value = str | Form


def decode(text: str) -> Form:
    """Mappings of mappings and strings; a list is a mapping from "0", "1"..., as its places are written.

    Raises `InvalidParameter` for members of what already is a value.
    """
    decoded: Form = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        into = decoded
        for part in outer:
            inner = into.setdefault(part, {})
            if isinstance(inner, str):
                raise InvalidParameter("Invalid object", name)
            into = inner
        # `types[]=a&types[]=b` leaves the counting to us.
        into[last or str(len(into))] = value
    return decoded
