"""People in a browser: typing, pasting, the link, the lock."""

from typing import Any

import pytest

from tests.google_emulator import Delays, Emulator, Refusal
from tests.test_google_emulator.api import UNIT, Api

FILES = "/drive/v3/files"
PLAIN = {"valueRenderOption": "UNFORMATTED_VALUE"}
NOBODY = ""
WHOLE = {"sheetId": 0}
LOCK = {"contentRestrictions": [{"readOnly": True, "ownerRestricted": True}]}


def refused(google: Emulator, sheet: str, email: str) -> tuple[int, str]:
    """Return status and message of what typing meets."""
    with pytest.raises(Refusal) as raised:
        google.type_into(sheet, "A1", [["x"]], email)
    return raised.value.status, raised.value.body["error"]["message"]


def may_type(google: Emulator, sheet: str, email: str) -> bool:
    try:
        google.type_into(sheet, "A1", [["x"]], email)
    except Refusal as refusal:
        assert refusal.body["error"]["message"] == "The caller does not have permission"
        return False
    return True


def open_link(user: Api, sheet: str, role: str = "writer") -> None:
    user.ok("POST", f"{FILES}/{sheet}/permissions", {"type": "anyone", "role": role})


def as_text(user: Api, sheet: str, form: dict[str, str]) -> None:
    cell = {"userEnteredFormat": {"numberFormat": form}}
    fields = "userEnteredFormat.numberFormat"
    user.batch(sheet, {"repeatCell": {"range": WHOLE, "cell": cell, "fields": fields}})


