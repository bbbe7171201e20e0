"""A plain HTTP caller for the emulator's tests."""

from typing import Any

import requests

from tests.google_emulator import Emulator

USER = "dieu-phoi@example.vn"
ROBOT = "may@du-an.iam.gserviceaccount.com"
UNIT = "don-vi@example.vn"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERYWHERE = {"supportsAllDrives": "true"}


class Api:
    """Sends requests as one account."""

    def __init__(self, emulator: Emulator, email: str, token: str = "") -> None:
        self.url = emulator.url
        self.headers = {"Authorization": f"Bearer {token or emulator.token(email)}"}

    def send(
        self, method: str, path: str, body: Any = None, *, params: Any = None, **more: Any
    ) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        url = self.url + path
        return requests.request(
            method, url, json=body, params=params, headers=headers, timeout=20, **more
        )

    def ok(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        answer = self.send(method, path, body, params=params)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.status_code == 200 else None

    def refused(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        answer = self.send(method, path, body, params=params)
        return answer.status_code, answer.json()["error"]

    def reason(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, str]:
        """Return status and reason of a refusal of Drive."""
        status, error = self.refused(method, path, body, **params)
        return status, error["errors"][0]["reason"]

    def message(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, str]:
        """Return status and message of a refusal."""
        status, error = self.refused(method, path, body, **params)
        return status, error["message"]

    def new_sheet(self, name: str, **fields: Any) -> str:
        body = {"name": name, "mimeType": SPREADSHEET, **fields}
        return str(self.ok("POST", "/drive/v3/files", body, **EVERYWHERE)["id"])

    def new_folder(self, name: str, **fields: Any) -> str:
        body = {"name": name, "mimeType": FOLDER, **fields}
        return str(self.ok("POST", "/drive/v3/files", body, **EVERYWHERE)["id"])

    def batch(self, sheet: str, *requests: Any) -> list[Any]:
        path = f"/v4/spreadsheets/{sheet}:batchUpdate"
        return list(self.ok("POST", path, {"requests": requests})["replies"])

    def batch_refused(self, sheet: str, *requests: Any) -> tuple[int, str]:
        path = f"/v4/spreadsheets/{sheet}:batchUpdate"
        return self.message("POST", path, {"requests": requests})

    def write(self, sheet: str, area: str, values: Any, option: str = "RAW") -> Any:
        path = f"/v4/spreadsheets/{sheet}/values/{area}"
        return self.ok("PUT", path, {"values": values}, valueInputOption=option)

    def read(self, sheet: str, area: str, **params: Any) -> Any:
        return self.ok("GET", f"/v4/spreadsheets/{sheet}/values/{area}", **params)

    def share(self, file: str, email: str, role: str = "writer") -> str:
        body = {"type": "user", "role": role, "emailAddress": email}
        quiet = {"sendNotificationEmail": "false", **EVERYWHERE}
        return str(self.ok("POST", f"/drive/v3/files/{file}/permissions", body, **quiet)["id"])
