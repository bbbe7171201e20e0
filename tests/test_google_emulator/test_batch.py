"""Sheets: create, get, batchUpdate (reference/google.md §9.5)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import ROBOT, UNIT, Api

GREY = {"red": 0.5, "green": 0.5, "blue": 0.5}
PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to "
    "remove protection if you need to edit."
)


def area(top: int, left: int, bottom: int, right: int, **more: int) -> dict[str, int]:
    return {
        "startRowIndex": top,
        "startColumnIndex": left,
        "endRowIndex": bottom,
        "endColumnIndex": right,
        **more,
    }


def get(api: Api, sheet: str, fields: str, **params: Any) -> Any:
    return api.ok("GET", f"/v4/spreadsheets/{sheet}", fields=fields, **params)


def text(value: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value}}


def test_a_spreadsheet_is_made_with_its_tabs(user: Api) -> None:
    wanted = {
        "properties": {"title": "Biểu", "locale": "vi_VN", "timeZone": "Asia/Ho_Chi_Minh"},
        "sheets": [{"properties": {"sheetId": 7, "title": "Đăng ký"}}],
    }

    made = user.ok("POST", "/v4/spreadsheets", wanted)

    assert made == {
        "spreadsheetId": made["spreadsheetId"],
        "properties": {
            "title": "Biểu",
            "locale": "vi_VN",
            "autoRecalc": "ON_CHANGE",
            "timeZone": "Asia/Ho_Chi_Minh",
        },
        "sheets": [
            {
                "properties": {
                    "sheetId": 7,
                    "title": "Đăng ký",
                    "index": 0,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": 1000, "columnCount": 26},
                }
            }
        ],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{made['spreadsheetId']}/edit",
    }


def test_a_service_account_cannot_make_one_in_a_drive_it_does_not_have(robot: Api) -> None:
    assert robot.message("POST", "/v4/spreadsheets", {}) == (
        403,
        "The caller does not have permission",
    )


def test_tabs_are_added_renamed_moved_hidden_deleted(user: Api, sheet: str) -> None:
    replies = user.batch(
        sheet,
        {"addSheet": {"properties": {"sheetId": 5, "title": "Phản hồi", "index": 0}}},
        {"addSheet": {"properties": {"sheetId": 6, "title": "Ẩn", "hidden": True}}},
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 5, "title": "Trả lời", "index": 3},
                "fields": "title,index",
            }
        },
        {"deleteSheet": {"sheetId": 0}},
    )

    assert "index" not in replies[0]["addSheet"]["properties"]
    assert replies[2:] == [{}, {}]
    assert get(user, sheet, "sheets/properties(sheetId,title,index,hidden)") == {
        "sheets": [
            {"properties": {"sheetId": 6, "title": "Ẩn", "index": 0, "hidden": True}},
            {"properties": {"sheetId": 5, "title": "Trả lời", "index": 1}},
        ]
    }


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"addSheet": {"properties": {"title": "sheet1"}}},
            'Invalid requests[0].addSheet: A sheet with the name "sheet1" already exists. Please '
            "enter another name.",
        ),
        (
            {"deleteSheet": {"sheetId": 0}},
            "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document.",
        ),
        (
            {"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}},
            "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a "
            "document.",
        ),
        (
            {"updateSheetProperties": {"properties": {}, "fields": "*"}},
            "Invalid requests[0].updateSheetProperties: The sheet name cannot be empty.",
        ),
        (
            {"repeatCell": {"range": {"sheetId": 9}, "cell": {}, "fields": "*"}},
            "Invalid requests[0].repeatCell: No grid with id: 9",
        ),
        (
            {
                "deleteDimension": {
                    "range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}
                }
            },
            "Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. Tried to "
            "delete row index 1000 but there are only 1000 rows.",
        ),
        (
            {
                "deleteDimension": {
                    "range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 1000}
                }
            },
            "Invalid requests[0].deleteDimension: You can't delete all the rows on the sheet.",
        ),
        (
            {"appendDimension": {"dimension": "ROWS", "length": 10_000_000}},
            "Invalid requests[0].appendDimension: This action would increase the number of cells "
            "in the workbook above the limit of 10000000 cells.",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_by_its_place(
    user: Api, sheet: str, request_: Any, message: str
) -> None:
    assert user.batch_refused(sheet, request_) == (400, message)


def test_a_batch_is_done_whole_or_not_at_all(user: Api, sheet: str) -> None:
    refused = user.batch_refused(
        sheet,
        {"addSheet": {"properties": {"title": "Mới"}}},
        {"deleteSheet": {"sheetId": 99}},
    )

    assert refused == (400, "Invalid requests[1].deleteSheet: No grid with id: 99")
    assert get(user, sheet, "sheets/properties/title") == {
        "sheets": [{"properties": {"title": "Sheet1"}}]
    }


def test_an_unknown_kind_of_request_is_not_pretended(user: Api, sheet: str) -> None:
    status, message = user.batch_refused(sheet, {"trimWhitespace": {"range": area(0, 0, 1, 1)}})

    assert (status, message) == (
        501,
        "The emulator does not support the batchUpdate request 'trimWhitespace'.",
    )


def test_cells_keep_values_formats_and_notes(user: Api, sheet: str) -> None:
    bold = {"textFormat": {"bold": True}, "backgroundColor": GREY}
    cell = {**text("Biểu"), "userEnteredFormat": bold, "note": "Ghi chú"}
    rows = [{"values": [cell, {"userEnteredValue": {"numberValue": 2}}]}]
    user.batch(sheet, {"updateCells": {"start": {"rowIndex": 1}, "rows": rows, "fields": "*"}})

    grid = get(user, sheet, "sheets/data/rowData/values(userEnteredValue,userEnteredFormat,note)")

    grey = dict.fromkeys(("red", "green", "blue"), 0.49803922)
    form = {
        "textFormat": {"bold": True},
        "backgroundColor": grey,
        "backgroundColorStyle": {"rgbColor": grey},
    }
    assert grid["sheets"][0]["data"] == [
        {
            "rowData": [
                {},
                {
                    "values": [
                        {**text("Biểu"), "userEnteredFormat": form, "note": "Ghi chú"},
                        {"userEnteredValue": {"numberValue": 2}},
                    ]
                },
            ]
        }
    ]


def test_a_mask_changes_only_what_it_names(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B1", [["a", "b"]])
    bold = {"userEnteredFormat": {"textFormat": {"bold": True, "italic": True}}}
    for fields in ("userEnteredFormat.textFormat", "userEnteredFormat.textFormat.italic"):
        cell = bold if fields.endswith("Format") else {}
        user.batch(
            sheet, {"repeatCell": {"range": area(0, 0, 1, 2), "cell": cell, "fields": fields}}
        )

    values = get(user, sheet, "sheets/data/rowData/values(userEnteredValue,userEnteredFormat)")

    style = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    assert values["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {**text("a"), **style},
        {**text("b"), **style},
    ]


def test_a_repeated_formula_moves_its_references(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:A3", [[1], [2], [3]])
    cell = {"userEnteredValue": {"formulaValue": "=A1*$A$1"}}
    user.batch(
        sheet,
        {"repeatCell": {"range": area(0, 1, 3, 2), "cell": cell, "fields": "userEnteredValue"}},
    )

    shown = user.read(sheet, "B1:B3", valueRenderOption="FORMULA")["values"]

    assert shown == [["=A1*$A$1"], ["=A2*$A$1"], ["=A3*$A$1"]]
    assert user.read(sheet, "B1:B3")["values"] == [["1"], ["2"], ["3"]]


def test_a_shown_cell_has_its_value_and_its_text(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B1", [["=1+1", "=1/0"]], "USER_ENTERED")

    fields = "sheets/data(startRow,rowData/values(effectiveValue,formattedValue))"
    grid = get(user, sheet, fields, ranges="A1:C2")

    assert grid["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {"effectiveValue": {"numberValue": 2.0}, "formattedValue": "2"},
        {
            "effectiveValue": {
                "errorValue": {
                    "type": "DIVIDE_BY_ZERO",
                    "message": "Function DIVIDE parameter 2 cannot be zero.",
                }
            },
            "formattedValue": "#DIV/0!",
        },
    ]


def test_merging_keeps_the_first_value_and_splits_by_rows(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B2", [["a", "b"], ["c", "d"]])
    user.batch(sheet, {"mergeCells": {"range": area(0, 0, 2, 2), "mergeType": "MERGE_ROWS"}})

    assert user.read(sheet, "A1:B2")["values"] == [["a"], ["c"]]
    merges = get(user, sheet, "sheets/merges")["sheets"][0]["merges"]
    assert merges == [area(0, 0, 1, 2), area(1, 0, 2, 2)]
    user.batch(sheet, {"unmergeCells": {"range": area(0, 0, 1, 2)}})
    assert get(user, sheet, "sheets/merges")["sheets"][0]["merges"] == [area(1, 0, 2, 2)]


def test_checks_and_conditional_formats_are_kept(user: Api, sheet: str) -> None:
    rule = {
        "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]},
        "strict": True,
    }
    red = {
        "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=A1=1"}]},
        "format": {},
    }
    replies = user.batch(
        sheet,
        {"setDataValidation": {"range": area(0, 0, 1, 1), "rule": rule}},
        {
            "addConditionalFormatRule": {
                "rule": {"ranges": [area(0, 0, 5, 5)], "booleanRule": red},
                "index": 0,
            }
        },
    )

    assert replies == [{}, {}]
    shown = get(user, sheet, "sheets(conditionalFormats,data/rowData/values/dataValidation)")
    assert shown["sheets"][0]["conditionalFormats"] == [
        {"ranges": [area(0, 0, 5, 5)], "booleanRule": red}
    ]
    assert shown["sheets"][0]["data"][0]["rowData"] == [{"values": [{"dataValidation": rule}]}]
    removed = user.batch(sheet, {"deleteConditionalFormatRule": {"index": 0}})
    assert removed[0]["deleteConditionalFormatRule"]["rule"]["booleanRule"] == red
    status, _ = user.batch_refused(sheet, {"deleteConditionalFormatRule": {"index": 0}})
    assert status == 400


def test_a_check_with_the_wrong_number_of_values_is_refused(user: Api, sheet: str) -> None:
    rule = {"condition": {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": "1"}]}}

    status, message = user.batch_refused(
        sheet, {"setDataValidation": {"range": area(0, 0, 1, 1), "rule": rule}}
    )

    assert status == 400
    assert message.startswith(
        "Invalid requests[0].setDataValidation: Invalid ConditionType NUMBER_BETWEEN"
    )


def test_a_protection_opens_for_its_editors_and_its_gaps(
    google: Emulator, robot: Api, drive: str
) -> None:
    sheet = robot.new_sheet("Mẫu", parents=[drive])
    robot.share(sheet, UNIT)
    unit = Api(google, UNIT)
    (reply,) = robot.batch(
        sheet,
        {
            "addProtectedRange": {
                "protectedRange": {
                    "protectedRangeId": 11,
                    "range": {"sheetId": 0},
                    "unprotectedRanges": [area(4, 0, 10, 3)],
                    "editors": {"users": [ROBOT]},
                }
            }
        },
    )

    shown = reply["addProtectedRange"]["protectedRange"]
    assert (shown["protectedRangeId"], shown["editors"], shown["requestingUserCanEdit"]) == (
        11,
        {"users": [ROBOT]},
        True,
    )
    unit.write(sheet, "A5:C5", [["a", "b", "c"]])
    robot.write(sheet, "A1", [["x"]])
    path = f"/v4/spreadsheets/{sheet}/values/A1"
    assert unit.message("PUT", path, {"values": [["x"]]}, valueInputOption="RAW") == (
        400,
        PROTECTED,
    )
    whole = {"repeatCell": {"range": area(3, 0, 5, 1), "cell": {}, "fields": "*"}}
    assert unit.batch_refused(sheet, whole) == (400, f"Invalid requests[0].repeatCell: {PROTECTED}")
    rows = {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 5, "endIndex": 6}}}
    assert unit.batch_refused(sheet, rows)[0] == 400
    seen = get(
        unit, sheet, "sheets/protectedRanges(protectedRangeId,editors,requestingUserCanEdit)"
    )
    assert seen == {"sheets": [{"protectedRanges": [{"protectedRangeId": 11}]}]}


def test_a_copy_keeps_the_protection_and_only_the_copier_may_edit(
    google: Emulator, robot: Api, user: Api, drive: str
) -> None:
    sheet = robot.new_sheet("Mẫu", parents=[drive])
    guard = {"range": {"sheetId": 0}, "editors": {"users": [UNIT]}}
    robot.batch(sheet, {"addProtectedRange": {"protectedRange": guard}})

    copied = robot.ok("POST", f"/drive/v3/files/{sheet}/copy", {}, supportsAllDrives="true")["id"]

    shown = get(robot, copied, "sheets/protectedRanges/editors")
    assert shown == {"sheets": [{"protectedRanges": [{"editors": {"users": [ROBOT]}}]}]}


def test_a_protection_without_editors_keeps_those_there_are(user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)
    user.batch(sheet, {"addProtectedRange": {"protectedRange": {"range": area(0, 0, 1, 1)}}})

    (guard,) = get(user, sheet, "sheets/protectedRanges")["sheets"][0]["protectedRanges"]

    assert guard["editors"]["users"] == ["dieu-phoi@example.vn", UNIT]


def test_a_protection_is_changed_and_taken_away(user: Api, sheet: str) -> None:
    guard = {"protectedRangeId": 3, "range": area(0, 0, 1, 1), "editors": {"users": []}}
    user.batch(
        sheet,
        {"addProtectedRange": {"protectedRange": guard}},
        {
            "updateProtectedRange": {
                "protectedRange": {"protectedRangeId": 3, "description": "Khoá"},
                "fields": "description",
            }
        },
    )
    shown = get(user, sheet, "sheets/protectedRanges(description,range)")
    user.batch(sheet, {"deleteProtectedRange": {"protectedRangeId": 3}})

    assert shown["sheets"][0]["protectedRanges"] == [
        {"description": "Khoá", "range": area(0, 0, 1, 1)}
    ]
    assert get(user, sheet, "sheets/protectedRanges") == {"sheets": [{}]}


@pytest.mark.parametrize(
    "twice",
    [
        {"addSheet": {"properties": {"sheetId": 4}}},
        {"addNamedRange": {"namedRange": {"name": "a", "range": area(0, 0, 1, 1)}}},
        {
            "addProtectedRange": {
                "protectedRange": {"protectedRangeId": 4, "range": area(0, 0, 1, 1)}
            }
        },
        {
            "addChart": {
                "chart": {
                    "chartId": 4,
                    "spec": {},
                    "position": {"overlayPosition": {"anchorCell": {}}},
                }
            }
        },
    ],
)
def test_an_id_or_name_that_is_taken_is_refused(user: Api, sheet: str, twice: Any) -> None:
    user.batch(sheet, twice)

    assert user.batch_refused(sheet, twice)[0] == 400


def test_rows_move_with_everything_on_them(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:A4", [["a"], ["b"], ["c"], ["d"]])
    user.batch(
        sheet,
        {
            "addNamedRange": {
                "namedRange": {"namedRangeId": "o", "name": "o", "range": area(1, 0, 3, 1)}
            }
        },
        {"mergeCells": {"range": area(2, 0, 3, 2)}},
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1, "endIndex": 3}}},
    )
    assert user.read(sheet, "A1:A9")["values"] == [["a"], [], [], ["b"], ["c"], ["d"]]
    assert get(user, sheet, "namedRanges")["namedRanges"][0]["range"] == area(3, 0, 5, 1)

    user.batch(
        sheet, {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 4}}}
    )

    assert user.read(sheet, "A1:A9")["values"] == [["c"], ["d"]]
    shown = get(user, sheet, "namedRanges/range,sheets(merges,properties/gridProperties/rowCount)")
    assert shown["namedRanges"] == [{"range": area(0, 0, 1, 1)}]
    assert shown["sheets"][0]["merges"] == [area(0, 0, 1, 2)]
    assert shown["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 998


def test_widths_filter_borders_and_charts_are_kept(user: Api, sheet: str) -> None:
    line = {"style": "SOLID", "color": {"red": 1}}
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    chart = {
        "chartId": 8,
        "spec": {"title": "Theo lĩnh vực", "basicChart": {"chartType": "BAR"}},
        "position": {"overlayPosition": {"anchorCell": {"rowIndex": 1}}},
    }
    user.batch(
        sheet,
        {
            "updateDimensionProperties": {
                "range": columns,
                "properties": {"pixelSize": 55},
                "fields": "pixelSize",
            }
        },
        {"setBasicFilter": {"filter": {"range": area(0, 0, 5, 2)}}},
        {"updateBorders": {"range": area(0, 0, 1, 2), "top": line, "innerVertical": line}},
        {"addChart": {"chart": chart}},
        {
            "autoResizeDimensions": {
                "dimensions": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}
            }
        },
    )

    fields = "sheets(basicFilter,charts(chartId,spec/title),data(columnMetadata,rowData))"
    shown = get(user, sheet, fields, ranges="A1:C1")["sheets"][0]

    assert shown["basicFilter"] == {"range": area(0, 0, 5, 2)}
    assert shown["charts"] == [{"chartId": 8, "spec": {"title": "Theo lĩnh vực"}}]
    sizes = [column["pixelSize"] for column in shown["data"][0]["columnMetadata"]]
    assert sizes == [100, 55, 100]
    borders = [
        cell["userEnteredFormat"]["borders"] for cell in shown["data"][0]["rowData"][0]["values"]
    ]
    assert [sorted(sides) for sides in borders] == [["right", "top"], ["left", "top"]]
    assert user.batch(sheet, {"deleteEmbeddedObject": {"objectId": 8}}) == [{}]


def test_a_new_title_renames_the_file(user: Api, sheet: str) -> None:
    user.batch(
        sheet, {"updateSpreadsheetProperties": {"properties": {"title": "Mới"}, "fields": "title"}}
    )

    assert user.ok("GET", f"/drive/v3/files/{sheet}")["name"] == "Mới"
    user.ok("PATCH", f"/drive/v3/files/{sheet}", {"name": "Cũ"})
    assert get(user, sheet, "properties/title") == {"properties": {"title": "Cũ"}}


def test_an_office_file_is_no_spreadsheet(google: Emulator, user: Api) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    made = user.send(
        "POST",
        "/upload/drive/v3/files",
        params={"uploadType": "media"},
        data=b"x",
        headers={"Content-Type": kind},
    ).json()

    status, error = user.refused("GET", f"/v4/spreadsheets/{made['id']}")

    assert (status, error["status"]) == (400, "FAILED_PRECONDITION")
    assert user.message("GET", "/v4/spreadsheets/khong-co") == (
        404,
        "Requested entity was not found.",
    )
