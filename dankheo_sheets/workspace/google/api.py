"""The requests we send to Drive v3 and Sheets v4: one method, one request.

gspread carries them; its own objects would take up to three for one (reference/google.md §7). Each
says what its answer must hold (:mod:`dankheo_sheets.workspace.google.wanted`): a success without it
is no answer, and is tried again where that is safe. Errors are those of
:mod:`dankheo_sheets.errors`.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from dankheo_sheets.workspace.google import wanted
from dankheo_sheets.workspace.google.drive_file import FIELDS, DriveFile, Grant, Json
from dankheo_sheets.workspace.google.errors import NoAnswer
from dankheo_sheets.workspace.google.transport import Clients

_FILES = "/drive/v3/files"
_UPLOADS = "/upload/drive/v3/files"
_SPREADSHEETS = "/v4/spreadsheets"
_ALL_DRIVES = {"supportsAllDrives": "true"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTES = {"Content-Type": "application/octet-stream"}
SMALL = 5 * 2**20
"""Bytes up to which a file is uploaded in one request (Drive's guide on uploads)."""
PAGE = 1000
"""Files a listing shows in one answer; more than Drive's largest page is coerced to it."""


class Api:
    """Google, as one account sees it; may be used from several threads."""

    def __init__(self, clients: Clients, shared_drive: str = "") -> None:
        self.clients = clients
        self._shared_drive = shared_drive
        self.guard: Callable[[], None] = lambda: None
        """Asked before anything is changed; what it raises keeps it from being changed."""

    # --- files ----------------------------------------------------------------------------

    def files(
        self, query: str, fields: str = FIELDS, *, everywhere: bool = False
    ) -> Iterator[DriveFile]:
        """Yield all files a query finds, one request for each 1,000 of them.

        Where the campaign has a shared drive only that is searched, with `everywhere` all that
        the account sees: My Drive, what is shared with it, each shared drive it is a member of.
        Raises :class:`NoAnswer` where Google says that it did not search everything.
        """
        params: dict[str, Any] = {
            **_ALL_DRIVES,
            "includeItemsFromAllDrives": "true",
            "q": query,
            "pageSize": PAGE,
            "fields": f"nextPageToken,incompleteSearch,files({fields})",
        }
        if everywhere:
            params["corpora"] = "allDrives"
        elif self._shared_drive:
            params |= {"corpora": "drive", "driveId": self._shared_drive}
        for answer in self._pages(_FILES, params, wanted.files_of(fields)):
            if answer.get("incompleteSearch"):
                raise NoAnswer(
                    "Google chỉ tìm được một phần danh sách tệp",
                    "vài phút nữa chạy lại; nếu vẫn vậy, ghi shared_drive trong campaign.toml",
                )
            yield from map(DriveFile, answer["files"])

    def files_in(self, folder: str, *, bin_too: bool = False) -> Iterator[DriveFile]:
        """Yield what lies in a folder; what was thrown away from it only with `bin_too`.

        See :meth:`files`.
        """
        there = "" if bin_too else " and trashed = false"
        return self.files(f"{quoted(folder)} in parents{there}")

    def file(self, file_id: str, fields: str = FIELDS) -> DriveFile:
        """Return one file as it is now."""
        return self._file("get", f"{_FILES}/{file_id}", fields)

    def create(self, body: Json) -> DriveFile:
        """Make an empty file or folder. Raises :class:`OutcomeUnknown`."""
        return self._file("post", _FILES, json=body)

    def copy(self, file_id: str, body: Json) -> DriveFile:
        """Copy a spreadsheet, `body` changed in the same step. Raises :class:`OutcomeUnknown`."""
        return self._file("post", f"{_FILES}/{file_id}/copy", json=body)

    def update(self, file_id: str, body: Json) -> DriveFile:
        """Change name, properties, lock or bin of a file."""
        return self._file("patch", f"{_FILES}/{file_id}", json=body)

    def move(self, file_id: str, source: str, target: str) -> DriveFile:
        """Take a file out of one folder and put it into another."""
        moved = {"addParents": target, "removeParents": source}
        return self._file("patch", f"{_FILES}/{file_id}", params=moved, json={})

    def delete(self, file_id: str) -> None:
        """Delete a file, and all that a folder holds, for good."""
        self._send("delete", f"{_FILES}/{file_id}", params=_ALL_DRIVES)

    def export(self, file_id: str) -> bytes:
        """Return a spreadsheet as .xlsx."""
        path = f"{_FILES}/{file_id}/export"
        params = {"mimeType": _XLSX}
        return self._send("get", path, params=params, wanted=wanted.workbook).content

    def download(self, file_id: str) -> bytes:
        """Return the bytes of an uploaded file."""
        params = {**_ALL_DRIVES, "alt": "media"}
        return self._send("get", f"{_FILES}/{file_id}", params=params).content

    def upload(self, body: Json, data: bytes, file_id: str = "") -> DriveFile:
        """Upload a file, new or in place of `file_id`'s content; in two requests if it is large.

        Raises :class:`OutcomeUnknown` for a new one.
        """
        path = f"{_UPLOADS}/{file_id}" if file_id else _UPLOADS
        method = "patch" if file_id else "post"
        if len(data) > SMALL:
            params = {**_ALL_DRIVES, "fields": FIELDS, "uploadType": "resumable"}
            begun = self._send(method, path, params=params, json=body, wanted=wanted.begun)
            there = urlsplit(begun.headers["Location"])
            place = dict(parse_qsl(there.query))
            return self._file("put", there.path, params=place, data=data, headers=_BYTES)
        boundary = secrets.token_hex(16)
        parts = (
            f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
            f"{json.dumps(body)}\r\n--{boundary}\r\n"
            f"Content-Type: {_BYTES['Content-Type']}\r\n\r\n"
        )
        raw = parts.encode() + data + f"\r\n--{boundary}--".encode()
        headers = {"Content-Type": f"multipart/related; boundary={boundary}"}
        whole = {"uploadType": "multipart"}
        return self._file(method, path, params=whole, data=raw, headers=headers)

    def about(self) -> Json:
        """Return who we are, and how much room there is."""
        params = {"fields": "user(emailAddress,displayName,permissionId),storageQuota"}
        return self._ask("get", "/drive/v3/about", wanted.ABOUT, params=params)

    def drive(self, drive_id: str) -> Json:
        """Return a shared drive: its name, what we may do, its restrictions."""
        params = {"fields": "id,name,capabilities,restrictions"}
        return self._ask("get", f"/drive/v3/drives/{drive_id}", wanted.DRIVE, params=params)

    # --- permissions ----------------------------------------------------------------------

    def grants(self, file_id: str) -> tuple[Grant, ...]:
        """Return who has access to a file, inherited access too, the owner left out.

        Of a shared drive its members.
        """
        fields = (
            "nextPageToken,"
            "permissions(id,type,role,emailAddress,domain,permissionDetails,pendingOwner)"
        )
        params: dict[str, Any] = {**_ALL_DRIVES, "pageSize": 100, "fields": fields}
        answers = self._pages(f"{_FILES}/{file_id}/permissions", params, wanted.GRANTS)
        found = [each for answer in answers for each in answer["permissions"]]
        return tuple(Grant.of(each) for each in found if each["role"] != "owner")

    def grant(self, file_id: str, who: str, role: str, *, notify: bool) -> str:
        """Give an address, or with "" whoever has the link, a role on a file.

        Returns the id of the grant, which is the grantee's own on every file.
        Raises :class:`OutcomeUnknown`.
        """
        params: dict[str, str] = dict(_ALL_DRIVES)
        body = {"type": "anyone", "role": role, "allowFileDiscovery": False}
        if who:
            body = {"type": "user", "role": role, "emailAddress": who}
            params["sendNotificationEmail"] = "true" if notify else "false"
        path = f"{_FILES}/{file_id}/permissions"
        return str(self._ask("post", path, wanted.GRANTED, params=params, json=body)["id"])

    def change_role(self, file_id: str, permission_id: str, role: str) -> str:
        """Change what a grantee may do; return what that is then."""
        return self._change_grant(file_id, permission_id, {"role": role})

    def keep_owner(self, file_id: str, permission_id: str, role: str) -> None:
        """Take back that a grantee was asked to become the owner; their role stays."""
        self._change_grant(file_id, permission_id, {"role": role, "pendingOwner": False})

    def revoke(self, file_id: str, permission_id: str) -> None:
        """Take a grantee's access away."""
        path = f"{_FILES}/{file_id}/permissions/{permission_id}"
        self._send("delete", path, params=_ALL_DRIVES)

    def _change_grant(self, file_id: str, permission_id: str, body: Json) -> str:
        path = f"{_FILES}/{file_id}/permissions/{permission_id}"
        return str(self._ask("patch", path, wanted.GRANTED, params=_ALL_DRIVES, json=body)["role"])

    # --- spreadsheets ---------------------------------------------------------------------

    def spreadsheet(self, file_id: str, fields: str) -> Json:
        """Return what `fields` asks of a spreadsheet."""
        path = f"{_SPREADSHEETS}/{file_id}"
        return self._ask("get", path, wanted.spreadsheet_of(fields), params={"fields": fields})

    def batch_update(self, file_id: str, changes: Sequence[Json], *, again: bool) -> None:
        """Change a spreadsheet, all or nothing.

        `again`: whether doing it twice is the same as once; else :class:`OutcomeUnknown` is
        raised where it may have been done.
        """
        path = f"{_SPREADSHEETS}/{file_id}:batchUpdate"
        body = {"requests": list(changes)}
        shape = {"replies": wanted.as_many(changes, dict)}
        self._ask("post", path, shape, json=body, retry_safe=again)

    def write_values(self, file_id: str, data: Sequence[Json]) -> None:
        """Write ranges of values as they are: nothing typed is executed."""
        path = f"{_SPREADSHEETS}/{file_id}/values:batchUpdate"
        body = {"valueInputOption": "RAW", "data": list(data)}
        shape = {"responses": wanted.as_many(data, dict)}
        self._ask("post", path, shape, json=body, retry_safe=True)

    def values(
        self, file_id: str, ranges: Sequence[str], *, as_typed: bool = False
    ) -> list[list[list[Any]]]:
        """Return the values of some ranges; `as_typed`, formulas as they are."""
        path = f"{_SPREADSHEETS}/{file_id}/values:batchGet"
        shown = "FORMULA" if as_typed else "UNFORMATTED_VALUE"
        params = {"ranges": list(ranges), "valueRenderOption": shown}
        shape = {"valueRanges": wanted.as_many(ranges, {"values?": [list]})}
        answer = self._ask("get", path, shape, params=params)
        return [found.get("values", []) for found in answer["valueRanges"]]

    def _pages(self, path: str, params: Json, shape: object) -> Iterator[Json]:
        """Yield the answers of a listing; one that leads back to a page seen before is none."""
        seen: set[str] = set()
        while True:
            answer = self._ask("get", path, shape, params=params)
            yield answer
            if not (token := answer.get("nextPageToken")):
                return
            if token in seen:
                raise NoAnswer(
                    "Google liệt kê mãi một trang của danh sách", "vài phút nữa chạy lại"
                )
            seen.add(token)
            params["pageToken"] = token

    def _file(self, method: str, path: str, fields: str = FIELDS, **request: Any) -> DriveFile:
        """Ask about a file, or change it; return it as it then is."""
        params = {**_ALL_DRIVES, "fields": fields, **request.pop("params", {})}
        return DriveFile(self._ask(method, path, wanted.file_of(fields), params=params, **request))

    def _ask(self, method: str, path: str, shape: object, **request: Any) -> Json:
        """Return the JSON object of an answer, which has a shape (:func:`wanted.json_of`)."""
        answer = self._send(method, path, wanted=wanted.json_of(shape), **request)
        found: Json = answer.json()
        return found

    def _send(self, method: str, path: str, **request: Any) -> requests.Response:
        if method != "get":
            self.guard()
        return self.clients.here().request(method, path, **request)


def quoted(text: str) -> str:
    """Return `text` as a string of Drive's query language (reference/google.md §5)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
