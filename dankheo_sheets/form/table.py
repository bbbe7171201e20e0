"""Where the table of the form stands in a workbook, and what was typed into it.

The table is found by its headers, not by letters, and every value keeps its true cell.
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from python_calamine import CalamineWorkbook, SheetTypeEnum

from dankheo_sheets import vietnamese
from dankheo_sheets.form import entry_rules, layout
from dankheo_sheets.form.layout import COLUMN, COLUMNS, COVER, CoverField
from dankheo_sheets.form.odd_cells import OddCell, far_cell, without_formula_texts
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.form.opening import Unusable
from dankheo_sheets.registration import CellRef, Cover, Entry, Finding, Scope, Severity

FIRST_YEAR = 1900
"""Of a spreadsheet's dates."""

Value = int | float | str | bool | time | date | datetime | timedelta
Grid = Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Table:
    """The table as it stands in one tab."""

    tab: str
    xml: bytes
    """Of the tab, without the texts of its formulas."""
    grid: Grid
    header: int
    """0-based row of the words directly above the columns."""
    columns: Mapping[str, int]

    @property
    def letters(self) -> dict[str, str]:
        """Where each column of the form stands: key → letters."""
        return {key: column_letters(at) for key, at in self.columns.items()}

    def value(self, row: int, key: str) -> Value:
        """Return what calamine reads in column `key` of a 1-based row; "" where nothing is."""
        values = self.grid[row - 1] if row <= len(self.grid) else ()
        column = self.columns[key]
        return values[column] if column < len(values) else ""


def grid_of(workbook: CalamineWorkbook, tab: str, xml: bytes) -> Grid:
    """Return the values of a tab. Raises :class:`Unusable` where one stands far out."""
    if where := far_cell(xml):
        raise Unusable(
            "far-cell", f"Trang “{tab}” có nội dung ở ô {where}, xa ngoài bảng: xoá ô đó."
        )
    return workbook.get_sheet_by_name(tab).to_python(skip_empty_area=False)


# --- where it is ------------------------------------------------------------------------

_NOT_ENTRIES = {layout.TAB_GUIDE, layout.TAB_FEEDBACK, layout.TAB_IDENTITY, layout.TAB_LISTS}
_NAMES = {
    column.key: tuple(vietnamese.match_key(name) for name in column.names) for column in COLUMNS
}
_ENOUGH = 4
"""Headers in one row that make it the header row."""


def find_table(
    workbook: CalamineWorkbook, archive: zipfile.ZipFile, parts: Mapping[str, str]
) -> tuple[Table, list[Finding]]:
    """Return the table the unit filled in, and a finding for each other one it filled in too."""
    tabs = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
        and sheet.name not in _NOT_ENTRIES
        and sheet.name in parts
    ]
    tabs.sort(key=lambda tab: tab != layout.TAB_ENTRIES)
    tables = []
    for tab in tabs:
        xml = without_formula_texts(archive.read(parts[tab]))
        grid = grid_of(workbook, tab, xml)
        header = _header_row(grid)
        if header is not None:
            tables.append(Table(tab, xml, grid, header, _columns(grid, header)))
    if not tables:
        raise Unusable(
            "no-table", "Không tìm thấy bảng đăng ký (hàng tiêu đề): ghi vào đúng tệp đã phát."
        )
    if len(tables) == 1:
        return tables[0], []
    filled = [table for table in tables if any(entries(table, {}))]
    return (filled or tables)[0], [
        Finding(
            "second-table", Severity.BLOCK, Scope.UNIT,
            f"Trang “{table.tab}” cũng có mô hình nhưng không được đọc: "
            f"chuyển về trang “{filled[0].tab}”.",
        )
        for table in filled[1:]
    ]  # fmt: skip


@lru_cache(maxsize=4096)
def _column_key(value: Value) -> str | None:
    folded = vietnamese.match_key(value) if isinstance(value, str) else ""
    return next((key for key, names in _NAMES.items() if folded.startswith(names)), None)


def _header_row(grid: Grid) -> int | None:
    """Return the first row that names most columns, if it names enough of them."""
    best, at = _ENOUGH - 1, None
    for row, values in enumerate(grid):
        found = len({key for value in values if value != "" and (key := _column_key(value))})
        if found > best:
            best, at = found, row
        elif at is not None:
            break
    return at


