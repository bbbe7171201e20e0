"""batchUpdate requests about groups of rows and columns (sheets.v4, AddDimensionGroupRequest).

Each row has a depth: adding a group makes it one deeper, deleting one less deep. The groups are
what lies together at a depth or deeper.
"""

from . import errors, guard
from .batch import Batch
from .dimensions import along
from .document import Tab
from .errors import Json


def add(batch: Batch, request: Json) -> Json:
    """Group rows or columns; tells all groups of the dimension.

    The first group brings its ``ControlAfter``, which stays (reference/google.md §9.3).
    """
    tab, rows, start, end = _range(batch, request)
    groups = tab.row_groups if rows else tab.column_groups
    if any(start == at["endIndex"] or end == at["startIndex"] for at in _places(groups)):
        raise errors.unsupported("a group right beside another")
    depths = _depths(groups)
    for n in range(start, end):
        depths[n] = depths.get(n, 0) + 1
    tab.grid = {**tab.grid, f"{'row' if rows else 'column'}GroupControlAfter": True}
    return _keep(tab, rows, depths)


def delete(batch: Batch, request: Json) -> Json:
    """Take a group away; tells those that are left, nothing when there are none."""
    tab, rows, start, end = _range(batch, request)
    depths = _depths(tab.row_groups if rows else tab.column_groups)
    if any(not depths.get(n) for n in range(start, end)):
        raise errors.unsupported("taking a group away where there is none")
    for n in range(start, end):
        depths[n] -= 1
    return _keep(tab, rows, depths)


def shown(groups: list[Json]) -> list[Json]:
    """Write groups as Google does: without ``sheetId`` when it is 0."""
    return [
        {
            **group,
            "range": {key: at for key, at in group["range"].items() if key != "sheetId" or at},
        }
        for group in groups
    ]


def _range(batch: Batch, request: Json) -> tuple[Tab, bool, int, int]:
    tab, rows, start, end = along(batch, request.get("range", {}))
    guard.check_tab(batch.call, batch.file, tab)
    size = tab.rows if rows else tab.columns
    if end > size or start >= end:
        raise errors.sheets(400, f"Dimension range [{start}, {end}) is outside of 0 to {size}.")
    return tab, rows, start, end


def _places(groups: list[Json]) -> list[Json]:
    return [group["range"] for group in groups]


def _depths(groups: list[Json]) -> dict[int, int]:
    depths: dict[int, int] = {}
    for at in _places(groups):
        for n in range(at["startIndex"], at["endIndex"]):
            depths[n] = depths.get(n, 0) + 1
    return depths


def _keep(tab: Tab, rows: bool, depths: dict[int, int]) -> Json:
    """Keep the groups these depths make, in order of start, then depth; return the reply."""
    groups: list[Json] = []
    for depth in range(1, max(depths.values(), default=0) + 1):
        inside = {n for n, deep in depths.items() if deep >= depth}
        starts = sorted(n for n in inside if n - 1 not in inside)
        ends = sorted(n + 1 for n in inside if n + 1 not in inside)
        groups += [_group(tab, rows, *at, depth) for at in zip(starts, ends, strict=True)]
    groups.sort(key=lambda group: (group["range"]["startIndex"], group["depth"]))
    if rows:
        tab.row_groups = groups
    else:
        tab.column_groups = groups
    return {"dimensionGroups": shown(groups)} if groups else {}


def _group(tab: Tab, rows: bool, start: int, end: int, depth: int) -> Json:
    where = {"sheetId": tab.id, "dimension": "ROWS" if rows else "COLUMNS"}
    return {"range": {**where, "startIndex": start, "endIndex": end}, "depth": depth}
