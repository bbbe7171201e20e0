"""References inside formulas: what happens to them when rows and columns come and go."""

import re
from collections.abc import Callable

from . import a1
from .document import Document, Tab
from .errors import Json

Edge = Callable[[int, bool], int | None]
"""Where an edge goes: (index, whether it is a start) to its new index; ``None`` is gone."""

_CELL = r"\$?[A-Za-z]{1,3}\$?\d+"
_REFERENCE = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?<![\w.$])
     (?P<sheet>(?:'(?:[^']|'')+'|[^\W\d]\w*)!)?
     (?P<ref>{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?\d+:\$?\d+)
     (?![\w(.!])""",
    re.VERBOSE,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")


def shift(document: Document, tab: Tab, rows: bool, edge: Edge) -> None:
    """Let every formula of a document follow the rows or columns of a tab."""
    for own in document.tabs:
        for at, cell in own.cells.items():
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            rule = cell.get("dataValidation", {})
            if formula is not None:
                moved = _moved(document, own, formula, tab, rows, edge)
                own.cells[at] = {**cell, "userEnteredValue": {"formulaValue": moved}}
            if rule.get("condition", {}).get("type") == "ONE_OF_RANGE":
                rule = {**rule, "condition": _condition(document, own, rule, tab, rows, edge)}
                own.cells[at] = {**own.cells[at], "dataValidation": rule}
        own.conditional = [
            {**item, "booleanRule": {**rule, "condition": condition}}
            if (rule := item.get("booleanRule"))
            and (condition := _condition(document, own, rule, tab, rows, edge))
            else item
            for item in own.conditional
        ]


def _condition(document: Document, own: Tab, rule: Json, tab: Tab, rows: bool, edge: Edge) -> Json:
    condition: Json = rule["condition"]
    values = [
        {**value, "userEnteredValue": _moved(document, own, text, tab, rows, edge)}
        if (text := value.get("userEnteredValue", "")).startswith("=")
        else value
        for value in condition.get("values", [])
    ]
    return {**condition, "values": values} if values else condition


def _moved(document: Document, own: Tab, formula: str, tab: Tab, rows: bool, edge: Edge) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match["text"]:
            return match["text"]
        sheet = match["sheet"] or ""
        title = sheet[:-1].removeprefix("'").removesuffix("'").replace("''", "'")
        meant = document.titled(title) if sheet else own
        if meant is not tab:
            return match[0]
        moved = reference(match["ref"], rows, edge)
        return "#REF!" if moved is None else sheet + moved

    return _REFERENCE.sub(replaced, formula)


def reference(text: str, rows: bool, edge: Edge) -> str | None:
    """Return where ``A1``, ``A1:B2``, ``A:B`` or ``1:2`` points afterwards, or ``None``."""
    corners = [list(_corner(part)) for part in text.split(":")]
    place = 3 if rows else 1
    if not corners[0][place]:  # the whole length: nothing to move
        return text
    numbers = [int(c[3]) - 1 if rows else a1.number(c[1]) for c in corners]
    first, last = edge(numbers[0], True), edge(numbers[-1] + 1, False)
    if first is None or last is None or first >= last:
        return None
    for corner, number in zip(corners, (first, last - 1), strict=False):
        corner[place] = str(number + 1) if rows else a1.letters(number)
    return ":".join("".join(corner) for corner in corners)


def _corner(text: str) -> tuple[str, str, str, str]:
    match = _CORNER.fullmatch(text)
    assert match is not None
    fixed, column, fixed_row, row = match.groups()
    # "$3" has its only mark before the row
    return ("", "", fixed, row) if fixed and not column else (fixed, column, fixed_row, row)
