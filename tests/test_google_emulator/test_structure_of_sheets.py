"""Sheets: what a master sheet and a structure check ask for; rows that come and go."""

from typing import Any

import pytest

from tests.google_emulator import Emulator, references
from tests.test_google_emulator.api import UNIT, USER, Api
from tests.test_google_emulator.test_batch import area, get, text

STRUCTURE = (
    "properties(title,locale,timeZone),sheets(properties,protectedRanges,charts,merges,"
    "basicFilter,conditionalFormats),namedRanges"
)
ROWS = {"dimension": "ROWS"}
WHOLE = {"sheetId": 0}


def named(name: str, where: Any, **more: str) -> Any:
    return {"addNamedRange": {"namedRange": {"name": name, "range": where, **more}}}


def bars(chart_id: int, rows: int = 5) -> Any:
    def source(left: int) -> Any:
        return {"sourceRange": {"sources": [area(0, left, rows, left + 1, sheetId=0)]}}

    spec = {
        "title": "Theo lĩnh vực",
        "basicChart": {
            "chartType": "BAR",
            "legendPosition": "NO_LEGEND",
            "domains": [{"domain": source(0)}],
            "series": [{"series": source(1), "targetAxis": "BOTTOM_AXIS"}],
            "headerCount": 1,
        },
    }
    anchor = {"sheetId": 0, "rowIndex": 8, "columnIndex": 3}
    position = {"overlayPosition": {"anchorCell": anchor, "widthPixels": 480, "heightPixels": 300}}
    return {"addChart": {"chart": {"chartId": chart_id, "spec": spec, "position": position}}}


def test_the_structure_is_asked_for_in_one_mask(user: Api, sheet: str) -> None:
    red = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    guard = {"protectedRangeId": 11, "range": WHOLE, "unprotectedRanges": [area(4, 0, 9, 3)]}
    replies = user.batch(
        sheet,
        {"addSheet": {"properties": {"sheetId": 7, "title": "Danh mục", "hidden": True}}},
        named("o_nhap", area(4, 0, 9, 3), namedRangeId="o-nhap"),
        {"addProtectedRange": {"protectedRange": {**guard, "editors": {"users": [USER]}}}},
        {"mergeCells": {"range": area(0, 0, 1, 3)}},
        {"setBasicFilter": {"filter": {"range": area(3, 0, 9, 3)}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [area(4, 0, 9, 3)], "booleanRule": red}}},
        bars(8),
    )

    shown = get(user, sheet, STRUCTURE)

    first, second = shown["sheets"]
    assert replies[1]["addNamedRange"]["namedRange"]["namedRangeId"] == "o-nhap"
    assert shown["namedRanges"] == [
        {"namedRangeId": "o-nhap", "name": "o_nhap", "range": area(4, 0, 9, 3)}
    ]
    assert sorted(first) == [
        "basicFilter",
        "charts",
        "conditionalFormats",
        "merges",
        "properties",
        "protectedRanges",
    ]
    assert first["protectedRanges"][0]["range"] == {}
    assert first["protectedRanges"][0]["unprotectedRanges"] == [area(4, 0, 9, 3)]
    assert [first["charts"][0]["chartId"], first["merges"]] == [8, [area(0, 0, 1, 3)]]
    assert second["properties"]["hidden"]
    assert list(second) == ["properties"]
    chosen = get(user, sheet, STRUCTURE, ranges=["o_nhap"])
    assert [tab["properties"]["sheetId"] for tab in chosen["sheets"]] == [0]
    assert chosen["namedRanges"] == shown["namedRanges"]


def test_what_is_not_there_is_taken_away_without_a_word(user: Api, sheet: str) -> None:
    """As a master sheet is cleared before it is written again."""
    user.write(sheet, "A1", [["x"]])

    replies = user.batch(
        sheet,
        {"clearBasicFilter": {"sheetId": 0}},
        {"unmergeCells": {"range": WHOLE}},
        {"updateCells": {"range": WHOLE, "fields": "userEnteredValue"}},
    )

    assert replies == [{}, {}, {}]
    assert "values" not in user.read(sheet, "A1")


def test_a_range_without_rows_clears_the_fields_that_are_named(user: Api, sheet: str) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    cell = {**text("x"), **bold, "note": "Ghi chú"}
    rows = [{"values": [cell, cell]}, {"values": [cell, cell]}]
    user.batch(sheet, {"updateCells": {"start": {}, "rows": rows, "fields": "*"}})

    user.batch(
        sheet,
        {"updateCells": {"range": area(0, 0, 1, 2), "fields": "userEnteredValue,note"}},
        {"updateCells": {"range": area(1, 0, 2, 1), "fields": "*"}},
    )

    fields = "sheets/data/rowData/values(userEnteredValue,userEnteredFormat,note)"
    assert get(user, sheet, fields)["sheets"][0]["data"] == [
        {"rowData": [{"values": [bold, bold]}, {"values": [{}, cell]}]}
    ]


