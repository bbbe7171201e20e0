"""Cells that calamine reads as blank, or chokes on: looked for in the tab's own XML.

Error values and formulas without a stored value come back as empty
(reference/measurements.md §4.1, §4.2). Regular expressions, because parsing every tab a second time
would double the cost of reading (reference/measurements.md §1); XML that is not written the usual
way is parsed.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from dankheo_sheets.form.ooxml import column_index, numbered_cells, streamed_rows

MAX_ROW, MAX_COLUMN = 9_999, 255
"""1-based row and 0-based column (IV, the last of an .xls) up to which a cell may have content."""


@dataclass(frozen=True)
class OddCell:
    """A cell that is an error, or a formula with or without a calculated value."""

    error: str
    value: str


# A cell is usually written <c r="A1" …>, without a prefix; any other writing is parsed.
_UNUSUAL = re.compile(rb"""<c(?! r=")[\s/>]|<\w+:c[\s/>]""")
_SINGLE_QUOTES = re.compile(rb"<c\s[^>]*='")
_NEAR = rb"(?:[A-H]?[A-Z]|I[A-V])\d{1,4}"
_UNUSUAL_OR_FAR = re.compile(rb'<c(?! r="' + _NEAR + rb'")[\s/>]|<\w+:c[\s/>]')
_FAR = re.compile(rb'<c r="(?!' + _NEAR + rb'")([A-Z]+\d+)"(?:[^>]*[^>/])?>(?!</c>)', re.IGNORECASE)
"""A cell beyond, with something in it."""
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</")


_PLAIN_FORMULA = re.compile(rb"<f>[^<]+")
_FORMULA = re.compile(rb"<f([^>]*)>[^<]+")


def without_formula_texts(xml: bytes) -> bytes:
    """Return a tab with what its formulas say left out: two thirds of the form's own bytes.

    That a cell is a formula, and its stored value, stay.
    """
    slim = _PLAIN_FORMULA.sub(b"<f>", xml)
    return slim if len(slim) < len(xml) else _FORMULA.sub(rb"<f\1>", xml)


@lru_cache(maxsize=64)
def _patterns(columns: frozenset[str]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Match an error cell, and the start of a formula cell, in `columns`."""
    letters = "|".join(sorted(columns)).encode()
    cell = rb'<c r="(' + letters + rb')(\d+)"'
    return re.compile(cell + rb'[^>]*\bt="e"[^>]*>'), re.compile(cell + rb"[^>]*>\s*<f\b")


def odd_cells(xml: bytes, columns: Set[str]) -> dict[tuple[int, int], OddCell]:
    """Return (row, column), 0-based → what is odd, for errors and formulas in `columns`."""
    if _UNUSUAL.search(xml) or (b"='" in xml and _SINGLE_QUOTES.search(xml)):
        return _odd_cells_parsed(xml, columns)
    error, formula = _patterns(frozenset(columns))
    found = {_place(cell): OddCell("", _value(xml, cell)) for cell in formula.finditer(xml)}
    if b't="e"' in xml:
        errors = error.finditer(xml)
        found |= {_place(cell): OddCell(_value(xml, cell) or "#?", "") for cell in errors}
    return found


def _place(cell: re.Match[bytes]) -> tuple[int, int]:
    return int(cell[2]) - 1, column_index(cell[1].decode())


def _value(xml: bytes, cell: re.Match[bytes]) -> str:
    end = xml.find(b"</c>", cell.end())
    value = _VALUE.search(xml, cell.end(), end if end >= 0 else len(xml))
    return value[1].decode("utf-8", "replace") if value else ""


def _odd_cells_parsed(xml: bytes, columns: Set[str]) -> dict[tuple[int, int], OddCell]:
    """See :func:`odd_cells`, for XML in any writing."""
    wanted = {column_index(letters) for letters in columns}
    odd = {}
    for row, column, cell in numbered_cells(streamed_rows(xml)):
        text = cell.findtext("{*}v") or ""
        if column in wanted and cell.get("t") == "e":
            odd[row - 1, column] = OddCell(text or "#?", "")
        elif column in wanted and cell.find("{*}f") is not None:
            odd[row - 1, column] = OddCell("", text)
    return odd


def far_cell(xml: bytes) -> str | None:
    """Return the first cell with content beyond MAX_ROW or MAX_COLUMN, if there is one.

    calamine holds the whole area up to the outermost cell in memory. Formats alone may reach the
    last row; calamine leaves them out.
    """
    if not _UNUSUAL_OR_FAR.search(xml):
        return None
    if not _UNUSUAL.search(xml):
        found = _FAR.search(xml)
        return found[1].decode().upper() if found else None
    for row, column, cell in numbered_cells(streamed_rows(xml)):
        if len(cell) and (row > MAX_ROW or column > MAX_COLUMN):
            return cell.get("r", "")
    return None
