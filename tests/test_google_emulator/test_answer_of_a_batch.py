"""Sheets: ``updatedSpreadsheet``, the spreadsheet as a batch leaves it (sheets.v4)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, USER, Api
from tests.test_google_emulator.test_batch import area, get, text
from tests.test_google_emulator.test_structure_of_sheets import named

ADD = {"addSheet": {"properties": {"sheetId": 7, "title": "Phản hồi"}}}
WRITE = {
    "updateCells": {
        "start": {"sheetId": 7, "rowIndex": 1},
        "rows": [{"values": [text("Đạt"), {"userEnteredValue": {"formulaValue": "=1+1"}}]}],
        "fields": "userEnteredValue",
    }
}


def batch(api: Api, sheet: str, *requests: Any, fields: str = "", **more: Any) -> Any:
    body = {"requests": requests, "includeSpreadsheetInResponse": True, **more}
    params = {"fields": fields} if fields else {}
    return api.ok("POST", f"/v4/spreadsheets/{sheet}:batchUpdate", body, **params)


def test_a_batch_answers_with_the_spreadsheet_it_leaves(user: Api, sheet: str) -> None:
    answer = batch(user, sheet, ADD, named("o_nhap", area(0, 0, 2, 2, sheetId=7)), WRITE)

    after = user.ok("GET", f"/v4/spreadsheets/{sheet}")
    assert list(answer) == ["spreadsheetId", "replies", "updatedSpreadsheet"]
    assert answer["updatedSpreadsheet"] == after
    assert [tab["properties"]["title"] for tab in after["sheets"]] == ["Sheet1", "Phản hồi"]
    assert [tab.keys() for tab in after["sheets"]] == [{"properties"}, {"properties"}]


def test_its_ranges_choose_tabs_and_cells_even_those_the_batch_makes(user: Api, sheet: str) -> None:
    requests = [ADD, named("o_nhap", area(1, 0, 2, 2, sheetId=7)), WRITE]

    answer = batch(user, sheet, *requests, responseRanges=["o_nhap"], responseIncludeGridData=True)

    after = user.ok("GET", f"/v4/spreadsheets/{sheet}", ranges="o_nhap", includeGridData="true")
    assert answer["updatedSpreadsheet"] == after
    (tab,) = after["sheets"]
    assert tab["data"][0]["startRow"] == 1
    assert [cell["formattedValue"] for cell in tab["data"][0]["rowData"][0]["values"]] == [
        "Đạt",
        "2",
    ]


@pytest.mark.parametrize(
    "below",
    ["sheets(properties/title,data/rowData/values/effectiveValue)", "sheets/properties", "sheets"],
)
def test_a_mask_decides_about_cells_and_the_flag_is_ignored(
    user: Api, sheet: str, below: str
) -> None:
    ranges = ["'Phản hồi'!A1:B2"]
    fields = f"replies,updatedSpreadsheet({below})"

    answer = batch(user, sheet, ADD, WRITE, fields=fields, responseRanges=ranges)

    after = get(user, sheet, below, ranges=ranges)
    assert answer == {"replies": answer["replies"], "updatedSpreadsheet": after}
    assert ("data" in after["sheets"][0]) == (below != "sheets/properties")


def test_a_mask_of_the_whole_spreadsheet_brings_cells_too(user: Api, sheet: str) -> None:
    ranges = ["A1:B2"]

    answer = batch(user, sheet, ADD, fields="updatedSpreadsheet", responseRanges=ranges)

    after = get(user, sheet, "*", ranges=ranges)
    assert answer == {"updatedSpreadsheet": after}
    assert "data" in after["sheets"][0]


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ("replies", {}),
        ("", {"includeSpreadsheetInResponse": False}),
    ],
)
def test_what_is_not_asked_for_is_not_answered(
    user: Api, sheet: str, fields: str, more: Any
) -> None:
    answer = batch(user, sheet, ADD, fields=fields, responseRanges=["A1"], **more)

    assert "updatedSpreadsheet" not in answer


@pytest.mark.parametrize("ranges", ["Không có!A1", "A1001", "o_nhap"])
def test_a_range_that_is_not_there_afterwards_refuses_the_batch_whole(
    user: Api, sheet: str, ranges: str
) -> None:
    user.batch(sheet, named("o_nhap", area(0, 0, 1, 1), namedRangeId="o"))
    before = user.ok("GET", f"/v4/spreadsheets/{sheet}")
    version = user.ok("GET", f"/drive/v3/files/{sheet}", fields="version,modifiedTime")
    body = {
        "requests": [ADD, {"deleteNamedRange": {"namedRangeId": "o"}}],
        "includeSpreadsheetInResponse": True,
        "responseRanges": [ranges],
    }

    status, message = user.message("POST", f"/v4/spreadsheets/{sheet}:batchUpdate", body)

    assert status == 400
    assert ranges in message
    assert user.ok("GET", f"/v4/spreadsheets/{sheet}") == before
    assert user.ok("GET", f"/drive/v3/files/{sheet}", fields="version,modifiedTime") == version


def test_a_formula_that_is_not_known_here_refuses_the_batch_whole(user: Api, sheet: str) -> None:
    cell = {"userEnteredValue": {"formulaValue": "=IMPORTRANGE(1;2)"}}
    write = {"updateCells": {"start": {}, "rows": [{"values": [cell]}], "fields": "*"}}
    body = {
        "requests": [write],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
    }

    status, _ = user.message("POST", f"/v4/spreadsheets/{sheet}:batchUpdate", body)

    assert status == 501
    assert "values" not in user.read(sheet, "A1", valueRenderOption="FORMULA")


def test_it_shows_the_spreadsheet_as_the_caller_sees_it(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    guard = {"protectedRangeId": 3, "range": area(0, 0, 1, 1), "editors": {"users": [USER]}}
    user.batch(sheet, {"addProtectedRange": {"protectedRange": guard}})
    fields = "updatedSpreadsheet/sheets/protectedRanges(protectedRangeId,editors)"

    mine = batch(user, sheet, ADD, fields=fields)["updatedSpreadsheet"]["sheets"]
    theirs = batch(Api(google, UNIT), sheet, {"deleteSheet": {"sheetId": 7}}, fields=fields)[
        "updatedSpreadsheet"
    ]["sheets"]

    assert mine[0] == {"protectedRanges": [{"protectedRangeId": 3, "editors": {"users": [USER]}}]}
    assert theirs == [{"protectedRanges": [{"protectedRangeId": 3}]}]
