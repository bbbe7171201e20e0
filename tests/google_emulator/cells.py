"""batchUpdate requests about cells: values, formats, merges, checks (reference/google.md §9.5)."""

from collections.abc import Iterator

from . import calc, errors, guard, typed
from .batch import Batch
from .colours import both_forms, style
from .document import Tab, bounds, grid_range, overlaps
from .errors import Json
from .fields import Mask, assign

_OUTPUT = {"effectiveValue", "effectiveFormat", "formattedValue", "hyperlink"}


def _prepared(batch: Batch, cell: Json) -> Json:
    """Check a cell that is to be written, and bring it into the form that is kept."""
    entered = cell.get("userEnteredValue")
    if entered is not None and len(entered) > 1:
        raise errors.sheets(400, "Only one kind of value may be set.")
    if _OUTPUT & cell.keys():
        raise errors.sheets(400, f"{sorted(_OUTPUT & cell.keys())[0]} is only for reading.")
    for key in ("pivotTable", "dataSourceTable", "dataSourceFormula", "chipRuns"):
        if key in cell:
            raise errors.unsupported(f"{key} in a cell")
    prepared = dict(cell)
    if "userEnteredFormat" in cell:
        prepared["userEnteredFormat"] = style(cell["userEnteredFormat"])
    formula = (entered or {}).get("formulaValue")
    if formula is not None and not formula.startswith("="):
        value, _ = typed.typed(formula, batch.draft)
        prepared["userEnteredValue"] = value
    if cell.get("note") == "":
        prepared["note"] = None
    return prepared


def _put(tab: Tab, row: int, column: int, cell: Json, mask: Mask) -> None:
    old = tab.cells.get((row, column), {})
    if "*" in mask:
        tab.put(row, column, cell)
        return
    # A colour is cleared and set in both its forms.
    tab.put(row, column, assign(old, cell, both_forms(mask)))


