"""Cells that calamine reads as blank, or chokes on: looked for in the tab's own XML.

Error values and formulas without a stored value come back as empty (measurements.md §H1, H2).
Regular expressions, because parsing every tab a second time would double the cost of reading; XML
that is not written the usual way is parsed.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from dankheo_sheets.form.parts import MAIN, column_index, numbered_cells, parse

MAX_ROW, MAX_COLUMN = 9_999, 701
"""1-based row and 0-based column (ZZ) up to which a cell may have content."""


@dataclass(frozen=True)
class OddCell:
    """A cell that is an error, or a formula with or without a calculated value."""

    error: str
    value: str


# Row 10000 or column AAA and beyond; the other spellings of an attribute are looked at closely.
_FAR = re.compile(rb'r="(?:[A-Za-z]{3,}\d|[A-Za-z]*\d{5,})|r=\'|r\s+=|r=\s')
_UNUSUAL = re.compile(rb"""<c(?! r=")[\s/>]|<\w+:c[\s/>]""")
_SINGLE_QUOTES = re.compile(rb"<c\s[^>]*='")
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</")


@lru_cache(maxsize=64)
def _odd_pattern(columns: frozenset[str]) -> re.Pattern[bytes]:
    """Match an error cell or the start of a formula cell in `columns`."""
    letters = "|".join(sorted(columns)).encode()
    return re.compile(
        rb'<c r="(' + letters + rb')(\d+)"(?:[^>]*\b(t="e")[^>]*[^/]?>|[^>]*>\s*<f\b)'
    )


def odd_cells(xml: bytes, columns: Set[str]) -> dict[tuple[int, int], OddCell]:
    """Return (row, column), 0-based → what is odd, for errors and formulas in `columns`."""
    if _UNUSUAL.search(xml) or (b"='" in xml and _SINGLE_QUOTES.search(xml)):
        return _odd_cells_parsed(xml, columns)
    odd = {}
    for found in _odd_pattern(frozenset(columns)).finditer(xml):
        end = xml.find(b"</c>", found.end())
        value = _VALUE.search(xml, found.end(), end if end >= 0 else len(xml))
        text = value[1].decode("utf-8", "replace") if value else ""
        at = int(found[2]) - 1, column_index(found[1].decode())
        odd[at] = OddCell(text or "#?", "") if found[3] else OddCell("", text)
    return odd


def _odd_cells_parsed(xml: bytes, columns: Set[str]) -> dict[tuple[int, int], OddCell]:
    """See :func:`odd_cells`, for XML in any writing."""
    wanted = {column_index(letters) for letters in columns}
    odd = {}
    for row, column, cell in numbered_cells(parse(xml, recover=True)):
        text = cell.findtext(f"{{{MAIN}}}v") or ""
        if column in wanted and cell.get("t") == "e":
            odd[row - 1, column] = OddCell(text or "#?", "")
        elif column in wanted and cell.find(f"{{{MAIN}}}f") is not None:
            odd[row - 1, column] = OddCell("", text)
    return odd


def far_cell(xml: bytes) -> str | None:
    """Return the first cell with content beyond MAX_ROW or MAX_COLUMN, if there is one.

    calamine holds the whole area up to the outermost cell in memory. Formats alone may reach the
    last row; calamine leaves them out.
    """
    if not _FAR.search(xml):
        return None
    for row, column, cell in numbered_cells(parse(xml, recover=True)):
        if len(cell) and (row > MAX_ROW or column > MAX_COLUMN):
            return cell.get("r", "")
    return None
