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
from dankheo_sheets.declaration.model import NUMERIC
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import CoverField, Form
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
_ENOUGH = 4
"""Headers that make the rows that hold them the header, of a form that has so many."""


def find_table(
    workbook: CalamineWorkbook, archive: zipfile.ZipFile, parts: Mapping[str, str], form: Form
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
    headers = _headers(form)
    tables = []
    for tab in tabs:
        xml = without_formula_texts(archive.read(parts[tab]))
        grid = grid_of(workbook, tab, xml)
        header = headers.row(grid)
        if header is not None:
            tables.append(Table(tab, xml, grid, header, headers.columns(grid, header)))
    if not tables:
        raise Unusable(
            "no-table", "Không tìm thấy bảng đăng ký (hàng tiêu đề): ghi vào đúng tệp đã phát."
        )
    if len(tables) == 1:
        return tables[0], []
    filled = [table for table in tables if any(entries(table, form, {}))]
    return (filled or tables)[0], [
        Finding(
            "second-table", Severity.BLOCK, Scope.UNIT,
            f"Trang “{table.tab}” cũng có {form.declaration.rows.short} nhưng không được đọc: "
            f"chuyển về trang “{filled[0].tab}”.",
        )
        for table in filled[1:]
    ]  # fmt: skip


@lru_cache(maxsize=8)
def _headers(form: Form) -> "_Headers":
    return _Headers(form)


class _Headers:
    """Finds a form's columns by the words above them, also where these were reworded.

    Columns of one name ("Tổng số" under several groups) are told apart by their order.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._depth = form.header_end - form.header_row + 1
        named: dict[str, list[str]] = {}
        for column in form.columns:
            for name in column.names or (column.header[-1].split("\n")[0],):
                named.setdefault(vietnamese.match_key(name), []).append(column.key)
        self._named = sorted(named.items(), key=lambda each: -len(each[0]))
        self._known = lru_cache(maxsize=4096)(self._keys)
        self._labels = [
            (vietnamese.match_key(field.label.split(" (")[0]), field) for field in form.cover
        ]
        self.cover_field = lru_cache(maxsize=4096)(self._cover_field)

    def _cover_field(self, value: Value) -> CoverField | None:
        """Return which cell of the cover a label is of."""
        folded = vietnamese.match_key(value) if isinstance(value, str) else ""
        return next((field for label, field in self._labels if folded.startswith(label)), None)

    def _keys(self, value: Value) -> tuple[str, ...]:
        """Return the columns that a header may be of, by the longest name it begins with."""
        folded = vietnamese.match_key(value) if isinstance(value, str) else ""
        for name, keys in self._named:
            if folded.startswith(name):
                return tuple(keys)
        return ()

    def row(self, grid: Grid) -> int | None:
        """Return the first row by which most columns are named, if enough of them are."""
        best, at = min(_ENOUGH, len(self._form.columns)) - 1, None
        for row, values in enumerate(grid):
            if not any(value != "" and self._known(value) for value in values):
                if at is not None:
                    break
                continue
            found = sum(bool(spots) for spots in self._places(grid, row).values())
            if found > best:
                best, at = found, row
        return at

    def _places(self, grid: Grid, header: int) -> dict[str, list[int]]:
        """Return where each column may stand, if its headers end in that row."""
        found: dict[tuple[str, ...], set[int]] = {}
        for row in range(max(header - self._depth + 1, 0), header + 1):
            for at, value in enumerate(grid[row]):
                keys = tuple(
                    key for key in self._known(value) if self._may_stand(key, header - row)
                )
                if keys:
                    found.setdefault(self._known(value), set()).add(at)
        places: dict[str, list[int]] = {column.key: [] for column in self._form.columns}
        for keys, spots in found.items():
            in_order = sorted(spots)
            for number, key in enumerate(keys):
                places[key] += in_order[number : number + 1]
            places[keys[-1]] += in_order[len(keys) :]
        return places

    def columns(self, grid: Grid, header: int) -> dict[str, int]:
        """Return key → 0-based column. Raises :class:`Unusable` where one is missing or twice."""
        return self._each_once(self._places(grid, header))

    def _may_stand(self, key: str, above: int) -> bool:
        """Tell whether a column's own header may stand so many rows above the lowest one."""
        return len(self._form.column[key].header) - 1 <= self._depth - 1 - above

    def _each_once(self, places: Mapping[str, Sequence[int]]) -> dict[str, int]:
        columns = self._form.column
        if missing := [columns[key] for key, spots in places.items() if not spots]:
            names = ", ".join(f"“{column.title}”" for column in missing)
            raise Unusable("missing-column", f"Thiếu cột {names}: khôi phục hàng tiêu đề của mẫu.")
        for key, spots in places.items():
            if len(spots) > 1:
                where = " và ".join(column_letters(at) for at in sorted(spots))
                title = columns[key].title
                raise Unusable(
                    "repeated-column", f"Cột “{title}” có hai lần ({where}): bỏ một cột."
                )
        return {key: spots[0] for key, spots in places.items()}


# --- what stands in it ------------------------------------------------------------------


def text_of(value: Value, *, as_number: bool = False) -> str:
    """Return a cell's value as the person typed it, as far as the file still tells.

    In a column of numbers a fraction is written the Vietnamese way, as it is shown there.
    """
    match value:
        case str():
            return vietnamese.clean(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            written = f"{value:.15g}"
            return written.replace(".", ",") if as_number else written
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
    table: Table, form: Form, odd: Mapping[tuple[int, int], OddCell], is_percent: IsPercent = _never
) -> Iterator[Entry]:
    """Yield each used row; also one that is only used by an odd cell. Sums are no rows."""
    columns = [(key, table.columns[key]) for key in form.column]
    typed_into = {table.columns[column.key] for column in form.inputs}
    numeric = {column.key for column in form.columns if column.kind in NUMERIC}
    odd_rows = {row for row, column in odd if column in typed_into}
    lines = _Lines(form)
    start = first_row(table, form) - 1
    for at in range(start, max(len(table.grid), *(row + 1 for row in odd_rows), start)):
        row = table.grid[at] if at < len(table.grid) else ()
        values = {key: row[column] if column < len(row) else "" for key, column in columns}
        if at not in odd_rows and all(value == "" for value in values.values()):
            continue
        texts = {key: text_of(value, as_number=key in numeric) for key, value in values.items()}
        for key, value in values.items():
            if isinstance(value, float) and is_percent(at, table.columns[key]):
                texts[key] = f"{text_of(value * 100, as_number=key in numeric)}%"
        entry = Entry(at + 1, texts, lines.of(texts))
        if not form.is_sum(entry) and (at in odd_rows or not form.is_blank(entry)):
            yield entry


def first_row(table: Table, form: Form) -> int:
    """Return the 1-based row that follows the headers and their numbers."""
    start = table.header + 1
    if start < len(table.grid) and _is_number_row(table.grid[start], form):
        start += 1
    return start + 1


class _Lines:
    """Knows printed lines again by their words, in their order."""

    def __init__(self, form: Form) -> None:
        self._key = next((c.key for c in form.columns if c.kind == "line"), "")
        self._left = [(vietnamese.match_key(line.label), line.id) for line in form.lines]

    def of(self, texts: Mapping[str, str]) -> str:
        """Return which line a row is; "" where it is none that is still to come."""
        label = vietnamese.match_key(texts.get(self._key, ""))
        for number, (words, name) in enumerate(self._left):
            if words == label:
                del self._left[: number + 1]
                return name
        return ""


def _is_number_row(row: Sequence[Value], form: Form) -> bool:
    texts = {text_of(value) for value in row} - {""}
    numbers = {column.number for column in form.columns if column.number}
    return len(texts) >= min(_ENOUGH, len(numbers)) > 0 and texts <= numbers


def cover(table: Table, form: Form) -> tuple[Cover, dict[str, CellRef]]:
    """Return the cover block: each value is the first one to the right of its label."""
    headers = _headers(form)
    texts: dict[str, str] = {}
    cells: dict[str, CellRef] = {}
    for at, row in enumerate(table.grid[: table.header]):
        found = {
            column: field
            for column, value in enumerate(row)
            if value != "" and (field := headers.cover_field(value))
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


def _phone(value: Value) -> str:
    """Return a phone number as typed, with the leading zero that a number has lost.

    As a number it comes without (reference/measurements.md §4.3).
    """
    text = text_of(value)
    shown = vietnamese.visible(text).strip()
    whole = vietnamese.phone(shown)
    return text if whole == shown else whole