def update_cells(batch: Batch, request: Json) -> None:
    """Write rows of cells from a start, or over a range: what a range has beyond is cleared."""
    mask = batch.mask(request, "CellData")
    rows = request.get("rows", [])
    height = len(rows)
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if "range" in request:
        area = request["range"]
        tab = batch.area(area)
        top, left, bottom, right = bounds(tab, area)
        if height > bottom - top or width > right - left:
            raise errors.sheets(400, "There are more cells than the range has room for.")
    else:
        start = request.get("start", {})
        tab = batch.tab(start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        bottom, right = top + height, left + width
        if bottom > tab.rows or right > tab.columns:
            raise errors.sheets(
                400,
                f"Attempting to write column: {right - 1}, row: {bottom - 1}, beyond the last "
                f"requested column of: {tab.columns - 1}, row: {tab.rows - 1}",
            )
        places = [
            (top + r, left + c)
            for r, row in enumerate(rows)
            for c in range(len(row.get("values", [])))
        ]
        guard.check_cells(batch.call, batch.file, tab, places)
    for r in range(bottom - top):
        values = rows[r].get("values", []) if r < height else []
        # From a start, a short row leaves the rest alone; over a range it clears it.
        reach = right - left if "range" in request else len(values)
        for c in range(reach):
            cell = _prepared(batch, values[c]) if c < len(values) else {}
            if not cell and (top + r, left + c) not in tab.cells:
                continue
            _put(tab, top + r, left + c, cell, mask)


def repeat_cell(batch: Batch, request: Json) -> None:
    """Write one cell over a range; the references of a formula move along."""
    mask = batch.mask(request, "CellData")
    area = request.get("range", {})
    tab = batch.area(area)
    cell = _prepared(batch, request.get("cell", {}))
    top, left, bottom, right = bounds(tab, area)
    formula = (cell.get("userEnteredValue") or {}).get("formulaValue")
    for row in range(top, bottom):
        for column in range(left, right):
            if formula:
                moved = calc.moved(formula, row - top, column - left)
                cell = {**cell, "userEnteredValue": {"formulaValue": moved}}
            _put(tab, row, column, cell, mask)


def set_validation(batch: Batch, request: Json) -> None:
    """Set the check of every cell of a range, or take it away."""
    area = request.get("range", {})
    tab = batch.area(area)
    rule = request.get("rule")
    if rule is not None:
        _check_condition(rule.get("condition", {}))
    top, left, bottom, right = bounds(tab, area)
    for row in range(top, bottom):
        for column in range(left, right):
            tab.put(row, column, {**tab.cells.get((row, column), {}), "dataValidation": rule})


_VALUES = {
    "BOOLEAN": (0, 2),
    "ONE_OF_LIST": (1, 500),
    "ONE_OF_RANGE": (1, 1),
    "NUMBER_BETWEEN": (2, 2),
    "NUMBER_NOT_BETWEEN": (2, 2),
    "DATE_BETWEEN": (2, 2),
    "DATE_IS_VALID": (0, 0),
    "TEXT_IS_EMAIL": (0, 0),
    "TEXT_IS_URL": (0, 0),
    "BLANK": (0, 0),
    "NOT_BLANK": (0, 0),
}


def _check_condition(condition: Json) -> None:
    """Refuse a condition with the wrong number of values (reference/google.md §8)."""
    kind, values = condition.get("type", ""), condition.get("values", [])
    least, most = _VALUES.get(kind, (1, 500 if kind == "TEXT_EQ" else 1))
    if not kind or not least <= len(values) <= most:
        raise errors.sheets(
            400,
            f"Invalid ConditionType {kind}: it takes {least} to {most} values, not {len(values)}.",
        )


def add_conditional(batch: Batch, request: Json) -> None:
    """Insert a conditional format rule before the one at ``index``."""
    rule = request.get("rule", {})
    ranges = rule.get("ranges", [])
    if not ranges:
        raise errors.sheets(400, "No ranges specified.")
    for area in ranges:
        batch.area(area)
    if "booleanRule" in rule:
        _check_condition(rule["booleanRule"].get("condition", {}))
    tab = batch.tab(ranges[0].get("sheetId", 0))
    tab.conditional.insert(request.get("index", 0), style(rule))


def delete_conditional(batch: Batch, request: Json) -> Json:
    """Delete a conditional format rule; those after it move up."""
    tab = batch.tab(request.get("sheetId", 0))
    index = request.get("index", 0)
    if index >= len(tab.conditional):
        raise errors.sheets(400, f"No conditional format on sheet: {tab.id} at index: {index}")
    return {"rule": tab.conditional.pop(index)}


def merge(batch: Batch, request: Json) -> None:
    """Merge cells; the value of the first one stays, the others lose theirs."""
    area = request.get("range", {})
    tab = batch.area(area)
    top, left, bottom, right = bounds(tab, area)
    kind = request.get("mergeType", "MERGE_ALL")
    pieces: Iterator[tuple[int, int, int, int]]
    if kind == "MERGE_ROWS":
        pieces = ((row, left, row + 1, right) for row in range(top, bottom))
    elif kind == "MERGE_COLUMNS":
        pieces = ((top, column, bottom, column + 1) for column in range(left, right))
    else:
        pieces = iter([(top, left, bottom, right)])
    tab.merges = [
        old for old in tab.merges if not overlaps(bounds(tab, old), (top, left, bottom, right))
    ]
    for piece in pieces:
        if (piece[2] - piece[0]) * (piece[3] - piece[1]) > 1:
            tab.merges.append(grid_range(tab.id, piece))
            for row in range(piece[0], piece[2]):
                for column in range(piece[1], piece[3]):
                    if (row, column) != piece[:2] and (row, column) in tab.cells:
                        tab.set_value(row, column, None)


def unmerge(batch: Batch, request: Json) -> None:
    """Take apart the merges that lie in a range."""
    area = request.get("range", {})
    tab = batch.area(area)
    tab.merges = [old for old in tab.merges if not overlaps(bounds(tab, old), bounds(tab, area))]


def borders(batch: Batch, request: Json) -> None:
    """Draw the borders of a range and between its cells."""
    area = request.get("range", {})
    tab = batch.area(area)
    top, left, bottom, right = bounds(tab, area)
    for row in range(top, bottom):
        for column in range(left, right):
            sides = {
                "top": "top" if row == top else "innerHorizontal",
                "bottom": "bottom" if row == bottom - 1 else "innerHorizontal",
                "left": "left" if column == left else "innerVertical",
                "right": "right" if column == right - 1 else "innerVertical",
            }
            cell = tab.cells.get((row, column), {})
            form = cell.get("userEnteredFormat", {})
            drawn = {side: style(request[name]) for side, name in sides.items() if name in request}
            kept = {**form.get("borders", {}), **drawn}
            kept = {side: line for side, line in kept.items() if line.get("style") != "NONE"}
            tab.put(row, column, {**cell, "userEnteredFormat": {**form, "borders": kept}})
