"""What is said of cells and rows that were read: their values alone do not show it."""

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date, time, timedelta

from dankheo_sheets.form.appearance import hidden_rows, merged_blocks
from dankheo_sheets.form.checks import (
    EMPTY_FORMULA,
    ERROR_VALUE,
    ERROR_VALUE_MESSAGE,
    ONLY_DIGITS,
    kind_of,
)
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.odd_cells import OddCell
from dankheo_sheets.form.ooxml import MAX_TEXT, column_index, column_letters
from dankheo_sheets.form.table import Table
from dankheo_sheets.registration import CellRef, Entry, Finding, Registration, Scope, Severity

Places = Set[tuple[int, int]]
"""Cells by 0-based row and column."""


def cell_findings(
    registration: Registration,
    table: Table,
    form: Form,
    odd: Mapping[tuple[int, int], OddCell],
    struck: Callable[[], Places],
) -> Iterator[Finding]:
    """Yield what is to be said of single cells, then of whole rows.

    `struck` gives the cells whose format is struck out.
    """
    yield from _odd_cells(registration, table, form, odd)
    for entry in registration.entries:
        yield from _texts(entry, registration, table, form)
    if registration.entries:
        yield from _rows(registration, table, form, struck())


# --- cells that calamine reads as blank ---------------------------------------------------


def _odd_cells(
    registration: Registration, table: Table, form: Form, odd: Mapping[tuple[int, int], OddCell]
) -> Iterator[Finding]:
    """Yield a finding for each input cell whose value is not what was typed."""
    keys = {table.columns[column.key]: column.key for column in form.inputs}
    rows = {entry.row for entry in registration.entries}
    for (row, column), cell in sorted(odd.items()):
        if row + 1 in rows and column in keys:
            yield _odd_finding(
                cell, CellRef(table.tab, row + 1, column_letters(column)), Scope.ENTRY
            )
    for reference in registration.cover_cells.values():
        at = reference.row - 1, column_index(reference.column)
        if at in odd:
            yield _odd_finding(odd[at], reference, Scope.UNIT)


def _odd_finding(odd: OddCell, cell: CellRef, scope: Scope) -> Finding:
    if odd.error:
        return Finding(
            ERROR_VALUE, Severity.BLOCK, scope,
            ERROR_VALUE_MESSAGE, cell, odd.error,
        )  # fmt: skip
    if odd.value:
        return Finding(
            "formula", Severity.WARN, scope,
            "Ô là công thức, chỉ lấy giá trị: ghi lại bằng chữ.", cell, odd.value,
        )  # fmt: skip
    return Finding(
        EMPTY_FORMULA, Severity.BLOCK, scope,
        "Ô là công thức chưa có giá trị: ghi lại bằng chữ.", cell,
    )  # fmt: skip


# --- texts ----------------------------------------------------------------------------------


def _texts(entry: Entry, registration: Registration, table: Table, form: Form) -> Iterator[Finding]:
    for key, text in entry.texts.items():
        if len(text) > MAX_TEXT:
            yield Finding(
                "too-long", Severity.WARN, Scope.ENTRY,
                f"Ô dài quá {MAX_TEXT} ký tự, chỉ phần đầu vào bảng tổng hợp.",
                registration.cell(entry, key),
            )  # fmt: skip
    for check in form.checks:
        key = check.column
        if check.code != f"{key}-number" or kind_of(entry[key]) != ONLY_DIGITS:
            continue
        if message := _number_message(table, entry, key):
            yield Finding(
                check.code, Severity.BLOCK, Scope.ENTRY, message,
                registration.cell(entry, key), entry[key],
            )  # fmt: skip


def _number_message(table: Table, entry: Entry, key: str) -> str:
    """Return what to say of a cell that is no text, or ""."""
    text = entry[key]
    match table.value(entry.row, key):
        case date():
            return (
                f"Ô chứa ngày {text} vì bảng tính tự đổi thành ngày: "
                "ghi lại bằng chữ, thêm dấu ' ở đầu."
            )
        case time() | timedelta():
            return (
                f"Ô chứa giờ {text} vì bảng tính tự đổi thành giờ: "
                "ghi lại bằng chữ, thêm dấu ' ở đầu."
            )
        case bool():
            return ""
        case int() | float():
            return f"Ô chỉ có số {text}: ghi lại bằng chữ."
    return ""


# --- rows that look as if they did not count -------------------------------------------------


def _rows(
    registration: Registration, table: Table, form: Form, struck: Places
) -> Iterator[Finding]:
    hidden, none = hidden_rows(table.xml), form.declaration.phrases.none
    for entry in registration.entries:
        if entry.row in hidden:
            yield _row_finding(
                "hidden-row", table, entry, form,
                f"Dòng đang ẩn, vẫn được tính: bỏ ẩn để kiểm tra, hoặc xoá nếu {none}.",
            )  # fmt: skip
        if struck and _is_struck(entry, table, form, struck):
            yield _row_finding(
                "struck-row", table, entry, form,
                "Dòng bị gạch ngang, vẫn được tính: bỏ gạch, hoặc xoá nội dung "
                f"nếu {none}.",
            )  # fmt: skip
    for block in merged_blocks(table.xml, registration.entries[0].row):
        inside = [e for e in registration.entries if block.top <= e.row <= block.bottom]
        if inside and any(block.left <= at <= block.right for at in table.columns.values()):
            yield Finding(
                "merged-cells", Severity.WARN, Scope.ENTRY,
                f"Ô gộp {block.reference}, chỉ ô đầu được tính: bỏ gộp, ghi đủ từng ô.",
                CellRef(table.tab, inside[0].row, column_letters(block.left)),
            )  # fmt: skip


def _row_finding(code: str, table: Table, entry: Entry, form: Form, message: str) -> Finding:
    cell = CellRef(table.tab, entry.row)
    return Finding(code, Severity.WARN, Scope.ENTRY, message, cell, entry[form.names_a_row])


def _is_struck(entry: Entry, table: Table, form: Form, struck: Places) -> bool:
    """Tell whether the name or most of what the row holds is struck out."""
    filled = [key for key in table.columns if entry[key]]
    out = [key for key in filled if (entry.row - 1, table.columns[key]) in struck]
    return form.names_a_row in out or 2 * len(out) > len(filled)
