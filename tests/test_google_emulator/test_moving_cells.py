"""Sheets: copyPaste, sortRange, and a sheet copied to another spreadsheet (sheets.v4)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, Api
from tests.test_google_emulator.test_batch import PROTECTED, area, get, text
from tests.test_google_emulator.test_structure_of_sheets import named

BOLD = {"textFormat": {"bold": True}}
LINE = {"borders": {"top": {"style": "SOLID"}}}
SHOWN = "sheets/data/rowData/values(userEnteredValue,userEnteredFormat,dataValidation)"


def paste(source: Any, destination: Any, kind: str = "PASTE_NORMAL", **more: str) -> Any:
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": kind, **more}}


def put(api: Api, sheet: str, *rows: list[Any]) -> None:
    cells = [{"values": row} for row in rows]
    api.batch(sheet, {"updateCells": {"start": {}, "rows": cells, "fields": "*"}})


def cells(api: Api, sheet: str, where: str) -> Any:
    data = get(api, sheet, SHOWN, ranges=where)["sheets"][0]["data"][0]
    return [row.get("values", []) for row in data.get("rowData", [])]


def sort(*specs: tuple[int, str], where: Any = None) -> Any:
    order = [{"dimensionIndex": column, "sortOrder": way} for column, way in specs]
    return {"sortRange": {"range": where or area(0, 0, 3, 2), "sortSpecs": order}}


# --- copyPaste ------------------------------------------------------------------------------


def test_values_formats_and_merges_are_copied_and_formulas_move(user: Api, sheet: str) -> None:
    formula = {"userEnteredValue": {"formulaValue": "=A1&$A$1"}}
    put(user, sheet, [text("x"), {**formula, "userEnteredFormat": BOLD}, text("gộp")])
    user.batch(sheet, {"mergeCells": {"range": area(0, 2, 1, 4)}})

    replies = user.batch(sheet, paste(area(0, 0, 1, 4), area(2, 1, 3, 2)))

    moved = {"userEnteredValue": {"formulaValue": "=B3&$A$1"}, "userEnteredFormat": BOLD}
    assert replies == [{}]
    assert cells(user, sheet, "B3:E3") == [[text("x"), moved, text("gộp")]]
    merges = get(user, sheet, "sheets/merges")["sheets"][0]["merges"]
    assert merges == [area(0, 2, 1, 4), area(2, 3, 3, 5)]


def test_a_larger_range_is_filled_again_and_again(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B1", [["a", "b"]])

    user.batch(sheet, paste(area(0, 0, 1, 2), area(2, 0, 4, 4)))

    assert user.read(sheet, "A3:D4")["values"] == [["a", "b"] * 2] * 2


def test_what_is_empty_empties_and_what_overlaps_is_read_first(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:A4", [["a"], [None], ["c"], ["d"]])

    user.batch(sheet, paste(area(0, 0, 3, 1), area(1, 0, 4, 1)))

    assert user.read(sheet, "A1:A4")["values"] == [["a"], ["a"], [], ["c"]]


@pytest.mark.parametrize(
    ("kind", "pasted"),
    [
        ("PASTE_VALUES", {"userEnteredValue": {"numberValue": 2}, "userEnteredFormat": LINE}),
        ("PASTE_FORMAT", {**text("cũ"), "userEnteredFormat": BOLD}),
        (
            "PASTE_FORMULA",
            {"userEnteredValue": {"formulaValue": "=1+1"}, "userEnteredFormat": LINE},
        ),
        ("PASTE_DATA_VALIDATION", {**text("cũ"), "userEnteredFormat": LINE}),
    ],
)
def test_only_what_is_asked_for_is_pasted(user: Api, sheet: str, kind: str, pasted: Any) -> None:
    rule = {"condition": {"type": "BOOLEAN"}}
    formula = {"userEnteredValue": {"formulaValue": "=1+1"}, "userEnteredFormat": BOLD}
    put(
        user,
        sheet,
        [{**formula, "dataValidation": rule}, {**text("cũ"), "userEnteredFormat": LINE}],
    )

    user.batch(sheet, paste(area(0, 0, 1, 1), area(0, 1, 1, 2), kind))

    checked = {"dataValidation": rule} if kind == "PASTE_DATA_VALIDATION" else {}
    assert cells(user, sheet, "B1") == [[{**pasted, **checked}]]


def test_borders_stay_behind_when_told_to(user: Api, sheet: str) -> None:
    put(user, sheet, [{**text("x"), "userEnteredFormat": {**BOLD, **LINE}}])

    user.batch(sheet, paste(area(0, 0, 1, 1), area(1, 0, 2, 1), "PASTE_NO_BORDERS"))

    assert cells(user, sheet, "A2") == [[{**text("x"), "userEnteredFormat": BOLD}]]


def test_rows_become_columns(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:C2", [["a", "b", "c"], [1, 2, 3]])

    user.batch(sheet, paste(area(0, 0, 2, 3), area(4, 0, 5, 1), pasteOrientation="TRANSPOSE"))

    assert user.read(sheet, "A5:B7")["values"] == [["a", "1"], ["b", "2"], ["c", "3"]]


def test_what_is_protected_is_not_pasted_over(google: Emulator, user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)
    guard = {"range": area(2, 0, 3, 1), "editors": {"users": []}}
    user.batch(sheet, {"addProtectedRange": {"protectedRange": guard}})
    user.write(sheet, "A1:A3", [["a"], ["b"], ["c"]])

    refused = Api(google, UNIT).batch_refused(sheet, paste(area(0, 0, 2, 1), area(1, 0, 2, 1)))

    assert refused == (400, f"Invalid requests[0].copyPaste: {PROTECTED}")


@pytest.mark.parametrize(
    "request_",
    [
        paste(area(0, 0, 1, 1), area(5, 0, 6, 1)),  # a note
        paste(area(1, 0, 2, 1), area(5, 0, 6, 1)),  # a conditional format
        paste(area(2, 0, 3, 1), area(2, 1, 3, 2), "PASTE_FORMULA"),  # no formula
        paste(area(3, 1, 4, 2), area(3, 0, 4, 1)),  # a reference beyond the edge
        paste(area(3, 1, 4, 2), area(5, 0, 6, 1), pasteOrientation="TRANSPOSE"),
        paste(area(2, 0, 4, 1), area(5, 0, 8, 1)),  # no multiple
        paste(area(2, 0, 4, 1), area(999, 0, 1000, 1)),  # beyond the edge
        paste(area(2, 0, 3, 1), area(4, 0, 5, 1)),  # over merged cells
        paste(area(4, 0, 5, 1), area(6, 0, 7, 1)),  # a part of merged cells
        paste(area(2, 0, 3, 1), area(6, 0, 7, 1), "PASTE_CONDITIONAL_FORMATTING"),
    ],
)
def test_a_paste_whose_outcome_is_not_known_is_not_pretended(
    user: Api, sheet: str, request_: Any
) -> None:
    formula = {"userEnteredValue": {"formulaValue": "=A1"}}
    note = {**text("a"), "note": "Ghi chú"}
    put(user, sheet, [note], [text("b")], [text("c")], [text("d"), formula])
    rule = {"condition": {"type": "NOT_BLANK"}, "format": BOLD}
    user.batch(
        sheet,
        {"addConditionalFormatRule": {"rule": {"ranges": [area(1, 0, 2, 1)], "booleanRule": rule}}},
        {"mergeCells": {"range": area(4, 0, 5, 2)}},
    )

    assert user.batch_refused(sheet, request_)[0] == 501


# --- sortRange ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "rows"),
    [
        (sort((0, "ASCENDING")), [["a", "2"], ["b", "1"], ["b", "10"]]),
        (sort((0, "DESCENDING")), [["b", "1"], ["b", "10"], ["a", "2"]]),
        (sort((1, "DESCENDING")), [["b", "10"], ["a", "2"], ["b", "1"]]),
        (sort((0, "DESCENDING"), (1, "DESCENDING")), [["b", "10"], ["b", "1"], ["a", "2"]]),
        (sort((1, "DESCENDING"), where=area(0, 1, 3, 2)), [["b", "10"], ["a", "2"], ["b", "1"]]),
    ],
)
def test_rows_are_sorted_by_columns(user: Api, sheet: str, request_: Any, rows: Any) -> None:
    user.write(sheet, "A1:B3", [["b", 1], ["a", 2], ["b", 10]])

    assert user.batch(sheet, request_) == [{}]

    assert user.read(sheet, "A1:B3")["values"] == rows


@pytest.mark.parametrize(
    "values",
    [
        [["a"], [1], ["b"]],
        [["a"], [""], ["b"]],
        [["Đ"], ["D"], ["E"]],
        [["a"], ["A"], ["b"]],
        [["=1"], ["=2"], ["=3"]],
        [[True], [False], [True]],
    ],
    ids=["kinds", "blanks", "accents", "capitals", "formulas", "ticks"],
)
def test_an_order_that_is_not_known_is_not_pretended(user: Api, sheet: str, values: Any) -> None:
    user.write(sheet, "A1:A3", values, "USER_ENTERED")

    assert user.batch_refused(sheet, sort((0, "ASCENDING"), where=area(0, 0, 3, 1)))[0] == 501


def test_rows_that_have_more_than_values_are_not_sorted(user: Api, sheet: str) -> None:
    put(user, sheet, [text("b")], [{**text("a"), "userEnteredFormat": BOLD}], [text("c")])

    assert user.batch_refused(sheet, sort((0, "ASCENDING")))[0] == 501


# --- sheets.copyTo --------------------------------------------------------------------------


def copy_to(api: Api, source: str, target: str) -> Any:
    path = f"/v4/spreadsheets/{source}/sheets/0:copyTo"
    return api.ok("POST", path, {"destinationSpreadsheetId": target})


def test_a_sheet_is_copied_to_another_spreadsheet(user: Api, sheet: str) -> None:
    other = user.new_sheet("Khác")
    put(user, sheet, [{**text("x"), "userEnteredFormat": BOLD}, text("y")])
    user.write(sheet, "A2", [["=A1"]], "USER_ENTERED")
    user.batch(sheet, {"mergeCells": {"range": area(4, 0, 5, 2)}})
    before = user.ok("GET", f"/v4/spreadsheets/{sheet}")

    told = copy_to(user, sheet, other)

    tabs = user.ok("GET", f"/v4/spreadsheets/{other}")["sheets"]
    number = told["sheetId"]
    assert told == {
        "sheetId": number,
        "title": "Copy of Sheet1",
        "index": 1,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }
    assert number != 0
    assert tabs[1] == {"properties": told, "merges": [area(4, 0, 5, 2, sheetId=number)]}
    assert cells(user, other, "'Copy of Sheet1'!A1:B1") == cells(user, sheet, "A1:B1")
    assert user.read(other, "'Copy of Sheet1'!A1:B2")["values"] == [["x", "y"], ["x"]]
    assert user.ok("GET", f"/v4/spreadsheets/{sheet}") == before


def test_a_copy_needs_to_be_let_in_on_both_sides(google: Emulator, user: Api, sheet: str) -> None:
    unit = Api(google, UNIT)
    theirs = unit.new_sheet("Của đơn vị")
    path = f"/v4/spreadsheets/{sheet}/sheets/0:copyTo"
    body = {"destinationSpreadsheetId": theirs}
    denied = (403, "The caller does not have permission")

    assert unit.message("POST", path, body) == denied
    user.share(sheet, UNIT, "reader")
    assert unit.ok("POST", path, body)["title"] == "Copy of Sheet1"
    assert user.message("POST", path, body) == denied
    nowhere = {"destinationSpreadsheetId": "khong-co"}
    assert user.message("POST", path, nowhere) == (404, "Requested entity was not found.")


@pytest.mark.parametrize(
    "request_",
    [
        {"addProtectedRange": {"protectedRange": {"range": area(0, 0, 1, 1)}}},
        {"setBasicFilter": {"filter": {"range": area(0, 0, 1, 1)}}},
        named("ten", area(0, 0, 1, 1)),
        {
            "updateSheetProperties": {
                "properties": {"tabColor": {"red": 1}},
                "fields": "tabColor",
            }
        },
        {
            "repeatCell": {
                "range": area(0, 0, 1, 1),
                "cell": {"userEnteredValue": {"formulaValue": "='Khác'!A1"}},
                "fields": "*",
            }
        },
    ],
)
def test_a_sheet_of_which_it_is_not_known_how_it_is_copied_is_not(
    user: Api, sheet: str, request_: Any
) -> None:
    other = user.new_sheet("Khác")
    user.batch(sheet, {"addSheet": {"properties": {"title": "Khác"}}}, request_)

    path = f"/v4/spreadsheets/{sheet}/sheets/0:copyTo"
    assert user.message("POST", path, {"destinationSpreadsheetId": other})[0] == 501
