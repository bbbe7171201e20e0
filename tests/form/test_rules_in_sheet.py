"""The formulas in the workbook and the rules in Python say the same, in LibreOffice itself."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import layout, reader, rules, unit_rules
from dankheo_sheets.form.layout import COLUMNS, COVER, FIRST_ROW, Form, letter
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.registration import Finding, Scope, Severity
from tests.office import convert

ROWS, EXAMPLES = 300, 7
"""2,100 generated rows a run."""

FIELDS = ["Kinh tế", "VH-XH", "văn hóa - xã hội", "Văn hoá – xã hội", "QPAN", "Nông thôn mới"]
NAMES = [
    "Cân đối chứng", "cân đối  chứng", "Cân đối chứng ", "CÂN ĐỐI CHỨNG",
    "Công sở văn minh", "1.....", "1……", "2 .", "“Dân vận số”", "=1+1", "+84 giờ", "-", "#N/A",
]  # fmt: skip
PLACES = ["Chợ Quảng Ngãi", "chợ quảng ngãi", "Phòng HC–TH", "Phòng HC-TH", "....", "số 12"]
MARKS = [
    "x", "X", "х", "×", "✓", "✔", "☑", "√", "v", "*", "+", "1", "01", "có", "Có", "x ",
    "-", "–", "0", "không", "ko", "duy trì", "02", "Nguyễn Văn A", "?", "~", "x?", "01 tập thể",
]  # fmt: skip
CONTENTS = ["Ngắn", "a" * 59, "a" * 60, "Hồ sơ còn chậm; tập thể phòng làm; " * 3, "……", "12"]

ODD_LETTERS = "ăâđêôơưàáảãạ ỳýỷỹỵĂÂĐÊÔƠƯÐ\u00a0\u200b–—\n\t“”'\"&<>=*?~😀ß"
anything = st.text(st.sampled_from("abcxyz 123.,;" + ODD_LETTERS), max_size=80)
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
good = st.just(
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
    findings = list(rules.check(registration, form))
    of_row: dict[int, list[Finding]] = {entry.row: [] for entry in registration.entries}
    for finding in findings:
        if finding.scope is Scope.ENTRY and finding.cell:
            of_row[finding.cell.row].append(finding)
    faulty = sum(any(f.severity is Severity.BLOCK for f in found) for found in of_row.values())
    of_rules = {rule.code for rule in unit_rules.UNIT_RULES}
    unit = [finding for finding in findings if finding.code in of_rules]
    status = rules.status_text(unit, len(of_row), len(of_row) - faulty)
    return {row: rules.check_text(found) for row, found in of_row.items()}, status


@pytest.mark.office
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],  # a failure names its rows; shrinking would open Calc for hours
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    table=st.builds(
        Table, st.lists(st.one_of(rows, rows, good, blank, tabs), min_size=ROWS, max_size=ROWS)
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
        for number, values in enumerate(table.rows, FIRST_ROW):
            for at, value in enumerate(values):
                put(sheet[f"{letter(at)}{number}"], value)
        for field, value in zip(COVER, cover, strict=True):
            put(sheet[f"{letter(field.input_columns[0])}{field.row}"], value)
        workbook.save(path)
        expected, status = expected_checks(path.read_bytes(), form)
        (recalculated,) = convert([path], "xlsx", Path(folder) / "out")
        result = openpyxl.load_workbook(recalculated, data_only=True)[layout.TAB_ENTRIES]
        check = letter(layout.CHECK_COLUMN)
        said = {
            row: str(text)
            for row in range(FIRST_ROW, FIRST_ROW + ROWS)
            if (text := result[f"{check}{row}"].value)
        }

        differing = {
            row: (table.rows[row - FIRST_ROW], said.get(row), expected.get(row))
            for row in said.keys() | expected.keys()
            if said.get(row) != expected.get(row)
        }

        assert differing == {}
        assert result[f"A{layout.STATUS_ROW}"].value == status
