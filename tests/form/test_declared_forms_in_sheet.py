"""Of every form we bring along the workbook says what Python says, in LibreOffice itself."""

import io
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.declaration.bundled import brought, brought_along
from dankheo_sheets.form import layout, reader, rules
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.registration import Finding, Scope, Severity
from tests.office import convert

UNIT = "MAU"
TYPED: Mapping[str, Sequence[str]] = {
    "text": ["", "", "Đề tài mẫu", "đề  tài mẫu", "2025", "12/5", "…", "a\u200b", "Quy trình số 2"],
    "choice": ["", "Kinh tế", "kinh tế ", "Lạ", "1"],
    "mark": ["", "", "x", "X", "-", "✓", "02"],
    "integer": ["", "", "0", "5", "12", "1.234", "-1", "1,5", "1.5", "ba", "…", "1 000", "5%"],
    "money": ["", "350", "1.234,5", "-3", "100 triệu", "0,1", "1.5", "12.345.678,123"],
    "phone": ["", "0900 000 001", "0900000001; 0900000002", "không có", "+84 900000001"],
}
WORKBOOKS = {"unit": 60, "lines": 6}
"""Of forms of few rows; the others have one of as many rows."""
ROWS = 300


def filled(form: Form, pick: random.Random) -> bytes:
    """Return a workbook in whose input cells something of their kind was typed, or nothing."""
    data = render(form, Identity(UNIT, "Đơn vị mẫu", "trước ngày 12/4/2022"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[layout.TAB_ENTRIES]
    for row in range(form.first_row, form.last_row + 1):
        dull = pick.random() < 0.3
        for column in form.inputs:
            cell = sheet[f"{form.letters[column.key]}{row}"]
            if not cell.protection.locked and not dull:
                cell.value = pick.choice(TYPED[column.kind]) or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def expected(data: bytes, form: Form) -> tuple[dict[int, str], str]:
    """Return the Kiểm tra text of each used row and the status line, as Python has them."""
    registration = reader.read(data, form, UNIT)
    assert registration.readable
    findings = list(rules.check(registration, form))
    of_row: dict[int, list[Finding]] = {entry.row: [] for entry in registration.entries}
    for finding in findings:
        if finding.scope is Scope.ENTRY and finding.cell:
            of_row[finding.cell.row].append(finding)
    faulty = sum(any(f.severity is Severity.BLOCK for f in found) for found in of_row.values())
    status = rules.status_text(findings, len(of_row), len(of_row) - faulty, form)
    return {row: rules.check_text(found, form) for row, found in of_row.items()}, status


def said(sheet: Worksheet, form: Form) -> dict[int, str]:
    column = column_letters(form.check_column)
    texts = (
        (row, sheet[f"{column}{row}"].value) for row in range(form.first_row, form.last_row + 1)
    )
    return {row: str(text) for row, text in texts if text}


@pytest.mark.office
@pytest.mark.parametrize("name", brought_along())
def test_sheet_and_python_say_the_same_of(name: str, campaign: Campaign, tmp_path: Path) -> None:
    declaration = brought(name)
    form = Form(campaign.model_copy(update={"form": declaration, "form_rows": ROWS}))
    pick = random.Random(name)
    paths = [tmp_path / f"{n}.xlsx" for n in range(WORKBOOKS.get(declaration.rows.kind, 1))]
    for path in paths:
        path.write_bytes(filled(form, pick))

    recalculated = convert(paths, "xlsx", tmp_path / "out")

    checked, different = 0, []
    for path, opened in zip(paths, recalculated, strict=True):
        sheet = openpyxl.load_workbook(opened, data_only=True)[layout.TAB_ENTRIES]
        rows, status = expected(path.read_bytes(), form)
        shown = said(sheet, form)
        checked += len(rows)
        different += [
            (path.name, row, shown.get(row), rows.get(row))
            for row in rows.keys() | shown.keys()
            if shown.get(row) != rows.get(row)
        ]
        if sheet[f"A{layout.STATUS_ROW}"].value != status:
            different.append((path.name, 0, sheet[f"A{layout.STATUS_ROW}"].value, status))
    assert different[:5] == []
    assert checked > len(paths) / 3