def test_title_locale_and_time_zone_are_set_at_once(user: Api, sheet: str) -> None:
    wanted = {"title": "Tổng hợp", "locale": "vi_VN", "timeZone": "Asia/Ho_Chi_Minh"}
    change = {"properties": wanted, "fields": "title,locale,timeZone"}

    user.batch(sheet, {"updateSpreadsheetProperties": change})

    assert get(user, sheet, "properties(title,locale,timeZone)") == {"properties": wanted}
    assert user.ok("GET", f"/drive/v3/files/{sheet}", fields="name") == {"name": "Tổng hợp"}


def test_rows_and_columns_are_sized_and_hidden(user: Api, sheet: str) -> None:
    def size(dimension: str, start: int, end: int, **properties: Any) -> Any:
        where = {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}
        change = {"range": where, "properties": properties, "fields": ",".join(properties)}
        return {"updateDimensionProperties": change}

    user.batch(
        sheet,
        size("COLUMNS", 0, 2, pixelSize=180),
        size("COLUMNS", 1, 2, hiddenByUser=True),
        size("ROWS", 0, 1, pixelSize=40, hiddenByUser=True),
        size("ROWS", 0, 1, hiddenByUser=False),
    )

    fields = "sheets/data(rowMetadata,columnMetadata)"
    (data,) = get(user, sheet, fields, ranges="A1:C1")["sheets"][0]["data"]
    assert data == {
        "rowMetadata": [{"pixelSize": 40}],
        "columnMetadata": [
            {"pixelSize": 180},
            {"pixelSize": 180, "hiddenByUser": True},
            {"pixelSize": 100},
        ],
    }


def test_a_chart_is_replaced_by_its_own_id(user: Api, sheet: str) -> None:
    user.batch(sheet, bars(8))
    replies = user.batch(sheet, {"deleteEmbeddedObject": {"objectId": 8}}, bars(8, rows=9))

    assert replies[1]["addChart"]["chart"]["chartId"] == 8
    (chart,) = get(user, sheet, "sheets/charts")["sheets"][0]["charts"]
    domain = chart["spec"]["basicChart"]["domains"][0]["domain"]["sourceRange"]["sources"][0]
    assert domain["endRowIndex"] == 9


def test_a_chart_of_cells_that_do_not_exist_is_refused(user: Api, sheet: str) -> None:
    status, message = user.batch_refused(sheet, bars(8, rows=1001))

    assert (status, message.startswith("Invalid requests[0].addChart: GridRange")) == (400, True)


@pytest.mark.parametrize(
    "name", ["", "1a", "A1", "r1c1", "có dấu cách", "true_1", "a-b", "a" * 251]
)
def test_a_name_that_is_none_is_refused(user: Api, sheet: str, name: str) -> None:
    status, _ = user.batch_refused(sheet, named(name, area(0, 0, 1, 1)))

    assert status == (400 if name.isascii() else 501)


def test_named_ranges_are_written_and_read_many_at_once(user: Api, sheet: str) -> None:
    user.batch(
        sheet,
        {"addSheet": {"properties": {"sheetId": 7, "title": "Đơn vị"}}},
        named("ten_don_vi", area(1, 2, 2, 3, sheetId=7)),
        named("o_nhap", area(4, 0, 6, 2, sheetId=0)),
    )
    data = [
        {"range": "ten_don_vi", "values": [["UBND xã Nghĩa Đường"]]},
        {"range": "o_nhap", "values": [["a", "b"], ["c", "d"]]},
    ]
    path = f"/v4/spreadsheets/{sheet}/values"

    written = user.ok("POST", f"{path}:batchUpdate", {"valueInputOption": "RAW", "data": data})
    read = user.ok("GET", f"{path}:batchGet", ranges=["o_nhap", "ten_don_vi"])

    echoes = [item["updatedRange"] for item in written["responses"]]
    assert echoes == ["'Đơn vị'!C2", "Sheet1!A5:B6"]
    assert [item["range"] for item in read["valueRanges"]] == ["Sheet1!A5:B6", "'Đơn vị'!C2"]
    assert [item["values"] for item in read["valueRanges"]] == [
        [["a", "b"], ["c", "d"]],
        [["UBND xã Nghĩa Đường"]],
    ]
    wide = [{"range": "o_nhap", "values": [["a", "b", "c"]]}]
    refused = user.message("POST", f"{path}:batchUpdate", {"valueInputOption": "RAW", "data": wide})
    assert refused == (
        400,
        "Invalid data[0]: Requested writing within range [Sheet1!A5:B6], but tried writing to "
        "column [C]",
    )


