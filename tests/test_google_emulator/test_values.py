"""Sheets: values, as recorded from the real service (reference/google.md §9.4)."""

import copy
from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import USER, Api

RAW = {"valueInputOption": "RAW"}
TYPED = {"valueInputOption": "USER_ENTERED"}
PLAIN = {"valueRenderOption": "UNFORMATTED_VALUE"}


@pytest.fixture
def tab(user: Api, sheet: str) -> str:
    """Give the spreadsheet a tab whose name needs quotes."""
    add = {
        "addSheet": {
            "properties": {"title": "Đăng ký", "gridProperties": {"rowCount": 20, "columnCount": 5}}
        }
    }
    user.batch(sheet, add)
    return "'Đăng ký'"


@pytest.mark.parametrize(
    ("asked", "echoed"),
    [
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("sheet1!A1:B2", "Sheet1!A1:B2"),
        ("'Sheet1'!A1:1", "Sheet1!A1:Z1"),
        ("A1:A", "Sheet1!A1:A1000"),
        ("A:B", "Sheet1!A1:B1000"),
        ("D4:A1", "Sheet1!A1:D4"),
        ("A1:A1", "Sheet1!A1"),
        ("$B$2", "Sheet1!B2"),
        ("A2:F10001", "Sheet1!A2:F1000"),
        ("'Đăng ký'!A1:C3", "'Đăng ký'!A1:C3"),
        ("Đăng ký!A1:C3", "'Đăng ký'!A1:C3"),
        ("Đăng ký", "'Đăng ký'!A1:E20"),
    ],
)
def test_a_range_is_echoed_clipped_and_quoted_where_needed(
    user: Api, sheet: str, tab: str, asked: str, echoed: str
) -> None:
    assert user.read(sheet, asked) == {"range": echoed, "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("Không có!A1", "Unable to parse range: Không có!A1"),
        ("'Sheet1'!A1:[5", "Unable to parse range: 'Sheet1'!A1:[5"),
        ("khong_co", "Unable to parse range: khong_co"),
        (
            "Sheet1!A1001",
            "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
    ],
)
def test_a_range_that_is_none_is_refused(user: Api, sheet: str, asked: str, message: str) -> None:
    assert user.message("GET", f"/v4/spreadsheets/{sheet}/values/{asked}") == (400, message)


