"""batchUpdate: ``sortRange`` (reference/google.md §9.5: recorded on text cells only).

Columns of plain text or of numbers are sorted. How kinds, blanks, accents and capitals are
ordered among each other is not known, nor what happens to what a row has beside its values.
"""

import re
from typing import Any

from . import errors
from .batch import Batch
from .document import Tab, bounds, overlaps
from .errors import Json

_ORDERS = {"ASCENDING": False, "DESCENDING": True}


def sort_range(batch: Batch, request: Json) -> None:
    """Sort the rows of a range by its columns; rows that are equal stay in their order."""
    area = request.get("range", {})
    tab = batch.area(area)
    top, left, bottom, right = place = bounds(tab, area)
    _check(tab, place)
    rows = [[tab.value(row, column) for column in range(left, right)] for row in range(top, bottom)]
    specs = request.get("sortSpecs") or []
    if not specs:
        raise errors.unsupported("sorting by nothing")
    for spec in reversed(specs):
        column, order = spec.get("dimensionIndex", 0), spec.get("sortOrder", "")
        if spec.keys() - {"dimensionIndex", "sortOrder"} or order not in _ORDERS:
            raise errors.unsupported(f"sorting by {spec}")
        if not left <= column < right:
            raise errors.unsupported("sorting by a column outside of the range")
        keys = _keys([row[column - left] for row in rows])
        ranked = sorted(range(len(rows)), key=keys.__getitem__, reverse=_ORDERS[order])
        rows = [rows[n] for n in ranked]
    for row, values in enumerate(rows, top):
        for column, value in enumerate(values, left):
            tab.set_value(row, column, value)


def _keys(values: list[Json]) -> list[Any]:
    kinds = {next(iter(value), "") for value in values}
    if kinds == {"numberValue"}:
        return [value["numberValue"] for value in values]
    if kinds != {"stringValue"}:
        raise errors.unsupported("sorting a column that is neither all text nor all numbers")
    texts = [value["stringValue"] for value in values]
    if not all(re.fullmatch("[A-Za-z0-9 ]+", text) for text in texts):
        raise errors.unsupported("sorting text that is not of plain letters, digits, blanks")
    folded = [text.lower() for text in texts]
    if len(set(folded)) != len(set(texts)):
        raise errors.unsupported("sorting text that differs in capitals only")
    return folded


def _check(tab: Tab, place: tuple[int, int, int, int]) -> None:
    """Refuse rows that have more than values to move."""
    top, left, bottom, right = place
    if any(overlaps(bounds(tab, area), place) for area in tab.merges):
        raise errors.unsupported("sorting merged cells")
    if any(tab.row_sizes.get(row, {}).get("hiddenByUser") for row in range(top, bottom)):
        raise errors.unsupported("sorting hidden rows")
    for column in range(left, right):
        cells = [tab.cells.get((row, column), {}) for row in range(top, bottom)]
        if any("formulaValue" in cell.get("userEnteredValue", {}) for cell in cells):
            raise errors.unsupported("sorting formulas")
        rest = [{k: v for k, v in cell.items() if k != "userEnteredValue"} for cell in cells]
        if any(each != rest[0] for each in rest):
            raise errors.unsupported("sorting cells that differ in more than their values")
