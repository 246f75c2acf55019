"""Checks of what a request gives: each takes a value and its name, answers it typed, or raises `InvalidParameter`.

An endpoint names the parameters that Lectern uses; Stripe knows more of them, and here they are refused as unknown
instead of being taken and ignored.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from local.stripe.errors import InvalidParameter
from local.stripe.form import Value

type Check = Callable[[Value, str], Any]

# https://docs.stripe.com/metadata
MAX_KEYS, MAX_KEY, MAX_VALUE = 50, 40, 500


def text(value: Value, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(f"Invalid string: {value}", name)
    if not value:
        advice = f"You should remove '{name}' from your request or supply a non-empty value."
        message = f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter"
        raise InvalidParameter(
            f"{message}; however '{name}' cannot be unset. {advice}", name, "parameter_invalid_empty"
        )
    return value


def short(limit: int) -> Check:
    """Text of at most so many characters."""

    def check(value: Value, name: str) -> str:
        given = text(value, name)
        if len(given) > limit:
            raise InvalidParameter(f"Invalid string: must be at most {limit} characters", name)
        return given

    return check


def url(value: Value, name: str) -> str:
    given = text(value, name)
    address = urlsplit(given)
    if address.scheme not in {"http", "https"} or not address.netloc or not given.isprintable() or " " in given:
        raise InvalidParameter("Not a valid URL", name, "url_invalid")
    return given


def integer(value: Value, name: str) -> int:
    try:
        return int(text(value, name))
    except ValueError:
        raise InvalidParameter(f"Invalid integer: {value}", name, "parameter_invalid_integer") from None


def between(low: int, high: int) -> Check:
    def check(value: Value, name: str) -> int:
        number = integer(value, name)
        if low <= number <= high:
            return number
        bound = f"greater than or equal to {low}" if number < low else f"less than or equal to {high}"
        message = f"This value must be {bound} (it currently is '{number}')."
        raise InvalidParameter(message, name, "parameter_invalid_integer")

    return check


def flag(value: Value, name: str) -> bool:
    return bool(one_of("true", "false")(value, name) == "true")


def one_of(*choices: str) -> Check:
    def check(value: Value, name: str) -> str:
        given = text(value, name)
        if given not in choices:
            raise InvalidParameter(f"Invalid {name}: must be one of {', '.join(choices)}", name)
        return given

    return check


def currency(value: Value, name: str) -> str:
    code = text(value, name)
    if not (len(code) == len("eur") and code.isascii() and code.isalpha()):
        raise InvalidParameter(f"Invalid currency: {code}.", name)
    return code.lower()


def metadata(value: Value, name: str) -> dict[str, str]:
    """Up to 50 texts of up to 500 characters; an empty one unsets its key."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise InvalidParameter("Invalid object", name)
    if len(value) > MAX_KEYS:
        raise InvalidParameter(f"You can have up to {MAX_KEYS} metadata keys.", name)
    for key in value:
        if len(key) > MAX_KEY:
            raise InvalidParameter(f"Metadata keys can have up to {MAX_KEY} characters: {key}", f"{name}[{key}]")
    checked = short(MAX_VALUE)
    return {key: checked(given, f"{name}[{key}]") for key, given in value.items() if given != ""}


def each(check: Check) -> Check:
    def checked(value: Value, name: str) -> list[Any]:
        if not isinstance(value, dict) or not all(place.isdecimal() for place in value):
            raise InvalidParameter("Invalid array", name)
        return [check(value[place], f"{name}[{place}]") for place in sorted(value, key=int)]

    return checked


def group(required: dict[str, Check] | None = None, /, **optional: Check) -> Check:
    """Named parameters; the answer has those that were given."""
    required = required or {}
    known = required | optional

    def checked(value: Value, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidParameter("Invalid object", name)
        for key in value:
            if key not in known:
                raise InvalidParameter(f"Received unknown parameter: {key}", _inside(name, key), "parameter_unknown")
        for key in required:
            if key not in value:
                full = _inside(name, key)
                raise InvalidParameter(f"Missing required param: {full}.", full, "parameter_missing")
        return {key: known[key](given, _inside(name, key)) for key, given in value.items()}

    return checked


def _inside(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


NOTHING = group()