def test_trailing_blanks_are_trimmed_and_inner_ones_kept(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:D4", [["a", "", "c", ""], ["", "", "", ""], ["", "x"], ["", ""]])

    assert user.read(sheet, "A1:D10")["values"] == [["a", "", "c"], [], ["", "x"]]
    columns = user.read(sheet, "A1:D10", majorDimension="COLUMNS")
    assert columns == {
        "range": "Sheet1!A1:D10",
        "majorDimension": "COLUMNS",
        "values": [["a"], ["", "", "x"], ["c"]],
    }


def test_many_ranges_come_back_in_order_and_one_bad_one_fails_them_all(
    user: Api, sheet: str
) -> None:
    user.write(sheet, "B2", [["x"]])
    path = f"/v4/spreadsheets/{sheet}/values:batchGet"

    body = user.ok("GET", path, ranges=["C1:C2", "B2"])
    refused = user.message("GET", path, ranges=["B2", "Không!A1"])

    assert body == {
        "spreadsheetId": sheet,
        "valueRanges": [
            {"range": "Sheet1!C1:C2", "majorDimension": "ROWS"},
            {"range": "Sheet1!B2", "majorDimension": "ROWS", "values": [["x"]]},
        ],
    }
    assert refused == (400, "Unable to parse range: Không!A1")


def test_raw_keeps_text_and_typing_reads_it(user: Api, sheet: str) -> None:
    row = ["0042", "TRUE", "1.5", "2,000,000.01", "3_1_0", "2020-01-01", "=4/2", "50%", "'7"]
    user.write(sheet, "A1:I1", [row])
    user.write(sheet, "A2:I2", [row], "USER_ENTERED")

    raw, typed = user.read(sheet, "A1:I2", **PLAIN)["values"]
    assert raw == row
    assert typed == [42, True, 1.5, 2000000.01, "3_1_0", 43831, 2, 0.5, "7"]
    _, shown = user.read(sheet, "A1:I2")["values"]
    assert shown == ["42", "TRUE", "1.5", "2,000,000.01", "3_1_0", "2020-01-01", "2", "50%", "7"]
    formulas = user.read(sheet, "F2:G2", valueRenderOption="FORMULA")["values"]
    assert formulas == [[43831, "=4/2"]]
    dates = user.read(sheet, "F2", **PLAIN, dateTimeRenderOption="FORMATTED_STRING")
    assert dates["values"] == [["2020-01-01"]]


def test_a_vietnamese_sheet_reads_vietnamese_numbers_and_dates(user: Api, sheet: str) -> None:
    locale = {"properties": {"locale": "vi_VN"}, "fields": "locale"}
    user.batch(sheet, {"updateSpreadsheetProperties": locale})
    user.write(sheet, "A1:C1", [["1,5", "1.234.567", "12/4/2022"]], "USER_ENTERED")

    assert user.read(sheet, "A1:C1", **PLAIN)["values"] == [[1.5, 1234567, 44663]]
    assert user.read(sheet, "A1:C1")["values"] == [["1,5", "1.234.567", "12/04/2022"]]


def test_typed_json_stays_typed(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:D1", [[True, 0, 1.0, 0.0009765625]])

    assert user.read(sheet, "A1:D1", **PLAIN)["values"] == [[True, 0, 1, 0.0009765625]]
    assert user.read(sheet, "A1:D1")["values"] == [["TRUE", "0", "1", "0.0009765625"]]


def test_an_empty_text_counts_as_written_and_null_does_not(user: Api, sheet: str) -> None:
    assert (
        user.write(sheet, "A1:D2", [["a", "b", "c", "d"], ["e", "f", "g", ""]])["updatedCells"] == 8
    )
    block: list[list[Any]] = [[None] * 4 for _ in range(6)]
    for row, column in ((0, 0), (0, 3), (5, 0), (5, 3)):
        block[row][column] = "x"
    block[0][3] = block[5][0] = None

    body = user.write(sheet, "A1:D6", block)

    assert body == {
        "spreadsheetId": sheet,
        "updatedRange": "Sheet1!A1:D6",
        "updatedRows": 2,
        "updatedColumns": 2,
        "updatedCells": 2,
    }
    assert user.read(sheet, "A1:D1")["values"] == [["x", "b", "c", "d"]]


def test_what_was_written_can_be_asked_back(user: Api, sheet: str) -> None:
    path = f"/v4/spreadsheets/{sheet}/values/A1"
    body = user.ok("PUT", path, {"values": [["a", 1]]}, includeValuesInResponse="true", **RAW)

    assert body["updatedData"] == {
        "range": "Sheet1!A1:B1",
        "majorDimension": "ROWS",
        "values": [["a", "1"]],
    }


def test_a_batch_counts_distinct_rows_and_columns(user: Api, sheet: str) -> None:
    data = [
        {"range": "A1:D1", "values": [[1, 2, 3, 4]]},
        {"range": "A3:D3", "majorDimension": "ROWS", "values": [[1, 2, 3, 4]]},
    ]
    path = f"/v4/spreadsheets/{sheet}/values:batchUpdate"

    body = user.ok("POST", path, {"valueInputOption": "RAW", "data": data})

    assert {key: body[key] for key in body if key.startswith("total")} == {
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 4,
        "totalUpdatedCells": 8,
        "totalUpdatedSheets": 1,
    }
    assert [item["updatedRange"] for item in body["responses"]] == ["Sheet1!A1:D1", "Sheet1!A3:D3"]


def test_a_batch_is_written_whole_or_not_at_all(user: Api, sheet: str) -> None:
    data = [{"range": "A1", "values": [["x"]]}, {"range": "A1:B1", "values": [["a", "b", "c"]]}]
    path = f"/v4/spreadsheets/{sheet}/values:batchUpdate"

    refused = user.message("POST", path, {"valueInputOption": "RAW", "data": data})

    assert refused == (
        400,
        "Invalid data[1]: Requested writing within range [Sheet1!A1:B1], but tried writing to "
        "column [C]",
    )
    assert "values" not in user.read(sheet, "A1:C1")


def test_clearing_says_what_was_cleared(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B2", [["a", "b"], ["c", "d"]])

    one = user.ok("POST", f"/v4/spreadsheets/{sheet}/values/A1:A2:clear", {})
    many = user.ok(
        "POST", f"/v4/spreadsheets/{sheet}/values:batchClear", {"ranges": ["B2:C3", "D1"]}
    )

    assert one == {"spreadsheetId": sheet, "clearedRange": "Sheet1!A1:A2"}
    assert many == {"spreadsheetId": sheet, "clearedRanges": ["Sheet1!B2:C3", "Sheet1!D1"]}
    assert user.read(sheet, "A1:D3")["values"] == [["", "b"]]


def append(user: Api, sheet: str, area: str, values: Any) -> Any:
    return user.ok(
        "POST", f"/v4/spreadsheets/{sheet}/values/{area}:append", {"values": values}, **RAW
    )


def test_appending_goes_below_the_last_table(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:C1", [["x", None, "y"]])

    last = append(user, sheet, "'Sheet1'", [["a", "b", "c"]])
    first = append(user, sheet, "A1", [["d", "e", "f"]])

    assert last["tableRange"] == "Sheet1!C1"
    assert last["updates"]["updatedRange"] == "Sheet1!C2:E2"
    assert first["tableRange"] == "Sheet1!A1"
    assert first["updates"]["updatedRange"] == "Sheet1!A2:C2"


def test_appending_without_a_table_starts_at_the_range_and_grows_the_grid(
    user: Api, sheet: str
) -> None:
    body = append(user, sheet, "B1000", [["a"], ["b"]])

    assert "tableRange" not in body
    assert body["updates"]["updatedRange"] == "Sheet1!B1000:B1001"
    assert user.read(sheet, "Sheet1")["range"] == "Sheet1!A1:Z1001"


@pytest.mark.parametrize(
    ("body", "params", "message"),
    [
        ({"values": [["x"]]}, {}, "'valueInputOption' is required but not specified"),
        (
            {"values": ["X"]},
            RAW,
            "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\"",
        ),
        (
            {"values": [["x" * 50_001]]},
            RAW,
            "Your input contains more than the maximum of 50000 characters in a single cell.",
        ),
        (
            {"values": [["x"]], "colour": 1},
            RAW,
            "Invalid JSON payload received. colour: unknown field",
        ),
    ],
)
def test_a_write_that_makes_no_sense_is_refused(
    loose: Emulator, body: Any, params: Any, message: str
) -> None:
    user = Api(loose, USER)
    sheet = user.new_sheet("Biểu")

    refused = user.message(
        "PUT", f"/v4/spreadsheets/{sheet}/values/A1", copy.deepcopy(body), **params
    )

    assert refused == (400, message)


def test_writing_past_the_grid_is_refused(user: Api, sheet: str, tab: str) -> None:
    refused = user.message(
        "PUT", f"/v4/spreadsheets/{sheet}/values/{tab}!E20", {"values": [["a", "b"]]}, **RAW
    )

    assert refused == (
        400,
        "Range ('Đăng ký'!E20:F20) exceeds grid limits. Max rows: 20, max columns: 5",
    )


def test_formulas_come_to_what_they_say(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:A3", [[1], [2], ["x"]])
    formulas = [
        "=SUM(A1:A3;10)",
        "=COUNTA(A1:A9)",
        '="a"&A2',
        "=A1=1",
        "=1/0",
        "=A3+1",
        "=-A2*(1+2)",
    ]
    user.write(sheet, "B1:H1", [formulas], "USER_ENTERED")

    assert user.read(sheet, "B1:H1", **PLAIN)["values"] == [
        [
            13,
            3,
            "a2",
            True,
            "#DIV/0! (Function DIVIDE parameter 2 cannot be zero.)",
            "#VALUE! (Function expects number values. But 'x' is a text.)",
            -6,
        ]
    ]


def test_a_comma_separates_nothing_where_it_is_the_decimal_point(user: Api, sheet: str) -> None:
    locale = {"properties": {"locale": "vi_VN"}, "fields": "locale"}
    user.batch(sheet, {"updateSpreadsheetProperties": locale})
    user.write(sheet, "A1:B1", [["=SUM(A2,A3)", "=SUM(A2;0,5)"]], "USER_ENTERED")

    assert user.read(sheet, "A1:B1", **PLAIN)["values"] == [["#ERROR! (Formula parse error.)", 0.5]]


def test_a_formula_that_cannot_be_calculated_is_not_pretended(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.write(sheet, "A1", [["=QUERY(B:C)"]], "USER_ENTERED")
    path = f"/v4/spreadsheets/{sheet}/values/A1"

    status, message = user.message("GET", path)
    google.world.results["=QUERY(B:C)"] = "xong"

    assert (status, message) == (
        501,
        "The emulator does not support calculating Sheet1!A1 =QUERY(B:C).",
    )
    assert user.read(sheet, "A1")["values"] == [["xong"]]


def test_a_named_range_is_a_range(user: Api, sheet: str) -> None:
    area = {"startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 3}
    user.batch(sheet, {"addNamedRange": {"namedRange": {"name": "o_nhap", "range": area}}})

    assert user.read(sheet, "o_nhap")["range"] == "Sheet1!B1:C3"
    assert user.read(sheet, "'Sheet1'!o_nhap")["range"] == "Sheet1!B1:C3"


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"majorDimension": "DIAGONAL"}, 400),
        ({"valueRenderOption": "X"}, 400),
        ({"colour": "x"}, 400),
    ],
)
def test_an_option_that_does_not_exist_is_refused(
    loose: Emulator, params: dict[str, str], status: int
) -> None:
    user = Api(loose, USER)
    sheet = user.new_sheet("Biểu")

    assert user.refused("GET", f"/v4/spreadsheets/{sheet}/values/A1", **params)[0] == status


def test_two_ranges_that_differ_are_refused(user: Api, sheet: str) -> None:
    body = {"range": "A2", "values": [["x"]]}

    assert user.refused("PUT", f"/v4/spreadsheets/{sheet}/values/A1", body, **RAW)[0] == 400