def _columns(grid: Grid, header: int) -> dict[str, int]:
    """Return key → 0-based column, from the header row and, where merged, the row above it."""
    found: dict[str, set[int]] = {column.key: set() for column in COLUMNS}
    for row in (header, header - 1):
        for at, value in enumerate(grid[row] if row >= 0 else ()):
            key = _column_key(value)
            if key and (row == header or not COLUMN[key].title):
                found[key].add(at)
    missing = [column for column in COLUMNS if not found[column.key]]
    if missing:
        names = ", ".join(f"“{column.names[0]}”" for column in missing)
        raise Unusable("missing-column", f"Thiếu cột {names}: khôi phục hàng tiêu đề của mẫu.")
    for column in COLUMNS:
        if len(places := found[column.key]) > 1:
            where = " và ".join(column_letters(at) for at in sorted(places))
            raise Unusable(
                "repeated-column", f"Cột “{column.names[0]}” có hai lần ({where}): bỏ một cột."
            )
    return {key: places.pop() for key, places in found.items()}


# --- what stands in it ------------------------------------------------------------------


def text_of(value: Value) -> str:
    """Return a cell's value as the person typed it, as far as the file still tells."""
    match value:
        case str():
            return vietnamese.clean(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return f"{value:.15g}"
        case datetime() if value.year < FIRST_YEAR:  # a time alone, in strict Open XML
            return f"{value:%H:%M}"
        case datetime() if value.time() != time.min:
            return f"{vietnamese.short_date(value)} {value:%H:%M}"
        case date():
            return vietnamese.short_date(value)
        case time():
            return f"{value:%H:%M}"
    return str(value)


IsPercent = Callable[[int, int], bool]
"""Whether the cell of this 0-based row and column shows a number as a percentage."""


def _never(row: int, column: int) -> bool:
    return False


def entries(
    table: Table, odd: Mapping[tuple[int, int], OddCell], is_percent: IsPercent = _never
) -> Iterator[Entry]:
    """Yield each used row; also one that is only used by an odd cell."""
    columns, places = table.columns.items(), set(table.columns.values())
    odd_rows = {row for row, column in odd if column in places}
    start = table.header + 1
    if start < len(table.grid) and _is_number_row(table.grid[start]):
        start += 1
    for at in range(start, max(len(table.grid), *(row + 1 for row in odd_rows), start)):
        row = table.grid[at] if at < len(table.grid) else ()
        values = {key: row[column] for key, column in columns if column < len(row)}
        if at not in odd_rows and all(value == "" for value in values.values()):
            continue
        texts = {key: text_of(value) for key, value in values.items()}
        for key, value in values.items():
            if isinstance(value, float) and is_percent(at, table.columns[key]):
                texts[key] = f"{text_of(value * 100)}%"
        entry = Entry(at + 1, **texts)
        if at in odd_rows or not entry_rules.is_blank(entry):
            yield entry


def _is_number_row(row: Sequence[Value]) -> bool:
    texts = {text_of(value) for value in row} - {""}
    return len(texts) >= _ENOUGH and texts <= {column.number for column in COLUMNS}


def cover(table: Table) -> tuple[Cover, dict[str, CellRef]]:
    """Return the cover block: each value is the first one to the right of its label."""
    texts: dict[str, str] = {}
    cells: dict[str, CellRef] = {}
    for at, row in enumerate(table.grid[: table.header]):
        found = {
            column: field for column, value in enumerate(row) if (field := _cover_field(value))
        }
        for column, field in found.items():
            key = field.key
            place = column + field.input_columns[0] - field.label_columns[0]
            end = min((other for other in found if other > column), default=len(row))
            place = next((c for c in range(column + 1, end) if row[c] != ""), place)
            value = row[place] if place < end else ""
            texts[key] = _phone(value) if key == "phone" else text_of(value)
            cells[key] = CellRef(table.tab, at + 1, column_letters(place))
    return Cover(**texts), cells


_LABELS = [(vietnamese.match_key(field.label.split(" (")[0]), field) for field in COVER]


@lru_cache(maxsize=4096)
def _cover_field(value: Value) -> CoverField | None:
    folded = vietnamese.match_key(value) if isinstance(value, str) else ""
    return next((field for label, field in _LABELS if folded.startswith(label)), None)


def _phone(value: Value) -> str:
    """Return a phone number as typed, with the leading zero that a number has lost.

    As a number it comes without (reference/measurements.md §4.3).
    """
    text = text_of(value)
    shown = vietnamese.visible(text).strip()
    whole = vietnamese.phone(shown)
    return text if whole == shown else whole
