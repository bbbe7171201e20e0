"""Another process sets the stage and acts as a unit."""

from typing import Any

import pytest
import requests

from tests.google_emulator import Emulator, Limits
from tests.test_google_emulator.api import UNIT, USER, Api

FILES = "/drive/v3/files"


class Control:
    """Sends to the control endpoints."""

    def __init__(self, google: Emulator) -> None:
        self.url = google.url

    def ask(self, method: str, name: str, body: Any = None) -> tuple[int, Any]:
        answer = requests.request(method, f"{self.url}/_emulator/{name}", json=body, timeout=20)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def control(google: Emulator) -> Control:
    return Control(google)


def test_a_unit_types(control: Control, user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)
    typing = {"file": sheet, "range": "A1:B1", "rows": [["01", "=1+1"]], "email": UNIT}

    typed = control.ask("POST", "type", typing)
    raw = control.ask("POST", "type", {**typing, "range": "A2:B2", "raw": True})

    assert (typed, raw) == ((204, None), (204, None))
    plain = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert user.read(sheet, "A1:B2", **plain)["values"] == [[1, 2], ["01", "=1+1"]]


def test_a_unit_that_may_not_is_told_as_google_tells_it(control: Control, sheet: str) -> None:
    typing = {"file": sheet, "range": "A1", "rows": [["x"]], "email": ""}

    assert control.ask("POST", "type", typing) == (
        403,
        {
            "error": {
                "code": 403,
                "message": "The caller does not have permission",
                "status": "PERMISSION_DENIED",
            }
        },
    )


def test_a_unit_changes_the_sheet_and_lays_a_picture(
    control: Control, google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    rename = {"properties": {"sheetId": 0, "title": "Của tôi"}, "fields": "title"}
    edit = {"file": sheet, "requests": [{"updateSheetProperties": rename}], "email": UNIT}

    answers = [
        control.ask("POST", "edit", edit),
        control.ask("POST", "picture", {"file": sheet, "cell": "B5", "email": UNIT}),
    ]

    assert answers == [(204, None), (204, None)]
    document = google.store.files[sheet].document
    assert document is not None
    assert (document.tabs[0].title, document.tabs[0].pictures) == ("Của tôi", [(4, 1)])


def test_every_file_is_shown(control: Control, user: Api, sheet: str) -> None:
    grant = user.share(sheet, UNIT)
    lock = {"contentRestrictions": [{"readOnly": True}], "properties": {"unit": "A"}}
    user.ok("PATCH", f"{FILES}/{sheet}", lock)

    (shown,) = control.ask("GET", "files")[1]["files"]

    assert {key: shown[key] for key in ("id", "name", "properties", "version", "modifier")} == {
        "id": sheet,
        "name": "Đăng ký dân vận khéo",
        "properties": {"unit": "A"},
        "version": 3,
        "modifier": USER,
    }
    assert [item["role"] for item in shown["permissions"]] == ["owner", "writer"]
    assert shown["permissions"][1]["id"] == grant
    assert shown["restriction"]["readOnly"]


def test_mails_are_shown(control: Control, user: Api, sheet: str) -> None:
    body = {"type": "user", "role": "writer", "emailAddress": UNIT}
    user.ok("POST", f"{FILES}/{sheet}/permissions", body, emailMessage="Kính gửi")

    mail = {"file_id": sheet, "to": UNIT, "message": "Kính gửi"}
    assert control.ask("GET", "mails") == (200, {"mails": [mail]})


def test_limits_are_set_and_the_others_stay(control: Control, user: Api) -> None:
    status, limits = control.ask("POST", "limits", {"drive_queries_per_user": 1})

    assert (status, limits["sheets_per_user"]) == (200, None)
    assert [user.send("GET", FILES).status_code for _ in range(2)] == [200, 403]


def test_tokens_are_let_expire(control: Control, user: Api) -> None:
    assert control.ask("POST", "expire_tokens") == (204, None)
    assert user.send("GET", FILES).status_code == 401


def test_who_agrees_and_what_formulas_come_to_are_told(
    control: Control, google: Emulator, user: Api, sheet: str
) -> None:
    control.ask("POST", "consent", {"agrees": ""})
    control.ask("POST", "results", {"=NGOAI_TAM()": "xong"})
    user.write(sheet, "A1", [["=NGOAI_TAM()"]], "USER_ENTERED")

    assert google.consent.agrees == ""
    assert user.read(sheet, "A1")["values"] == [["xong"]]


def test_the_log_is_forgotten(control: Control, user: Api) -> None:
    user.ok("GET", FILES)

    assert control.ask("DELETE", "log") == (204, None)
    assert control.ask("GET", "log") == (200, {"requests": []})


@pytest.mark.parametrize(
    ("method", "name", "body", "status", "message"),
    [
        ("POST", "type", {"file": "x"}, 400, "KeyError: 'range'"),
        ("POST", "edit", {"colour": 1}, 400, "ValueError: no such key: colour"),
        ("POST", "limits", {"colour": 1}, 400, "ValueError: no such key: colour"),
        (
            "POST",
            "limits",
            {"copies_per_day": "x"},
            400,
            "TypeError: copies_per_day: 'x' is no number",
        ),
        (
            "POST",
            "delays",
            {"lock": "x"},
            400,
            "ValueError: could not convert string to float: 'x'",
        ),
        ("POST", "explode", {}, 501, "The emulator does not support POST /_emulator/explode."),
    ],
)
def test_what_makes_no_sense_is_refused(
    control: Control, method: str, name: str, body: Any, status: int, message: str
) -> None:
    answered, said = control.ask(method, name, body)

    assert (answered, said["error"]["message"]) == (status, message)


def test_limits_of_one_emulator_are_its_own() -> None:
    with Emulator(limits=Limits.none()) as one, Emulator() as other:
        Control(one).ask("POST", "limits", {"sheets_per_user": 7})

        assert (one.limits.sheets_per_user, other.limits.sheets_per_user) == (7, 60)
