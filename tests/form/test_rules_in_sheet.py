"""The formulas in the workbook and the rules in Python say the same, in LibreOffice itself."""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet as Tab
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.declaration.sheet_text import NO_WORDS
from dankheo_sheets.form import layout, reader, rules, unit_rules
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_letters, replace_parts
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.registration import Entry, Finding, Scope, Severity
from tests.form.workbooks import DONE, ENTRIES_PART, good, parts, workbook
from tests.form_2022 import COLUMNS
from tests.office import convert

ROWS, EXAMPLES = 300, 7
"""2,100 generated rows a run."""

FIELDS = [
    "Kinh tế\u202a",
    "ភូមិ",
    "1",
    "Kinh tế",
    "VH-XH",
    "văn hóa - xã hội",
    "Văn hoá – xã hội",
    "QPAN",
    "Nông thôn mới",
]
SCRIPTS = [
    "ភូមិ", "ភូមិ ១២", "ꨌꩌ", "บ้านใหม่", "新村", "村。", "قرية", "٣٤", "१२", "１２", "ｘ", "é", "\u0301",
    "a\u0323\u0302", "👍🏽", "✔\ufe0f", "☐", "Москва", "Δ", "ß", "ﬁ", "Ⅳ", "²", "½", "\u200d",
    "\ufe0f",
]  # fmt: skip
"""Words in scripts with and without case, digits of other scripts, signs."""
NAMES = [
    *SCRIPTS, "12/5", "50%", "0,5", "• 1", "\uf0b7", "(1) –", "\u3000", "1\u00ad",
    "Cân đối chứng", "cân đối  chứng", "Cân đối chứng ", "CÂN ĐỐI CHỨNG",
    "Công sở văn minh", "1.....", "1……", "2 .", "“Dân vận số”", "=1+1", "+84 giờ", "-", "#N/A",
]  # fmt: skip
PLACES = [
    *SCRIPTS,
    "12/5",
    "Chợ Quảng Ngãi",
    "chợ quảng ngãi",
    "Phòng HC–TH",
    "Phòng HC-TH",
    "....",
    "số 12",
]
MARKS = [
    "x", "X", "х", "×", "✓", "✔", "☑", "√", "v", "*", "+", "1", "01", "có", "Có", "x ",
    "X.", "(x)", "[x]", "Ｘ", "✗", "☒", "✅", "\uf0fc", "\uf0fe", "☐", "\uf0a8", "✔\ufe0f",
    "x\u200e", "\u202ax", "-\u2060", "\u200b",
    "-", "–", "0", "không", "ko", "duy trì", "02", "Nguyễn Văn A", "?", "~", "x?", "01 tập thể",
]  # fmt: skip
CONTENTS = [
    *SCRIPTS,
    "ភូមិ " * 20,
    "5%",
    "Ngắn",
    "a" * 59,
    "a" * 60,
    "Hồ sơ còn chậm; tập thể phòng làm; " * 3,
    "……",
    "12",
]

ODD_LETTERS = "ăâđêôơưàáảãạ ỳýỷỹỵĂÂĐÊÔƠƯÐ\u00a0\u200b–—\n\t“”'\"&<>=*?~😀ß"
anything = st.text(
    st.sampled_from("abcxyz 123.,;" + ODD_LETTERS + "".join(NO_WORDS) + "ភูមิ村٣१½"), max_size=80
) | st.text(st.sampled_from(NO_WORDS), max_size=6)
forms = st.sampled_from(["NFC", "NFD"])


def typed(pool: Sequence[str], blanks: int = 3) -> st.SearchStrategy[object]:
    """Return what a person may put into a cell: known values in odd forms, nothing, anything."""
    known = st.builds(unicodedata.normalize, forms, st.sampled_from(pool))
    nothing = st.sampled_from([None] * blanks + ["", " ", "\u00a0"])
    other = st.sampled_from([0, 1, 12, "#DIV/0!"])
    # A boolean is "TRUE" to Excel and "1" to Calc: only where both are an x do they agree.
    if pool is MARKS:
        other |= st.just(True)
    return st.one_of(known, known, known, nothing, anything, other)


