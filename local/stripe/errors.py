"""How this Stripe refuses: the error objects of its API, in Stripe's words where those are known.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes
"""

from local.http_server import Refusal, Reply
from local.stripe.message import as_json


class ApiError(Refusal):
    """A refusal, sent as it stands."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        told = {"code": code, "message": message, "param": param, "type": kind}
        self._error = {name: value for name, value in told.items() if value is not None}

    def reply(self) -> Reply:
        return as_json(self.status, {"error": self._error})


class InvalidParameter(ApiError):
    """The parameters are wrong, so that the request is not even begun: its idempotency key stays unused."""

    def __init__(self, message: str, param: str, code: str | None = None) -> None:
        super().__init__(message, code=code, param=param)


def no_such(kind: str, identifier: str, param: str = "id") -> ApiError:
    """Also for an object of another account: what exists elsewhere is not told."""
    return ApiError(f"No such {kind}: '{identifier}'", status=404, code="resource_missing", param=param)


def no_access(account: str) -> ApiError:
    """Stripe does not tell whether such an account exists, either."""
    message = f"The provided key does not have access to account '{account}' (or that account does not exist)."
    return ApiError(f"{message} Application access may have been revoked.", status=403, code="account_invalid")
