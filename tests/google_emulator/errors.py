"""How Google says no: the two error envelopes, word for word (reference/google.md §6.2).

Sheets answers ``error.status`` and never ``errors[]``; Drive answers ``errors[]`` and gives a
``status`` only where the sign-in is at fault.
"""

import json
import re
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def read_json(data: bytes) -> Json:
    """Read a body; refuses one that is not a JSON object."""
    try:
        body = json.loads(data or b"{}", parse_constant=_no_number)
    except ValueError as error:
        raise sheets(400, "Invalid JSON payload received. Parser error.") from error
    if not isinstance(body, dict):
        raise sheets(
            400, 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        )
    if b"\\ud" in data.lower() and re.search(
        "[\ud800-\udfff]", json.dumps(body, ensure_ascii=False)
    ):
        raise unsupported("half a surrogate pair")
    return body


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class Refusal(Exception):
    """An answer that is an error: status, body, headers."""

    def __init__(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
_SHEETS_MESSAGE = {
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}
_CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_UNREGISTERED = (
    "Method doesn't allow unregistered callers (callers without established identity). Please "
    "use API Key or other form of API consumer identity to call this API."
)


def sheets(
    code: int, message: str = "", status: str = "", details: list[Json] | None = None
) -> Refusal:
    """Refuse as the Sheets API does."""
    error: Json = {
        "code": code,
        "message": message or _SHEETS_MESSAGE.get(code, "Request contains an invalid argument."),
        "status": status or _STATUS.get(code, "UNKNOWN"),
    }
    if details:
        error["details"] = details
    return Refusal(code, {"error": error})


def bad_field(field: str, description: str) -> Refusal:
    """Refuse a value of a Sheets request by the place it stands at."""
    details: list[Json] = [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": field, "description": description}],
        }
    ]
    return sheets(400, description, details=details)


def drive(
    code: int,
    reason: str,
    message: str,
    *,
    domain: str = "global",
    location: tuple[str, str] | None = None,
    outer: str = "",
    status: str = "",
) -> Refusal:
    """Refuse as the Drive API does; ``location`` is (locationType, location)."""
    item: Json = {"message": message, "domain": domain, "reason": reason}
    if location:
        item |= {"locationType": location[0], "location": location[1]}
    error: Json = {"code": code, "message": outer or message, "errors": [item]}
    if status:
        error["status"] = status
    return Refusal(code, {"error": error})


def no_file(file_id: str) -> Refusal:
    """Refuse a file that is not there, or that the caller may not see."""
    at = ("parameter", "fileId")
    return drive(404, "notFound", f"File not found: {file_id}.", location=at)


def not_allowed(file_id: str) -> Refusal:
    """Refuse a change to a file that the caller may only read."""
    message = f"The user does not have sufficient permissions for file {file_id}."
    return drive(403, "insufficientFilePermissions", message)


def bad_value(name: str, message: str = "Invalid Value") -> Refusal:
    """Refuse the value of a query parameter of Drive."""
    return drive(400, "invalid", message, location=("parameter", name))


def unauthenticated(family: str) -> Refusal:
    """Refuse a token that is unknown or has expired (reference/google.md §9.6)."""
    if family == "drive":
        at = ("header", "Authorization")
        refusal = drive(
            401,
            "authError",
            "Invalid Credentials",
            location=at,
            outer=_CREDENTIALS,
            status="UNAUTHENTICATED",
        )
    else:
        refusal = sheets(401, _CREDENTIALS)
    realm = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    refusal.headers["WWW-Authenticate"] = realm
    return refusal


def unregistered(family: str, method: str) -> Refusal:
    """Refuse a call without a token: reading is 403, all else 401 (reference/google.md §6.2)."""
    if method != "GET":
        return unauthenticated(family)
    if family == "sheets":
        return sheets(403, _UNREGISTERED)
    return drive(403, "forbidden", _UNREGISTERED, status="PERMISSION_DENIED")


def insufficient_scopes(family: str) -> Refusal:
    """Refuse a token whose scopes do not allow the method."""
    message = "Request had insufficient authentication scopes."
    if family == "sheets":
        return sheets(403, message)
    item = "Insufficient Permission"
    return drive(403, "insufficientPermissions", item, outer=message, status="PERMISSION_DENIED")


def unsupported(what: str) -> Refusal:
    """Refuse what only the real service can do: the emulator never pretends."""
    message = f"The emulator does not support {what}."
    item = {"domain": "emulator", "reason": "notSupported", "message": message}
    error = {"code": 501, "message": message, "status": "UNIMPLEMENTED", "errors": [item]}
    return Refusal(501, {"error": error})
