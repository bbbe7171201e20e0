"""Formulas, drop-downs and conditional formats as Google takes them.

A formula that comes through the API is read in the spreadsheet's locale
(reference/google.md §8): in vi_VN arguments are separated by ";" and decimals by ",".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dankheo_sheets.workspace.google.drawing.canvas import Book, Sheet
from dankheo_sheets.workspace.google.drawing.cell_formats import conditional_format
from dankheo_sheets.workspace.google.drawing.shapes import Json, Place

LOCALE, TIME_ZONE = "vi_VN", "Asia/Ho_Chi_Minh"


def in_vietnamese() -> Json:
    """Return the request that makes a spreadsheet read formulas, numbers and dates as we do."""
    wanted = {"locale": LOCALE, "timeZone": TIME_ZONE}
    return {"updateSpreadsheetProperties": {"properties": wanted, "fields": ",".join(wanted)}}


_QUOTED = re.compile(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')")
_OTHER_IN_VIETNAMESE = re.compile(r"\d\.\d|[{}]")


def localised(formula: str) -> str:
    """Return a formula of an .xlsx file as it is typed in Vietnamese.

    Raises `ValueError` for one with a decimal or an array in it, which would need more.

    >>> localised('=IF(A1="a,b",MID(B1,2,9),"")')
    '=IF(A1="a,b";MID(B1;2;9);"")'
    """
    parts = _QUOTED.split(formula)
    for n in range(0, len(parts), 2):
        if _OTHER_IN_VIETNAMESE.search(parts[n]):
            raise ValueError(f"not the same in every locale: {formula}")
        parts[n] = parts[n].replace(",", ";")
    return "".join(parts)


def validations(book: Book, sheet: Sheet, sheet_id: int) -> list[Json]:
    """Return the requests that set a tab's drop-downs."""
    return [
        {"setDataValidation": {"range": area.grid(sheet_id), "rule": _rule(book, options)}}
        for area, options in sheet.validations
        if options["validate"] != "any"
    ]


def _rule(book: Book, options: Mapping[str, Any]) -> Json:
    if options["validate"] != "list":
        raise ValueError(f"a validation that is no list: {options['validate']}")
    source = options["source"]
    if isinstance(source, str):
        tab, area = book.names[source.removeprefix("=")]
        kind, values = "ONE_OF_RANGE", [area.fixed(tab)]
    else:
        kind, values = "ONE_OF_LIST", list(source)
    return {
        "condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]},
        "inputMessage": options["input_message"],
        "strict": options.get("show_error", True) and options.get("error_type", "stop") == "stop",
        "showCustomUi": True,
    }


def notes(sheet: Sheet) -> dict[Place, str]:
    """Return what to say at a cell, where an input has a message but no drop-down.

    Google shows a message only with a rule, so it becomes a note: of a single cell on the cell
    itself; of a column on the cell above it, where the unit cannot delete it and no cell of the
    table is marked.
    """
    found: dict[Place, list[str]] = {}
    for area, options in sheet.validations:
        if options["validate"] == "any":
            at, text = (area.top, area.left), options["input_message"]
            if area.bottom - area.top > 1:
                above = area.top - 1, area.left
                merged = (m for m in sheet.merges if above in m.cells())  # the first one shows it
                at = next(((m.top, m.left) for m in merged), above)
                text = f"{options['input_title']}: {text}"
            found.setdefault(at, []).append(text)
    return {at: "\n".join(texts) for at, texts in found.items()}


def conditionals(sheet: Sheet, sheet_id: int) -> Iterator[Json]:
    """Yield the requests that add a tab's conditional formats, the first before the others."""
    for index, (area, options) in enumerate(sheet.conditionals):
        if options["type"] != "formula":
            raise ValueError(f"a conditional format without a formula: {options['type']}")
        formula = {"userEnteredValue": localised(options["criteria"])}
        when = {
            "condition": {"type": "CUSTOM_FORMULA", "values": [formula]},
            "format": conditional_format(options["format"]),
        }
        rule = {"ranges": [area.grid(sheet_id)], "booleanRule": when}
        yield {"addConditionalFormatRule": {"index": index, "rule": rule}}
