"""The master as a Google spreadsheet, drawn over the one there is.

Tabs and charts have fixed ids, so their links stay good and a second run makes no second tab.
What else a person keeps in the spreadsheet, tabs and charts, is left alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from dankheo_sheets import vietnamese
from dankheo_sheets.form.ooxml import MAX_TEXT
from dankheo_sheets.workspace.base import Cell
from dankheo_sheets.workspace.google.drawing import cells
from dankheo_sheets.workspace.google.drawing.canvas import Book, Drawn, Lines, Sheet
from dankheo_sheets.workspace.google.drawing.cell_formats import cell_format
from dankheo_sheets.workspace.google.drawing.charts import add_chart
from dankheo_sheets.workspace.google.drawing.rules import in_vietnamese
from dankheo_sheets.workspace.google.drawing.shapes import Area, Json, rectangles, runs

MASTER_FIELDS = (
    "sheets(properties(sheetId,title),merges,charts(chartId),basicFilter,conditionalFormats)"
)
"""What :func:`redraw` needs of spreadsheets.get."""

MAX_BYTES = 1_800_000
"""Of one request; Google recommends at most 2 MB (reference/google.md §1.1)."""

_CHART_IDS = range(3001, 3101)
_NEW = (0, "Sheet1")
"""Id and title of the one tab of a new spreadsheet (reference/google.md §9.2)."""


@dataclass(frozen=True)
class Step:
    """One request: `requests` for batchUpdate, or `values`, the `data` of values:batchUpdate."""

    requests: list[Json]
    values: list[Json]
    """Written RAW: fixed ranges, numbers as numbers, text as text."""
    again: bool
    """Whether sending it twice is the same as once; where not, ask what exists and redraw."""


class _Long(NamedTuple):
    """The long rows of a tab."""

    first: int
    kinds: list[int]
    rows: list[list[Cell]]

    @property
    def end(self) -> int:
        """The row after the last one."""
        return self.first + len(self.rows)


def redraw(book: Book, rows: Iterable[Lines], existing: Json) -> Iterator[Step]:
    """Yield what makes the tabs of `book` stand in a spreadsheet, whatever is there.

    `rows` are the long rows that go with them. `existing` is as spreadsheets.get answers
    :data:`MASTER_FIELDS`: a new spreadsheet, one drawn before, one that people changed. The
    first step is all or nothing and leaves the long rows empty; those that follow fill them.
    """
    long = {lines.tab: _long(lines) for lines in rows}
    ids = {sheet.title: number for number, sheet in enumerate(book.sheets, 1)}
    tabs = {_id(tab): tab for tab in existing.get("sheets", ())}
    batch = list(_batch(book, long, ids, tabs))
    yield Step(batch, [], again=_replayable(batch))
    for values in _bodies(long.items()):
        yield Step([], values, again=True)


def _long(lines: Lines) -> _Long:
    rows = [(kind, [_plain(cell) for cell in row]) for kind, _, row in lines.rows]
    return _Long(lines.first, [kind for kind, _ in rows], [row for _, row in rows])


def _plain(cell: Cell) -> Cell:
    """Return a cell as it is sent: "" empties one, null would leave it as it was."""
    if cell is None:
        return ""
    return vietnamese.clean(cell)[:MAX_TEXT] if isinstance(cell, str) else cell


def _batch(
    book: Book, long: Mapping[str, _Long], ids: Mapping[str, int], tabs: Mapping[int, Json]
) -> Iterator[Json]:
    yield in_vietnamese()
    yield from _free_titles(ids, tabs)
    for tab in tabs.values():
        for chart in tab.get("charts", ()):
            if chart["chartId"] in _CHART_IDS:
                yield {"deleteEmbeddedObject": {"objectId": chart["chartId"]}}
    for index, (title, number) in enumerate(ids.items()):
        sheet, lines = copy(book[title]), long.get(title)
        if lines:  # its prepared rows only lend their formats
            sheet.cells = {at: cell for at, cell in sheet.cells.items() if at[0] < lines.first}
        wanted = cells.properties(sheet, number, lines.end if lines else 0)
        if number in tabs:
            yield from _emptied(tabs[number], wanted)
        else:
            yield {"addSheet": {"properties": {**wanted, "index": index}}}
        yield from cells.draw(book, sheet, number)
        if lines:
            yield from _long_formats(book[title], lines, number)
        if sheet.filter:
            yield {"setBasicFilter": {"filter": {"range": sheet.filter.grid(number)}}}
    if [(number, _title(tab)) for number, tab in tabs.items()] == [_NEW]:
        yield {"deleteSheet": {"sheetId": _NEW[0]}}
    yield from _charts(book, ids)


def _replayable(batch: Sequence[Json]) -> bool:
    """Tell whether all that is added was there before and all that is deleted may be missing."""
    kinds = [next(iter(request)) for request in batch]
    once = {"addSheet", "deleteSheet", "deleteConditionalFormatRule"}
    added, deleted = kinds.count("addChart"), kinds.count("deleteEmbeddedObject")
    return once.isdisjoint(kinds) and added == deleted


def _id(tab: Json) -> int:
    return int(tab["properties"].get("sheetId", 0))


def _title(tab: Json) -> str:
    return str(tab["properties"]["title"])


def _free_titles(ids: Mapping[str, int], tabs: Mapping[int, Json]) -> Iterator[Json]:
    """Yield requests that rename every tab which has a title of ours and is not that tab."""
    owner = {title.casefold(): number for title, number in ids.items()}
    taken = {_title(tab).casefold() for tab in tabs.values()} | owner.keys()
    for number, tab in tabs.items():
        title = _title(tab)
        if owner.get(title.casefold(), number) != number:
            names = (f"{title} ({n})" for n in count(1))
            free = next(name for name in names if name.casefold() not in taken)
            taken.add(free.casefold())
            wanted = {"sheetId": number, "title": free}
            yield {"updateSheetProperties": {"properties": wanted, "fields": "title"}}


def _emptied(tab: Json, wanted: Json) -> Iterator[Json]:
    """Yield the requests that make a tab as new, in place: what points at its cells still does."""
    number = _id(tab)
    whole = {"sheetId": number}
    if tab.get("basicFilter"):
        yield {"clearBasicFilter": whole}
    if tab.get("merges"):
        yield {"unmergeCells": {"range": whole}}
    for _ in tab.get("conditionalFormats", ()):
        yield {"deleteConditionalFormatRule": {"sheetId": number, "index": 0}}
    # Hidden or shown is as the coordinator likes it.
    shown = {key: value for key, value in wanted.items() if key != "hidden"}
    fields = f"title,gridProperties({','.join(wanted['gridProperties'])})"
    yield {"updateSheetProperties": {"properties": shown, "fields": fields}}
    yield {"updateCells": {"range": whole, "fields": "*"}}
    for dimension, size in (("ROWS", "rowCount"), ("COLUMNS", "columnCount")):
        end = wanted["gridProperties"][size]
        yield cells.size(number, dimension, 0, end, hiddenByUser=False)
        area = {"sheetId": number, "dimension": dimension, "startIndex": 0, "endIndex": end}
        if dimension == "ROWS":
            # Rows fit their text by themselves, until somebody gives them a height.
            yield {"autoResizeDimensions": {"dimensions": area}}


# --- the long rows ----------------------------------------------------------------------


def _long_formats(sheet: Sheet, long: _Long, number: int) -> Iterator[Json]:
    """Yield a request for each column of the first kind, then for each run of another kind.

    No heights: unlike Excel, Google fits a row to its wrapped text.
    """
    if not long.rows:
        return
    width = max(column for _, column in sheet.cells) + 1
    of_other_kinds = [run for run in runs(enumerate(long.kinds, long.first)) if run[0]]
    for kind, top, bottom in [(0, long.first, long.end), *of_other_kinds]:
        row = {
            (0, column): sheet.cells.get((long.first + kind, column), Drawn()).style
            for column in range(width)
        }
        for style, area in rectangles(row):
            block = Area(top, area.left, bottom, area.right)
            yield cells.repeat_format(block, cell_format(style), number)


def _bodies(long: Iterable[tuple[str, _Long]]) -> Iterator[list[Json]]:
    """Yield the ranges of one request after another, none of them too large."""
    body: list[Json] = []
    room = MAX_BYTES
    for tab, lines in long:
        block: list[list[Cell]] = []
        for at, row in enumerate(lines.rows, lines.first):
            needs = len(json.dumps(row)) + 2
            if needs > room and (block or body):
                body += _block(tab, block, at)
                yield body
                body, block, room = [], [], MAX_BYTES
            if not block:
                room -= 100  # the range's own words
            block.append(row)
            room -= needs
        body += _block(tab, block, lines.end)
    if body:
        yield body


def _block(tab: str, rows: list[list[Cell]], end: int) -> list[Json]:
    if not rows:
        return []
    area = Area(end - len(rows), 0, end, len(rows[0]))
    return [{"range": area.a1(tab), "values": rows}]


def _charts(book: Book, ids: Mapping[str, int]) -> Iterator[Json]:
    charts = [(sheet, place, chart) for sheet in book.sheets for place, chart in sheet.charts]
    for chart_id, (sheet, place, chart) in zip(_CHART_IDS, charts, strict=False):
        if added := add_chart(place, chart, ids, ids[sheet.title], chart_id):
            yield added
