"""Drive: the .xlsx of what a sheet holds."""

import io
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, XLSX, Api

FILES = "/drive/v3/files"


def export(api: Api, sheet: str, kind: str = XLSX) -> bytes:
    answer = api.send("GET", f"{FILES}/{sheet}/export", params={"mimeType": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == kind
    return answer.content


def workbook(data: bytes, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def test_values_come_out_as_they_are(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:E1", [["Mô hình", 1.5, True, "007", "=2+2"]])
    user.write(sheet, "A2:B2", [["2022-04-12", "=B1*2"]], "USER_ENTERED")

    tab = workbook(export(user, sheet), values=True)["Sheet1"]
    rows = [[cell.value for cell in row] for row in tab["A1:E2"]]

    assert rows[0] == ["Mô hình", 1.5, True, "007", "=2+2"]
    assert str(rows[1][0]) == "2022-04-12 00:00:00"
    assert rows[1][1] == 3
    assert CalamineWorkbook.from_filelike(io.BytesIO(export(user, sheet))).sheet_names == ["Sheet1"]


def test_a_formula_comes_out_as_excel_writes_it(user: Api, sheet: str) -> None:
    locale = {"properties": {"locale": "vi_VN"}, "fields": "locale"}
    user.batch(sheet, {"updateSpreadsheetProperties": locale})
    user.write(sheet, "A1", [['=IF(B1>0,5;"a;b";COUNTIF(B:B;"x"))']], "USER_ENTERED")

    data = export(user, sheet)

    assert workbook(data)["Sheet1"]["A1"].value == '=IF(B1>0.5,"a;b",COUNTIF(B:B,"x"))'
    assert workbook(data, values=True)["Sheet1"]["A1"].value in {None, ""}


def test_what_a_formula_comes_to_may_be_told(google: Emulator, user: Api, sheet: str) -> None:
    google.world.results["=COUNTIF(B:B;1)"] = 4
    user.write(sheet, "A1", [["=COUNTIF(B:B;1)"]], "USER_ENTERED")

    assert workbook(export(user, sheet), values=True)["Sheet1"]["A1"].value == 4


def test_an_error_comes_out_as_an_error(user: Api, sheet: str) -> None:
    user.write(sheet, "A1", [["=1/0"]], "USER_ENTERED")

    cell = workbook(export(user, sheet), values=True)["Sheet1"]["A1"]

    assert (cell.value, cell.data_type) == ("#DIV/0!", "e")


def test_tabs_merges_names_notes_and_widths_come_along(user: Api, sheet: str) -> None:
    user.write(sheet, "A1", [["Tiêu đề"]])
    merged = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 3}
    note = {"start": {"rowIndex": 4}, "rows": [{"values": [{"note": "Xem lại"}]}], "fields": "note"}
    user.batch(
        sheet,
        {"addSheet": {"properties": {"title": "Đăng ký", "hidden": True}}},
        {"mergeCells": {"range": merged}},
        {"addNamedRange": {"namedRange": {"name": "o_nhap", "range": merged}}},
        {"updateCells": note},
        {
            "updateDimensionProperties": {
                "range": {"dimension": "ROWS", "startIndex": 9, "endIndex": 10},
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    )

    book = workbook(export(user, sheet))

    assert [(tab.title, tab.sheet_state) for tab in book] == [
        ("Sheet1", "visible"),
        ("Đăng ký", "hidden"),
    ]
    assert [str(area) for area in book["Sheet1"].merged_cells.ranges] == ["A1:C2"]
    assert book["Sheet1"]["A1"].value == "Tiêu đề"
    assert book.defined_names["o_nhap"].attr_text == "'Sheet1'!$A$1:$C$2"
    assert book["Sheet1"]["A5"].comment.text == "Xem lại"
    assert book["Sheet1"].row_dimensions[10].hidden


def test_csv_is_the_first_tab_without_a_last_newline(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:B2", [["a1", "x,y"], ["", 2]])

    assert export(user, sheet, "text/csv") == b'a1,"x,y"\r\n,2'


def test_an_export_of_nothing_that_can_be_is_refused(user: Api, sheet: str) -> None:
    folder = user.new_folder("Lưu")

    assert user.refused("GET", f"{FILES}/{sheet}/export", mimeType="image/png")[0] == 400
    refused = user.reason("GET", f"{FILES}/{folder}/export", mimeType=XLSX)
    assert refused == (403, "fileNotExportable")
    assert user.reason("GET", f"{FILES}/{sheet}", alt="media") == (403, "fileNotDownloadable")


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_a_reader_may_be_kept_from_exporting(
    google: Emulator, user: Api, sheet: str, role: str
) -> None:
    user.share(sheet, UNIT, role)
    user.ok("PATCH", f"{FILES}/{sheet}", {"copyRequiresWriterPermission": True})

    answer = Api(google, UNIT).send("GET", f"{FILES}/{sheet}/export", params={"mimeType": XLSX})

    assert answer.status_code == (403 if role == "reader" else 200)


def test_a_locked_sheet_can_be_exported(user: Api, sheet: str) -> None:
    user.write(sheet, "A1", [["x"]])
    user.ok("PATCH", f"{FILES}/{sheet}", {"contentRestrictions": [{"readOnly": True}]})

    assert workbook(export(user, sheet))["Sheet1"]["A1"].value == "x"
