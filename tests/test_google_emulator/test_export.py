"""Drive: the .xlsx of what a sheet holds."""

import io
import unicodedata
import zipfile
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, USER, XLSX, Api
from tests.test_google_emulator.test_batch import area

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


def cells(google: Emulator, sheet: str, rows: list[list[dict[str, Any]]]) -> None:
    """Write cells as a person who pastes."""
    values = [{"values": row} for row in rows]
    google.edit(sheet, [{"updateCells": {"start": {}, "rows": values, "fields": "*"}}], USER)


def first_row(data: bytes, width: int) -> list[Any]:
    tab = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return tab.to_python()[0][:width]


ODD = [
    "x" * 50_000,
    "😀" * 20_000,
    unicodedata.normalize("NFD", "Xã Nghĩa Đường"),
    "một\x01hai\x0bba\rbốn\nnăm",
    "_x0041_",
    "<r>a & b</r>",
    "  cách  ",
    "=1+1",
    "=cmd|' /C calc'!A0",
]


def test_text_comes_out_to_the_letter(google: Emulator, user: Api, sheet: str) -> None:
    user.write(sheet, "A1:I1", [ODD])

    assert first_row(export(user, sheet), len(ODD)) == ODD


def test_what_typing_keeps_as_text_is_text_in_the_file(
    google: Emulator, user: Api, sheet: str
) -> None:
    text = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    cells(google, sheet, [[text, text, text]])
    google.type_into(sheet, "A1:C1", [["01", "12/5", "=1+1"]], USER)

    (row,) = workbook(export(user, sheet))["Sheet1"]["A1:C1"]

    assert [(cell.value, cell.data_type) for cell in row[:2]] == [("01", "s"), ("12/5", "s")]
    assert first_row(export(user, sheet), 3) == ["01", "12/5", "=1+1"]
    assert row[0].number_format == "@"


def test_a_pasted_formula_comes_out_with_its_value(google: Emulator, user: Api, sheet: str) -> None:
    """Pasting brings its own formula, even into a cell for plain text."""
    formulas = ["=B1&$C$1", "=SUM(G1:H1)*2", "=G1>H1", "=1/0", "=NGOAI_TAM()", '="a"&D1']
    row: list[Any] = [{"userEnteredValue": {"formulaValue": formula}} for formula in formulas]
    row += [{"userEnteredValue": {"numberValue": number}} for number in (1, 2)]
    google.world.results['="a"&D1'] = "một\x01hai"
    cells(google, sheet, [row])

    written, shown = (
        workbook(export(user, sheet), values=values)["Sheet1"][1] for values in (False, True)
    )

    assert [cell.value for cell in written[:6]] == formulas
    assert [cell.value for cell in shown[1:4]] == [6, False, "#DIV/0!"]
    assert (shown[3].data_type, shown[4].value) == ("e", None)
    assert first_row(export(user, sheet), 6)[5] in {"một\x01hai", "một_x0001_hai"}


def test_300_tabs_come_out_in_order(google: Emulator, user: Api, sheet: str) -> None:
    titles = [f"Tab {n}" for n in range(300)]
    google.edit(sheet, [{"addSheet": {"properties": {"title": title}}} for title in titles], USER)
    user.write(sheet, "'Tab 299'!B2", [["cuối"]])

    book = CalamineWorkbook.from_filelike(io.BytesIO(export(user, sheet)))

    assert book.sheet_names == ["Sheet1", *titles]
    assert book.get_sheet_by_name("Tab 299").to_python() == [["cuối"]]


def test_titles_are_made_to_fit_and_stay_apart(google: Emulator, user: Api, sheet: str) -> None:
    titles = ["Đ" * 40, "Đ" * 39, "a/b", "a:b", "'nháy'", "😀" * 16, "\x01"]
    google.edit(sheet, [{"addSheet": {"properties": {"title": title}}} for title in titles], USER)

    book = CalamineWorkbook.from_filelike(io.BytesIO(export(user, sheet)))

    expected = ["Đ" * 31, "Đ" * 28 + " 2", "a b", "a b 2", "nháy", "😀" * 15, " "]
    assert book.sheet_names == ["Sheet1", *expected]


def test_notes_and_a_picture_come_out(google: Emulator, user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)
    note = "Nhờ xem lại ạ 😀\n(chị Lan)"
    request: Any = {"range": area(1, 1, 2, 3), "cell": {"note": note}, "fields": "note"}
    google.edit(sheet, [{"repeatCell": request}], UNIT)
    google.put_picture(sheet, "B5", UNIT)
    rows = {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}
    google.edit(sheet, [{"insertDimension": rows}], UNIT)

    data = export(user, sheet)

    tab = workbook(data)["Sheet1"]
    assert [tab[at].comment.text for at in ("B4", "C4")] == [note, note]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        assert parts.read("xl/media/image1.png").startswith(b"\x89PNG")
    assert "<xdr:col>1</xdr:col>" in drawing
    assert "<xdr:row>6</xdr:row>" in drawing


def test_a_copy_has_the_picture_too(google: Emulator, user: Api, sheet: str) -> None:
    google.put_picture(sheet, "A1", USER)

    twin = user.ok("POST", f"{FILES}/{sheet}/copy", {})["id"]
    google.put_picture(sheet, "A2", USER)

    with zipfile.ZipFile(io.BytesIO(export(user, twin))) as parts:
        assert parts.read("xl/drawings/drawing1.xml").count(b"<xdr:pic>") == 1


def test_merges_that_shrank_to_a_cell_are_gone(google: Emulator, user: Api, sheet: str) -> None:
    merged = {"startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    rows = {"range": {"dimension": "ROWS", "startIndex": 1, "endIndex": 3}}
    google.edit(sheet, [{"mergeCells": {"range": merged}}, {"deleteDimension": rows}], USER)

    assert workbook(export(user, sheet))["Sheet1"].merged_cells.ranges == set()


def test_lists_to_choose_from_come_out_once_per_column(
    google: Emulator, user: Api, sheet: str
) -> None:
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Tập thể"}]}}
    request = {"rule": rule, "range": area(4, 1, 9, 3)}
    google.edit(sheet, [{"setDataValidation": request}], USER)

    (check,) = workbook(export(user, sheet))["Sheet1"].data_validations.dataValidation

    assert (check.formula1, str(check.sqref)) == ('"Tập thể"', "B5:B9 C5:C9")


def test_half_a_surrogate_pair_is_not_pretended(user: Api, sheet: str) -> None:
    path = f"/v4/spreadsheets/{sheet}/values/A1"

    answer = user.send(
        "PUT",
        path,
        params={"valueInputOption": "RAW"},
        data=b'{"values": [["\\ud83d"]]}',
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 501
