"""Holds each request against the published schema: what is noted, and what is refused.

Sheets refuses what it does not know; Drive passes unknown names over, as far as we know: no source
was found. Either way it is a violation, for the tests of whoever sent it.
"""

import re

from . import errors
from .errors import Json
from .schema import Method, Problem, check_body, check_query
from .world import Call

# Parameters that do something here, or that have no effect on the real service either.
_HEEDED = {
    *("fields", "alt", "prettyPrint", "quotaUser", "uploadType", "enforceSingleParent"),
    *("supportsAllDrives", "supportsTeamDrives", "includeItemsFromAllDrives"),
    *("includeTeamDriveItems", "corpora", "driveId", "q", "orderBy", "pageSize", "pageToken"),
    *("spaces", "mimeType", "copyComments", "addParents", "removeParents"),
    *("sendNotificationEmail", "emailMessage", "removeExpiration", "transferOwnership"),
    *("ranges", "includeGridData", "majorDimension", "valueRenderOption", "dateTimeRenderOption"),
    *("valueInputOption", "insertDataOption", "includeValuesInResponse"),
    *("responseValueRenderOption", "responseDateTimeRenderOption"),
}
_ONLY = {"spaces": {"drive"}, "alt": {"json", "media"}}


def check(call: Call, violations: list[str]) -> None:
    """Note what is wrong with a request, and refuse what the real service refuses."""
    query, body = _query(call), _body(call.method, _sent(call))
    violations += [f"{call.method.id}: {problem}" for problem in query + body]
    if call.method.family == "drive":
        _refuse_drive(query, body)
    else:
        _refuse_sheets(query, body)
    unknown = {problem.where for problem in query}
    for name, texts in call.query.items():
        if texts[0].lower() == "false":
            continue  # a switch that is off
        if name not in unknown | _HEEDED or texts[0] not in _ONLY.get(name, {texts[0]}):
            raise errors.unsupported(f"{name}={texts[0]}")


def _sent(call: Call) -> Json:
    return call.parts()[0] if call.upload else call.body


def _query(call: Call) -> list[Problem]:
    query = {name: texts for name, texts in call.query.items() if name != "uploadType"}
    return check_query(call.method, query)


def _body(method: Method, body: Json) -> list[Problem]:
    if method.request:
        return check_body(method.family, method.request, body)
    return [Problem("unknown", "the body", "none is expected")] if body else []


def _refuse_drive(query: list[Problem], body: list[Problem]) -> None:
    for problem in query:
        if problem.kind == "value":
            raise errors.bad_value(problem.where)
        if problem.kind == "missing":
            message = f"Required parameter: {problem.where}"
            at = ("parameter", problem.where)
            raise errors.drive(400, "required", message, location=at)
    for problem in body:
        if problem.kind == "value":
            raise errors.drive(400, "invalid", f"Invalid value at {problem}")


def _refuse_sheets(query: list[Problem], body: list[Problem]) -> None:
    for problem in body:
        # A row that is no list is told in Google's words where the rows are read.
        if not re.fullmatch(r"(data\[\d+\]\.)?values\[\d+\]", problem.where):
            raise errors.bad_field(problem.where, f"Invalid JSON payload received. {problem}")
    for problem in query:
        if problem.kind == "value":
            name = re.sub("(?=[A-Z])", "_", problem.where).lower()
            raise errors.bad_field(name, f"Invalid value at '{name}', {problem.text}")
        if problem.kind == "unknown" and problem.where != "fields":
            raise errors.bad_field(
                "",
                f'Invalid JSON payload received. Unknown name "{problem.where}": Cannot bind '
                f"query parameter. Field '{problem.where}' could not be found in request message.",
            )
