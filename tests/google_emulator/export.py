"""``files.export``: the .xlsx (and .csv) of what a spreadsheet holds (google.md §1.4).

XlsxWriter writes a formula together with its value, as Google does; openpyxl cannot.
"""

import csv as csv_files
import io
import re
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from . import calc, typed
from .calc import Results
from .document import Document, Tab, bounds
from .errors import Json

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx(document: Document, results: Results) -> bytes:
    """Return the workbook: values, formulas, hidden tabs, merges, checks, names."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
        formats: dict[str, Any] = {}
        for tab in document.tabs:
            sheet = book.add_worksheet(_sheet_name(tab.title))
            for area in tab.merges:
                top, left, bottom, right = bounds(tab, area)
                sheet.merge_range(top, left, bottom - 1, right - 1, "")
            _write(book, sheet, document, tab, results, formats)
            _shape(sheet, tab)
            if tab.hidden:
                sheet.hide()
        shown = next((n for n, tab in enumerate(document.tabs) if not tab.hidden), 0)
        book.worksheets()[shown].activate()
        book.worksheets()[shown].set_first_sheet()
        for named in document.named.values():
            _name(book, document, named)
    return target.getvalue()


def _sheet_name(title: str) -> str:
    """Cut a title to what Excel allows; Google does the same on export."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def _write(
    book: Any, sheet: Any, document: Document, tab: Tab, results: Results, formats: dict[str, Any]
) -> None:
    for (row, column), cell in sorted(tab.cells.items()):
        pattern = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("pattern", "")
        if typed.is_date(cell):
            pattern = pattern or "dd/mm/yyyy"
        form = None
        if pattern:
            form = formats.setdefault(pattern, None) or book.add_format({"num_format": pattern})
            formats[pattern] = form
        ((kind, value),) = cell.get("userEnteredValue", {"": None}).items()
        if kind == "stringValue" and value:
            sheet.write_string(row, column, value, form)
        elif kind == "numberValue":
            sheet.write_number(row, column, value, form)
        elif kind == "boolValue":
            sheet.write_boolean(row, column, value, form)
        elif kind == "formulaValue":
            sheet.write_formula(
                row,
                column,
                in_excel(value, document),
                form,
                _result(document, tab, row, column, results),
            )
        elif form is not None:
            sheet.write_blank(row, column, None, form)
        if cell.get("note"):
            sheet.write_comment(row, column, cell["note"])


def _result(
    document: Document, tab: Tab, row: int, column: int, results: Results
) -> bool | float | str:
    try:
        value = calc.value_of(document, tab, row, column, results)
    except calc.CellError as error:
        return error.kind if error.kind != "#ERROR!" else "#NAME?"
    except calc.Unknown:
        return ""
    return 0 if value is None else value


def in_excel(formula: str, document: Document) -> str:
    """Write a formula as a file does: ``,`` between arguments and ``.`` in numbers.

    >>> in_excel('=IF(A1>0,5;"a;b";2)', Document("", "vi_VN"))
    '=IF(A1>0.5,"a;b",2)'
    """
    parts = re.split(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\{[^}]*\})", formula)
    for n in range(0, len(parts), 2):
        if document.decimal_comma:
            parts[n] = re.sub(r"(?<=\d),(?=\d)", ".", parts[n])
        parts[n] = parts[n].replace(";", ",")
    return "".join(parts)


def _shape(sheet: Any, tab: Tab) -> None:
    for n, size in tab.row_sizes.items():
        sheet.set_row_pixels(n, size.get("pixelSize", 21), None, _hidden(size))
    for n, size in tab.column_sizes.items():
        sheet.set_column_pixels(n, n, size.get("pixelSize", 100), None, _hidden(size))
    sheet.freeze_panes(tab.grid.get("frozenRowCount", 0), tab.grid.get("frozenColumnCount", 0))
    for (row, column), cell in tab.cells.items():
        condition = cell.get("dataValidation", {}).get("condition", {})
        if condition.get("type") == "ONE_OF_LIST":
            choices = [item["userEnteredValue"] for item in condition["values"]]
            if len(",".join(choices)) <= 255:
                sheet.data_validation(
                    row, column, row, column, {"validate": "list", "source": choices}
                )


def _hidden(size: Json) -> Json:
    return {"hidden": True} if size.get("hiddenByUser") else {}


def _name(book: Any, document: Document, named: Json) -> None:
    tab = document.tab(named["range"].get("sheetId", 0))
    if tab is None:
        return
    top, left, bottom, right = bounds(tab, named["range"])
    title = _sheet_name(tab.title).replace("'", "''")
    book.define_name(named["name"], f"='{title}'!{xl_range_abs(top, left, bottom - 1, right - 1)}")


def csv(document: Document, results: Results) -> bytes:
    """Return the first tab; lines are joined by CRLF, the last one is not ended."""
    tab = document.tabs[0]
    filled = [at for at in tab.cells if tab.value(*at)]
    height, width = (
        max((r for r, _ in filled), default=-1) + 1,
        max((c for _, c in filled), default=-1) + 1,
    )
    target = io.StringIO()
    writer = csv_files.writer(target, lineterminator="\r\n")
    for row in range(height):
        values = (calc.read(document, tab, row, column, results) for column in range(width))
        writer.writerow(
            typed.shown(value, tab.cells.get((row, column), {}), document)
            for column, value in enumerate(values)
        )
    return target.getvalue().removesuffix("\r\n").encode()
