"""What an answer must hold to be one: a success without it was none.

Proxies, portals and Google's own mishaps answer 200 with something else. A shape names what must be
there, as Google writes it (reference/google.md §9.1): Sheets leaves out zeros, false and empty
lists, so only what cannot be empty is asked for, and that the rest is of its type where it is.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import requests

from dankheo_sheets.form.ooxml import BROKEN
from dankheo_sheets.workspace.google import error_mapping

Wanted = Callable[[requests.Response], bool]
"""Whether a success is what was asked for; part of no request, so it may be any."""


def json_of(shape: object) -> Wanted:
    """Return what tells a JSON object of a shape.

    A shape is a type, a function of the value, a list of one shape (of each item), or a dict of
    keys; a key that ends in “?” may be missing.
    """
    return lambda answer: fits(error_mapping.parsed(answer.content), shape)


def fits(value: object, shape: object) -> bool:
    """Return whether a value is of a shape: see :func:`json_of`."""
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            fits(value[name], inner) if (name := key.removesuffix("?")) in value else name != key
            for key, inner in shape.items()
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    assert callable(shape)
    return bool(shape(value))


def some(shape: object) -> Callable[[object], bool]:
    """Return the shape of a list that has at least one item, each of a shape."""
    return lambda value: value != [] and fits(value, [shape])


def as_many(asked: Sequence[object], shape: object) -> Callable[[object], bool]:
    """Return the shape of a list that has an item for each of what was asked."""
    return lambda value: fits(value, [shape]) and len(value) == len(asked)  # type: ignore[arg-type]


def texts(value: object) -> bool:
    """Whether it is an object of texts."""
    return isinstance(value, dict) and fits([*value.values()], [str])


def name(value: object) -> bool:
    """Whether it is a text, and not empty: an id, an address."""
    return isinstance(value, str) and value != ""


def number(value: object) -> bool:
    """Whether it is a whole number in a text, as JSON carries one of 64 bits."""
    return isinstance(value, str) and value.isascii() and value.isdigit()


def moment(value: object) -> bool:
    """Whether it is a moment as Drive writes it."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


# --- files ----------------------------------------------------------------------------------

GRANT = {
    "id": name, "type": name, "role": name, "emailAddress?": str, "domain?": str,
    "permissionDetails?": [{"inherited?": bool}],
}  # fmt: skip
_FILE: Mapping[str, object] = {
    "id": name, "name": str, "mimeType": name, "createdTime": moment, "modifiedTime": moment,
}  # fmt: skip
"""What every file has."""
_MORE_OF_FILE = {
    "properties?": texts, "webViewLink?": str, "driveId?": str,
    "lastModifyingUser?": {"me?": bool, "emailAddress?": str},
    "contentRestrictions?": [{"readOnly?": bool, "reason?": str}],
    "permissionIds?": [str], "permissions?": [GRANT], "capabilities?": dict, "trashed?": bool,
}  # fmt: skip


def file_of(fields: str) -> dict[str, object]:
    """Return the shape of a file of which these fields were asked."""
    asked = fields.split(",")
    return {key: shape for key, shape in _FILE.items() if key in asked} | _MORE_OF_FILE


def files_of(fields: str) -> dict[str, object]:
    """Return the shape of one answer of a listing; Drive keeps its empty lists."""
    return {"files": [file_of(fields)], "nextPageToken?": str, "incompleteSearch?": bool}


GRANTS = {"permissions": some(GRANT), "nextPageToken?": str}
"""Whoever may ask has access."""
GRANTED = {"id": name, "type": name, "role": name}
ABOUT = {
    "user": {"emailAddress": name, "permissionId?": str},
    "storageQuota?": {"limit?": number, "usage?": number},
}
DRIVE = {"id": name, "name?": str, "capabilities?": dict, "restrictions?": dict}


def begun(answer: requests.Response) -> bool:
    """Whether a large upload was begun: it says where the bytes go (Drive's guide on uploads)."""
    return "upload_id=" in answer.headers.get("Location", "")


def workbook(answer: requests.Response) -> bool:
    """Whether it is a whole .xlsx; its directory is the last that comes."""
    try:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except BROKEN:
        return False


# --- spreadsheets ---------------------------------------------------------------------------

_GRID = {
    "sheetId?": int, "startRowIndex?": int, "endRowIndex?": int, "startColumnIndex?": int,
    "endColumnIndex?": int,
}  # fmt: skip
_TAB = {
    "properties": {"title": name, "sheetId?": int, "hidden?": bool},
    "protectedRanges?": [
        {"range?": _GRID, "unprotectedRanges?": [_GRID], "warningOnly?": bool, "editors?": dict}
    ],
    "merges?": [_GRID],
    "charts?": [{"chartId": int}],
    "basicFilter?": dict,
    "conditionalFormats?": [dict],
    "data?": [{"rowData?": [{"values?": [dict]}]}],
}
_SPREADSHEET = {"sheets": some(_TAB), "namedRanges?": [{"name": name, "range?": _GRID}]}
"""A spreadsheet has a tab, and a tab a title."""


def spreadsheet_of(fields: str) -> dict[str, Any]:
    """Return the shape of a spreadsheet of which these fields were asked."""
    return _SPREADSHEET if fields.startswith("sheets(") else {"spreadsheetId": name}
