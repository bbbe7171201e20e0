"""``files.export``: the .xlsx (and .csv) of what a spreadsheet holds (reference/google.md §1.4).

XlsxWriter writes a formula together with its value, as Google does; openpyxl cannot.
"""

import csv as csv_files
import io
import re
from base64 import b64decode
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from . import calc, typed
from .calc import Results
from .document import Document, Tab, bounds
from .errors import Json
from .looks import Looks

LONGEST = 50_000
"""What a cell of Google's holds; Excel's own is 32,767."""
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet with Google's longest text, that prepares each formula once."""

    def __init__(self) -> None:
        super().__init__()
        self.xls_strmax = LONGEST

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        key = (formula, expand_future_functions)
        if key not in _PREPARED:
            _PREPARED[key] = super()._prepare_formula(formula, expand_future_functions)
        return _PREPARED[key]


_PREPARED: dict[tuple[str, bool], str] = {}


_LAST: deque[tuple[Document, Results, bytes]] = deque(maxlen=100)
"""What was exported last: tests go back to the same moments again and again."""


def xlsx(document: Document, results: Results) -> bytes:
    """Return the workbook: values, formulas, looks, notes, merges, hidden tabs, lists, names.

    Pictures are in it too; charts and protection are left out.
    """
    for known, results_then, data in list(_LAST):
        if known == document and results_then == results:
            return data
    data = _workbook(document, results)
    _LAST.append((document.copy(), dict(results), data))
    return data


def _workbook(document: Document, results: Results) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
        looks = Looks(book)
        names = _sheet_names(document)
        for tab in document.tabs:
            sheet = book.add_worksheet(names[tab.id], worksheet_class=_Sheet)
            for area in tab.merges:
                top, left, bottom, right = bounds(tab, area)
                sheet.merge_range(top, left, bottom - 1, right - 1, "")
            _write(book, sheet, document, tab, results, looks)
            _shape(sheet, tab)
            looks.conditional(sheet, tab, partial(in_excel, document=document))
            if tab.hidden:
                sheet.hide()
        shown = next((n for n, tab in enumerate(document.tabs) if not tab.hidden), 0)
        book.worksheets()[shown].activate()
        book.worksheets()[shown].set_first_sheet()
        for named in document.named.values():
            _name(book, document, named, names)
    return target.getvalue()


def _sheet_names(document: Document) -> dict[int, str]:
    """Return a title that Excel allows for every tab: no signs it forbids, 31 long, once each."""
    names: dict[int, str] = {}
    for tab in document.tabs:
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", tab.title).strip("'") or "Sheet"
        name, n = _cut(plain, 31), 1
        while name.casefold() in map(str.casefold, names.values()):
            n += 1
            name = f"{_cut(plain, 28)} {n}"
        names[tab.id] = name
    return names


def _cut(text: str, units: int) -> str:
    """Cut a text to as many UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").rstrip("'")


def _write(
    book: Any, sheet: Any, document: Document, tab: Tab, results: Results, looks: Looks
) -> None:
    for (row, column), cell in sorted(tab.cells.items()):
        form = looks.of(cell)
        ((kind, value),) = cell.get("userEnteredValue", {"": None}).items()
        if kind == "stringValue" and value:
            if value.startswith("<r>"):  # XlsxWriter would take it for its own rich text
                bold = book.add_format({"bold": True})
                parts = [value[:1], bold, value[1:], *([form] if form else [])]
                sheet.write_rich_string(row, column, *parts)
            else:
                sheet.write_string(row, column, value, form)
        elif kind == "numberValue":
            sheet.write_number(row, column, value, form)
        elif kind == "boolValue":
            sheet.write_boolean(row, column, value, form)
        elif kind == "formulaValue":
            formula = _NO_XML.sub("", in_excel(value, document))
            result = _result(document, tab, row, column, results)
            sheet.write_formula(row, column, formula, form, result)
        elif form is not None:
            sheet.write_blank(row, column, None, form)
        if cell.get("note"):
            sheet.write_comment(row, column, cell["note"])
    for row, column in tab.pictures:
        sheet.insert_image(row, column, "picture.png", {"image_data": io.BytesIO(PICTURE)})


def _result(
    document: Document, tab: Tab, row: int, column: int, results: Results
) -> bool | float | str:
    try:
        value = calc.value_of(document, tab, row, column, results)
    except calc.CellError as error:
        return error.kind if error.kind != "#ERROR!" else "#NAME?"
    except calc.Unknown:
        return ""
    if isinstance(value, str):
        return _NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", value)
    return 0 if value is None else value


def in_excel(formula: str, document: Document) -> str:
    """Write a formula as a file does: ``,`` between arguments and ``.`` in numbers.

    >>> in_excel('=IF(A1>0,5;"a;b";2)', Document("", "vi_VN"))
    '=IF(A1>0.5,"a;b",2)'
    """
    return _in_excel(formula, document.decimal_comma)


@lru_cache(maxsize=10_000)
def _in_excel(formula: str, decimal_comma: bool) -> str:
    parts = re.split(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\{[^}]*\})", formula)
    for n in range(0, len(parts), 2):
        if decimal_comma:
            parts[n] = re.sub(r"(?<=\d),(?=\d)", ".", parts[n])
        parts[n] = parts[n].replace(";", ",")
    return "".join(parts)


def _shape(sheet: Any, tab: Tab) -> None:
    for n, size in tab.row_sizes.items():
        sheet.set_row_pixels(n, size.get("pixelSize", 21), None, _hidden(size))
    for n, size in tab.column_sizes.items():
        sheet.set_column_pixels(n, n, size.get("pixelSize", 100), None, _hidden(size))
    if tab.grid.get("hideGridlines"):
        sheet.hide_gridlines(2)
    sheet.freeze_panes(tab.grid.get("frozenRowCount", 0), tab.grid.get("frozenColumnCount", 0))
    lists: dict[tuple[str, ...], list[list[int]]] = {}
    for (row, column), cell in sorted(tab.cells.items(), key=lambda item: item[0][::-1]):
        condition = cell.get("dataValidation", {}).get("condition", {})
        if condition.get("type") == "ONE_OF_LIST":
            choices = tuple(item["userEnteredValue"] for item in condition["values"])
            areas = lists.setdefault(choices, [])
            if areas and areas[-1][2:] == [row - 1, column]:
                areas[-1][2] = row  # one area per column of cells
            else:
                areas.append([row, column, row, column])
    for choices, areas in lists.items():
        if len(",".join(choices)) <= 255:
            rule = {"validate": "list", "source": list(choices), "other_cells": areas[1:]}
            sheet.data_validation(*areas[0], rule)


def _hidden(size: Json) -> Json:
    return {"hidden": True} if size.get("hiddenByUser") else {}


def _name(book: Any, document: Document, named: Json, names: dict[int, str]) -> None:
    tab = document.tab(named["range"].get("sheetId", 0))
    if tab is None:
        return
    top, left, bottom, right = bounds(tab, named["range"])
    title = names[tab.id].replace("'", "''")
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
