"""How this Google refuses: the error objects of its Calendar API and of its OAuth endpoints, in their own words.

https://developers.google.com/workspace/calendar/api/guides/errors
https://developers.google.com/identity/protocols/oauth2/web-server#exchange-errors
"""

import json
from typing import Any

from local.http_server import Refusal, Reply


class GoogleError(Refusal):
    """Sent as it stands."""

    def __init__(self, status: int, document: dict[str, Any], message: str) -> None:
        super().__init__(message)
        self.status = status
        self._document = document

    def reply(self) -> Reply:
        return as_json(self.status, self._document)


class ApiError(GoogleError):
    """Of the Calendar API; `location` names the parameter or header that is wrong."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        location_type: str = "parameter",
    ) -> None:
        error = {"domain": domain, "reason": reason, "message": message}
        if location:
            error |= {"locationType": location_type, "location": location}
        super().__init__(status, {"error": {"errors": [error], "code": status, "message": message}}, message)


class OauthError(GoogleError):
    """Of the token endpoint: https://datatracker.ietf.org/doc/html/rfc6749#section-5.2."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(status, {"error": code, "error_description": description}, description)


def invalid(location: str, message: str = "Invalid Value") -> ApiError:
    return ApiError(400, "invalid", message, location=location)


def required(message: str) -> ApiError:
    return ApiError(400, "required", message)


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Not Found")


def already_deleted() -> ApiError:
    return ApiError(410, "deleted", "Resource has been deleted")


def duplicate() -> ApiError:
    return ApiError(409, "duplicate", "The requested identifier already exists.")


def condition_not_met() -> ApiError:
    return ApiError(412, "conditionNotMet", "Precondition Failed", location="If-Match", location_type="header")


def invalid_credentials() -> ApiError:
    return ApiError(401, "authError", "Invalid Credentials", location="Authorization", location_type="header")


def full_sync_required() -> ApiError:
    message = "Sync token is no longer valid, a full sync is required."
    return ApiError(410, "fullSyncRequired", message, domain="calendar", location="syncToken")


def as_json(status: int, document: Any) -> Reply:  # noqa: ANN401 - any JSON value
    """Spaced as Google's own."""
    return Reply(status, json.dumps(document, indent=1), {"Content-Type": "application/json; charset=UTF-8"})