rows = st.tuples(
    typed(FIELDS), typed(NAMES), typed(MARKS), typed(MARKS),
    typed(PLACES), typed(CONTENTS), typed(MARKS), typed(MARKS),
)  # fmt: skip
passing = st.just(
    ("Kinh tế", "Mô hình mẫu", "x", None, "Xã mẫu", "Đủ ba ý, viết dài. " * 5, None, "x")
)
tabs = st.just(("Kinh tế", "Mô hình\tmẫu\nmới", "", "\t\n", "\t\n", "\n\t", "x\t\n", "\t"))
"""In a cell of several lines Calc's formulas see a tab as character 1."""
blank = st.just((None,) * len(COLUMNS))
covers = st.tuples(
    typed(["Nguyễn Văn Mẫu"]), typed(["0900000001"]), typed(["Đang sắp xếp lại"], blanks=9),
    typed(["12/HCTH"]), typed(["07/4/2022"]), typed(MARKS),
)  # fmt: skip


class Table:
    """The typed rows of one workbook; too many to be shown when a test fails."""

    def __init__(self, rows: list[tuple[object, ...]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return f"<{len(self.rows)} rows>"


def put(cell: Cell, value: object) -> None:
    """Type a value as it is: text stays text, an error stands as an error."""
    if value is None or value == "":
        return
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "e" if value == "#DIV/0!" else "s"


def expected_checks(data: bytes, form: Form) -> tuple[dict[int, str], str]:
    """Return the Kiểm tra text of each row and the status line, as Python has them."""
    registration = reader.read(data, form, "MAU")
    of_numbers = {f"{key}-number" for key in form.word_columns}
    met = tuple(f for f in registration.problems if f.code not in of_numbers)
    registration = replace(registration, problems=met)  # the rules themselves say it again
    findings = list(rules.check(registration, form))
    of_row: dict[int, list[Finding]] = {entry.row: [] for entry in registration.entries}
    for finding in findings:
        if finding.scope is Scope.ENTRY and finding.cell:
            of_row[finding.cell.row].append(finding)
    faulty = sum(any(f.severity is Severity.BLOCK for f in found) for found in of_row.values())
    of_rules = {rule.code for rule in unit_rules.UNIT_RULES}
    unit = [finding for finding in findings if finding.code in of_rules]
    status = rules.status_text(unit, len(of_row), len(of_row) - faulty, form)
    return {row: rules.check_text(found, form) for row, found in of_row.items()}, status


@pytest.mark.office
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],  # a failure names its rows; shrinking would open Calc for hours
    suppress_health_check=list(HealthCheck),
)
@given(
    table=st.builds(
        Table, st.lists(st.one_of(rows, rows, passing, blank, tabs), min_size=ROWS, max_size=ROWS)
    ),
    cover=covers,
)
def test_sheet_and_python_say_the_same_on_every_row(
    campaign: Campaign, table: Table, cover: tuple[object, ...]
) -> None:
    """Kiểm tra and the status line, recalculated by LibreOffice, equal the rules' findings."""
    form = Form(campaign.model_copy(update={"form_rows": ROWS}))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "MAU.xlsx"
        path.write_bytes(render(form, Identity("MAU", "Đơn vị mẫu", "trước ngày 12/4/2022")))
        workbook = openpyxl.load_workbook(path)
        sheet = workbook[layout.TAB_ENTRIES]
        for number, values in enumerate(table.rows, form.first_row):
            for at, value in enumerate(values):
                put(sheet[f"{column_letters(at)}{number}"], value)
        for field, value in zip(form.cover, cover, strict=True):
            put(sheet[field.cell], value)
        workbook.save(path)
        expected, status = expected_checks(path.read_bytes(), form)
        (recalculated,) = convert([path], "xlsx", Path(folder) / "out")
        result = openpyxl.load_workbook(recalculated, data_only=True)[layout.TAB_ENTRIES]
        check = column_letters(form.check_column)
        said = {
            row: str(text)
            for row in range(form.first_row, form.first_row + ROWS)
            if (text := result[f"{check}{row}"].value)
        }

        differing = {
            row: (table.rows[row - form.first_row], said.get(row), expected.get(row))
            for row in said.keys() | expected.keys()
            if said.get(row) != expected.get(row)
        }

        assert differing == {}
        assert result[f"A{layout.STATUS_ROW}"].value == status


# --- what people do to the rows -------------------------------------------------------------------


def recalculated(book: openpyxl.Workbook, folder: Path) -> Tab:
    """Return the Đăng ký tab as LibreOffice calculates it."""
    path = folder / "MAU.xlsx"
    book.save(path)
    (opened,) = convert([path], "xlsx", folder / "out")
    return openpyxl.load_workbook(opened, data_only=True)[layout.TAB_ENTRIES]


def opened(form: Form, *entries: Entry) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(form, *entries, cover=DONE)))