def test_rows_a_unit_puts_in_move_everything_that_points_below(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    guard: Any = {"protectedRangeId": 11, "range": area(9, 0, 10, 3)}
    guard["editors"] = {"users": [USER, UNIT]}
    rule = {"condition": {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=B5:B9"}]}}
    red = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A5=1"}]}}
    user.batch(
        sheet,
        {"addSheet": {"properties": {"sheetId": 7, "title": "Danh mục"}}},
        named("o_nhap", area(4, 0, 9, 3)),
        named("tieu_de", area(0, 0, 1, 3)),
        {"addProtectedRange": {"protectedRange": guard}},
        {"setDataValidation": {"range": area(0, 4, 1, 5), "rule": rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [area(4, 0, 9, 3)], "booleanRule": red}}},
        bars(8),
    )
    formulas = ["=COUNTA(A5:A9)", '=A1&$A$9&"A9"', "=COUNTA(A:A)", "=Sheet1!A9", "='Danh mục'!A9"]
    user.write(sheet, "D1:H1", [formulas], "USER_ENTERED")
    user.write(sheet, "'Danh mục'!A1:B1", [["=Sheet1!A5", "=A9"]], "USER_ENTERED")

    rows = {"range": {**ROWS, "startIndex": 5, "endIndex": 7}}
    google.edit(sheet, [{"insertDimension": rows}], UNIT)

    fields = (
        "namedRanges(name,range),sheets(protectedRanges/range,conditionalFormats,"
        "charts(spec/basicChart/domains,position/overlayPosition/anchorCell),"
        "data/rowData/values/dataValidation)"
    )
    shown = get(user, sheet, fields)
    first = shown["sheets"][0]
    assert shown["namedRanges"] == [
        {"name": "o_nhap", "range": area(4, 0, 11, 3)},
        {"name": "tieu_de", "range": area(0, 0, 1, 3)},
    ]
    assert first["protectedRanges"] == [{"range": area(11, 0, 12, 3)}]
    condition = first["conditionalFormats"][0]["booleanRule"]["condition"]
    assert condition["values"] == [{"userEnteredValue": "=$A5=1"}]
    check = first["data"][0]["rowData"][0]["values"][4]["dataValidation"]["condition"]
    assert check["values"] == [{"userEnteredValue": "=B5:B11"}]
    (chart,) = first["charts"]
    assert chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 10
    asked = {"ranges": ["D1:H1", "'Danh mục'!A1:B1"], "valueRenderOption": "FORMULA"}
    read = user.ok("GET", f"/v4/spreadsheets/{sheet}/values:batchGet", **asked)["valueRanges"]
    assert [item["values"][0] for item in read] == [
        ["=COUNTA(A5:A11)", '=A1&$A$11&"A9"', "=COUNTA(A:A)", "=Sheet1!A11", "='Danh mục'!A9"],
        ["=Sheet1!A5", "=A9"],
    ]


@pytest.mark.parametrize(
    ("reference", "moved"),
    [
        ("A2", "A2"),
        ("A3", None),
        ("A5", "A3"),
        ("$B$9", "$B$7"),
        ("A3:A4", None),
        ("A1:B9", "A1:B7"),
        ("A3:A9", "A3:A7"),
        ("A1:A3", "A1:A2"),
        ("A:B", "A:B"),
        ("$5:9", "$3:7"),
    ],
)
def test_a_reference_follows_rows_that_are_taken_out(reference: str, moved: str | None) -> None:
    """Rows 3 and 4 go."""

    def edge(n: int, first: bool) -> int | None:
        return n if n <= 2 else max(2, n - 2)

    assert references.reference(reference, True, edge) == moved


def test_a_formula_that_pointed_at_what_is_gone_says_so(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.write(sheet, "B1:C1", [["=A5&$D$9", "=SUM(A5:A6)"]], "USER_ENTERED")

    rows = {"range": {**ROWS, "startIndex": 4, "endIndex": 6}}
    google.edit(sheet, [{"deleteDimension": rows}], USER)

    shown = user.read(sheet, "B1:C1", valueRenderOption="FORMULA")["values"]
    assert shown == [["=#REF!&$D$7", "=SUM(#REF!)"]]
    error = "#REF! (Reference does not exist.)"
    assert user.read(sheet, "B1:C1")["values"] == [[error, error]]
