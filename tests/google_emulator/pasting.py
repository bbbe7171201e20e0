"""batchUpdate: ``copyPaste`` (sheets.v4, CopyPasteRequest).

What that says is done; what becomes of checks, notes and rules that a normal paste meets is not
known, and refused.
"""

from . import calc, errors
from .batch import Batch
from .document import Tab, bounds, grid_range, overlaps, within
from .errors import Json

_ALL = {"PASTE_NORMAL", "PASTE_NO_BORDERS"}


def copy_paste(batch: Batch, request: Json) -> None:
    """Copy a range to another place, over and over if that is as large as several of it."""
    kind = request.get("pasteType", "PASTE_NORMAL")
    turned = request.get("pasteOrientation", "NORMAL") == "TRANSPOSE"
    source = batch.fits(request.get("source", {}))
    top, left, bottom, right = start = bounds(source, request.get("source", {}))
    size = (right - left, bottom - top) if turned else (bottom - top, right - left)
    tab = batch.tab(request.get("destination", {}).get("sheetId", 0))
    place = _place(tab, request.get("destination", {}), size)
    batch.area(grid_range(tab.id, place))
    _check_around(kind, source, start, tab, place)
    copied = {at: source.cells.get(at, {}) for at in _cells(start)}
    merges = [merge for area in source.merges if overlaps(merge := bounds(source, area), start)]
    if merges and (turned or kind not in _ALL or not all(within(each, start) for each in merges)):
        raise errors.unsupported("pasting from merged cells like this")
    for row, column in _cells(place):
        down, along = (row - place[0]) % size[0], (column - place[1]) % size[1]
        at = (top + along, left + down) if turned else (top + down, left + along)
        old = tab.cells.get((row, column), {})
        part = _part(batch, source, at, copied[at], kind)
        if turned and _formula(part):
            raise errors.unsupported("turning a formula")
        if formula := _formula(part):
            moved = calc.moved(formula, row - at[0], column - at[1])
            part = {**part, "userEnteredValue": {"formulaValue": moved}}
        _check_cells(kind, copied[at], old)
        tab.put(row, column, {**old, **part})
    for merge in merges:
        for row in range(place[0] - top, place[2] - top, size[0]):
            for column in range(place[1] - left, place[3] - left, size[1]):
                area = merge[0] + row, merge[1] + column, merge[2] + row, merge[3] + column
                tab.merges.append(grid_range(tab.id, area))


def _cells(area: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    return [(r, c) for r in range(area[0], area[2]) for c in range(area[1], area[3])]


def _formula(part: Json) -> str:
    return str((part.get("userEnteredValue") or {}).get("formulaValue", ""))


def _place(tab: Tab, wanted: Json, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return where it goes: once over a smaller range, several times over a multiple."""
    top, left, bottom, right = bounds(tab, wanted)
    height, width = max(bottom - top, size[0]), max(right - left, size[1])
    if height % size[0] or width % size[1]:
        raise errors.unsupported("pasting over a range that is no multiple of what is copied")
    if top + height > tab.rows or left + width > tab.columns:
        raise errors.unsupported("pasting beyond the edge of a sheet")
    return top, left, top + height, left + width


def _part(batch: Batch, tab: Tab, at: tuple[int, int], cell: Json, kind: str) -> Json:
    """Return what of a cell is pasted; ``None`` clears."""
    value, form = cell.get("userEnteredValue"), cell.get("userEnteredFormat")
    if kind == "PASTE_NO_BORDERS" and form:
        form = {key: item for key, item in form.items() if key != "borders"}
    if kind in _ALL:
        return {"userEnteredValue": value, "userEnteredFormat": form}
    if kind == "PASTE_VALUES":
        return {"userEnteredValue": _result(batch, tab, at) if _formula(cell) else value}
    if kind == "PASTE_FORMAT":
        return {"userEnteredFormat": form}
    if kind == "PASTE_FORMULA" and (_formula(cell) or not value):
        return {"userEnteredValue": value}
    if kind == "PASTE_DATA_VALIDATION":
        rule = cell.get("dataValidation")
        values = (rule or {}).get("condition", {}).get("values", [])
        if not any(item.get("userEnteredValue", "").startswith("=") for item in values):
            return {"dataValidation": rule}
    raise errors.unsupported(f"{kind} of such a cell")


def _result(batch: Batch, tab: Tab, at: tuple[int, int]) -> Json | None:
    try:
        value = calc.value_of(batch.draft, tab, *at, batch.call.world.results)
    except calc.CellError as error:
        raise errors.unsupported("pasting an error as a value") from error
    except calc.Unknown as error:
        raise calc.unknown(tab, *at) from error
    if value is None:
        return None
    names = {bool: "boolValue", str: "stringValue"}
    return {names.get(type(value), "numberValue"): value}


def _check_around(
    kind: str,
    source: Tab,
    start: tuple[int, int, int, int],
    tab: Tab,
    place: tuple[int, int, int, int],
) -> None:
    """Refuse merges that are met, and rules over what is copied."""
    if any(overlaps(bounds(tab, area), place) for area in tab.merges):
        raise errors.unsupported("pasting over merged cells")
    rules = [bounds(source, area) for rule in source.conditional for area in rule["ranges"]]
    if kind in _ALL | {"PASTE_FORMAT"} and any(overlaps(area, start) for area in rules):
        raise errors.unsupported("pasting cells with conditional formats")


def _check_cells(kind: str, copied: Json, old: Json) -> None:
    """Refuse a normal paste of or over more than values and formats."""
    if kind not in _ALL:
        return
    if (copied.keys() | old.keys()) - {"userEnteredValue", "userEnteredFormat"}:
        raise errors.unsupported("pasting of or over cells with notes, checks and the like")
    if kind == "PASTE_NO_BORDERS" and old.get("userEnteredFormat", {}).get("borders"):
        raise errors.unsupported("pasting without borders over cells that have some")