@pytest.mark.office
def test_a_row_that_was_inserted_is_not_called_done(form: Form, tmp_path: Path) -> None:
    """It has no formulas: the status line says that it cannot be checked here."""
    book = opened(form, good(10), good(11, name="", place=""), good(12, name="Khác"))
    for row in book[layout.TAB_ENTRIES]["I11:R11"]:
        for cell in row:
            cell.value = None

    shown = recalculated(book, tmp_path)

    assert shown["A4"].value == (
        "Có 1 dòng chèn thêm, cột Kiểm tra không xem được: xem trang Phản hồi."
    )
    assert [shown[f"I{row}"].value for row in (10, 11, 12)] == ["Đạt.", None, "Đạt."]


@pytest.mark.office
def test_only_inserted_rows_are_not_called_too_few(form: Form, tmp_path: Path) -> None:
    book = opened(form, good(10))
    for row in book[layout.TAB_ENTRIES]["I10:R10"]:
        for cell in row:
            cell.value = None

    assert recalculated(book, tmp_path)["A4"].value == (
        "Có 1 dòng chèn thêm, cột Kiểm tra không xem được: xem trang Phản hồi."
    )


def test_no_formula_of_a_row_names_a_cell_that_a_person_can_cut(form: Form) -> None:
    """A formula follows the cells it names to where they are pasted: it would check another row."""
    sheet = opened(form)[layout.TAB_ENTRIES]
    typed_in = {column_letters(at) for at in range(len(COLUMNS))}
    named = {
        reference
        for row in sheet.iter_rows(form.first_row, form.last_row, len(COLUMNS) + 1)
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
        for reference in re.findall(r"(?<![A-Za-z_$])\$?([A-Z]{1,2})\$?\d+", cell.value)
    }
    assert named
    assert named.isdisjoint(typed_in)


def test_a_formula_written_once_a_column_is_that_of_every_row(form: Form) -> None:
    """As openpyxl unfolds what is shared: the row's own cells in place of the first row's."""
    sheet = opened(form)[layout.TAB_ENTRIES]
    for column in map(column_letters, range(form.faults_column, form.helper_column + 6)):
        first = sheet[f"{column}{form.first_row}"].value
        for row in range(form.first_row + 1, form.last_row + 1):
            own = re.sub(rf"(?<![$A-Z])([J-R]){form.first_row}\b", rf"\g<1>{row}", first)
            assert sheet[f"{column}{row}"].value == own


@pytest.mark.office
def test_formulas_written_once_a_column_calculate_in_every_row(form: Form, tmp_path: Path) -> None:
    """The workbook as it is issued, with no result stored, so that all must be calculated."""
    data = workbook(form, good(10), good(11, name="", place="12/5"), good(12), cover=DONE)
    xml = re.sub(rb"(</f>|<f [^>]*/>)<v>[^<]*</v>", rb"\1", parts(data)[ENTRIES_PART])
    path = tmp_path / "MAU.xlsx"
    path.write_bytes(replace_parts(data, {ENTRIES_PART: xml}))
    (calculated,) = convert([path], "xlsx", tmp_path / "out")

    shown = openpyxl.load_workbook(calculated, data_only=True)[layout.TAB_ENTRIES]

    assert [shown[f"I{row}"].value for row in range(10, 14)] == [
        "Đạt.",
        "Thiếu tên mô hình. Địa chỉ chỉ có số, hãy ghi bằng chữ.",
        "Trùng tên và địa chỉ với dòng trên.",
        None,
    ]
    assert shown["A4"].value == "Còn 2 dòng cần sửa."


def test_formulas_stay_within_what_excel_takes(form: Form) -> None:
    """8,192 characters, 64 levels (Excel's specifications and limits)."""
    sheet = opened(form)[layout.TAB_ENTRIES]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                outside = re.sub(r'"[^"]*"', "", cell.value)
                depths = accumulate({"(": 1, ")": -1}.get(c, 0) for c in outside)
                assert len(cell.value) <= 8192
                assert max(depths) <= 64


def test_no_formula_has_a_function_that_a_file_writes_by_another_name(form: Form) -> None:
    """XlsxWriter, which would look for them, is told not to."""
    sheet = opened(form)[layout.TAB_ENTRIES]
    plain = Worksheet()
    formulas = {
        cell.value
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }

    assert len(formulas) > form.rows
    assert [f for f in formulas if plain._prepare_formula(f, True) != f.removeprefix("=")] == []