def test_a_person_types_into_a_sheet_without_a_request(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    before = len(google.log)

    google.type_into(sheet, "A1:B1", [["Mô hình", "=1+1"]], UNIT)

    assert len(google.log) == before
    assert user.read(sheet, "A1:B1")["values"] == [["Mô hình", "2"]]
    shown = user.ok("GET", f"/drive/v3/files/{sheet}", fields="lastModifyingUser/emailAddress")
    assert shown == {"lastModifyingUser": {"emailAddress": UNIT}}


def test_a_person_changes_a_tab_without_a_request(google: Emulator, user: Api, sheet: str) -> None:
    """A unit that renames its tab, breaks a check, deletes a row."""
    user.share(sheet, UNIT)
    rename = {"properties": {"sheetId": 0, "title": "Của tôi"}, "fields": "title"}

    google.edit(sheet, [{"updateSheetProperties": rename}], UNIT)

    assert user.read(sheet, "'Của tôi'!A1")["range"] == "'Của tôi'!A1"


@pytest.mark.parametrize("form", [{"type": "TEXT"}, {"type": "TEXT", "pattern": "@"}])
def test_what_is_typed_into_plain_text_stays_as_typed(
    google: Emulator, user: Api, sheet: str, form: dict[str, str]
) -> None:
    as_text(user, sheet, form)
    row = ["01", "12/5", "=1+1", "TRUE", "1,5", "50%", "2022-04-12", ""]
    user.share(sheet, UNIT)

    google.type_into(sheet, "A1:H1", [row], UNIT)
    user.write(sheet, "A2:H2", [row], "USER_ENTERED")

    assert user.read(sheet, "A1:H2", **PLAIN)["values"] == [row[:-1], row[:-1]]
    assert user.read(sheet, "C1", valueRenderOption="FORMULA")["values"] == [["=1+1"]]


def test_a_number_stays_one_through_the_api_and_is_text_when_typed(
    google: Emulator, user: Api, sheet: str
) -> None:
    locale = {"properties": {"locale": "vi_VN"}, "fields": "locale"}
    user.batch(sheet, {"updateSpreadsheetProperties": locale})
    as_text(user, sheet, {"type": "TEXT"})
    user.share(sheet, UNIT)

    google.type_into(sheet, "A1:B1", [[5, 1.5]], UNIT)
    user.write(sheet, "A2:B2", [[5, 1.5]], "USER_ENTERED")

    assert user.read(sheet, "A1:B2", **PLAIN)["values"] == [["5", "1,5"], [5, 1.5]]


def test_a_formula_that_was_there_before_the_cell_became_text_still_counts(
    user: Api, sheet: str
) -> None:
    user.write(sheet, "A1", [["=1+1"]], "USER_ENTERED")
    as_text(user, sheet, {"type": "TEXT"})

    assert user.read(sheet, "A1", **PLAIN)["values"] == [[2]]


def test_an_apostrophe_before_plain_text_is_not_pretended(user: Api, sheet: str) -> None:
    as_text(user, sheet, {"type": "TEXT"})
    path = f"/v4/spreadsheets/{sheet}/values/A1"

    typed = user.refused("PUT", path, {"values": [["'01"]]}, valueInputOption="USER_ENTERED")

    assert typed[0] == 501


def test_somebody_with_the_link_leaves_no_name(google: Emulator, user: Api, sheet: str) -> None:
    fields = "version,lastModifyingUser,modifiedByMe"
    user.write(sheet, "A1", [["của đầu mối"]])
    open_link(user, sheet)

    google.type_into(sheet, "A1", [["của ai đó"]], NOBODY)
    shown = user.ok("GET", f"{FILES}/{sheet}", fields=fields)
    listed = user.ok("GET", FILES, q="name='Đăng ký dân vận khéo'", fields=f"files({fields})")

    assert shown == {"version": "4", "modifiedByMe": False}
    assert listed == {"files": [shown]}
    assert user.read(sheet, "A1")["values"] == [["của ai đó"]]


def test_somebody_with_the_link_changes_the_sheet_too(
    google: Emulator, user: Api, sheet: str
) -> None:
    open_link(user, sheet)
    rename = {"properties": {"sheetId": 0, "title": "Của tôi"}, "fields": "title"}

    google.edit(sheet, [{"updateSheetProperties": rename}], NOBODY)

    assert user.read(sheet, "'Của tôi'!A1")["range"] == "'Của tôi'!A1"
    guard = {"range": {"sheetId": 0}}
    with pytest.raises(Refusal, match="somebody who is not signed in"):
        google.edit(sheet, [{"addProtectedRange": {"protectedRange": guard}}], NOBODY)


@pytest.mark.parametrize("role", ["", "reader", "commenter"])
def test_without_a_link_that_writes_somebody_unknown_cannot_type(
    google: Emulator, user: Api, sheet: str, role: str
) -> None:
    user.share(sheet, UNIT)
    if role:
        open_link(user, sheet, role)

    assert refused(google, sheet, NOBODY) == (403, "The caller does not have permission")
    assert may_type(google, sheet, UNIT)


def test_a_link_of_the_folder_lets_people_in_too(google: Emulator, user: Api) -> None:
    folder = user.new_folder("Đợt 1")
    sheet = user.new_sheet("Biểu", parents=[folder])
    open_link(user, folder)

    assert may_type(google, sheet, NOBODY)


@pytest.mark.parametrize("email", [UNIT, NOBODY])
def test_a_locked_sheet_refuses_typing_once_the_lock_arrives(
    google: Emulator, user: Api, sheet: str, email: str
) -> None:
    google.store.delays = Delays(lock=300)
    user.share(sheet, UNIT)
    open_link(user, sheet)

    user.ok("PATCH", f"{FILES}/{sheet}", LOCK)
    google.clock.advance(299)
    before = may_type(google, sheet, email)
    google.clock.advance(1)

    assert (before, may_type(google, sheet, email)) == (True, False)
    with pytest.raises(Refusal):
        google.edit(sheet, [{"deleteSheet": {"sheetId": 0}}], email)
    with pytest.raises(Refusal):
        google.put_picture(sheet, "A1", email)


def test_whoever_became_a_reader_cannot_type(google: Emulator, user: Api, sheet: str) -> None:
    open_link(user, sheet)
    grant = user.share(sheet, UNIT)

    for name in (grant, "anyoneWithLink"):
        user.ok("PATCH", f"{FILES}/{sheet}/permissions/{name}", {"role": "reader"})

    assert not may_type(google, sheet, UNIT)
    assert not may_type(google, sheet, NOBODY)


def test_protected_cells_are_closed_to_typing(google: Emulator, user: Api, sheet: str) -> None:
    open_link(user, sheet)
    guard = {"range": WHOLE, "editors": {"users": []}}
    user.batch(sheet, {"addProtectedRange": {"protectedRange": guard}})

    status, message = refused(google, sheet, NOBODY)

    assert (status, message.startswith("You are trying to edit a protected cell")) == (400, True)
    with pytest.raises(Refusal):
        google.put_picture(sheet, "A1", NOBODY)


def test_a_request_nobody_can_make_is_refused(google: Emulator, user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)
    wrong: Any = [{"updateCells": {"rowss": []}}]

    with pytest.raises(Refusal, match="rowss: unknown field"):
        google.edit(sheet, wrong, UNIT)
