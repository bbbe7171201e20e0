"""What a unit handed in (.xlsx bytes) → :class:`Registration`; never an exception.

The table is found by its headers, not by letters, and every value keeps its true cell. A file
that cannot be used yields one finding on the whole file; cells that calamine would silently
read as blank (errors, formulas without a value: measurements.md §H1, H2) are looked for in the
tab's XML.
"""

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from dankheo_sheets import vietnamese
from dankheo_sheets.form import entry_rules, layout, odd_cells, parts, sheet_text
from dankheo_sheets.form.layout import COLUMN, COLUMNS, COVER, CoverField, Form
from dankheo_sheets.form.odd_cells import OddCell, far_cell
from dankheo_sheets.form.parts import (
    BROKEN,
    MAX_TEXT,
    column_index,
    column_letters,
    sheet_parts,
)
from dankheo_sheets.registration import (
    CellRef,
    Cover,
    Entry,
    Finding,
    Registration,
    Scope,
    Severity,
)

MAX_BYTES = 10 * 2**20
"""A filled form is about 25 KB; what is larger holds pictures or is no form."""
MAX_UNPACKED_BYTES = 100 * 2**20

_UNREADABLE: tuple[type[Exception], ...] = (CalamineError, *BROKEN)

Value = int | float | str | bool | time | date | datetime | timedelta
Grid = Sequence[Sequence[Value]]


class _Unusable(Exception):
    """The file as a whole cannot be read; carries the finding's code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, Severity.BLOCK, Scope.FILE, message)


@dataclass(frozen=True)
class _Table:
    tab: str
    xml: bytes
    grid: Grid
    header: int
    """0-based row of the words directly above the columns."""
    columns: Mapping[str, int]


def read(data: bytes, form: Form, unit: str) -> Registration:
    """Return the registration of `unit`; what was wrong with the file is in its `problems`."""
    try:
        return _read(data, form, unit)
    except _Unusable as unusable:
        return Registration(unit, problems=(unusable.finding,))


@cache
def version(campaign_id: str) -> str:
    """Return what a registration depends on besides its bytes: the campaign, and this code."""
    here = sys.modules[__name__]
    modules = (layout, odd_cells, parts, entry_rules, sheet_text, vietnamese, here)
    sources = (Path(module.__file__ or "").read_bytes() for module in modules)
    return f"{campaign_id}:{hashlib.sha256(b''.join(sources)).hexdigest()[:16]}"


def identity_of(data: bytes) -> tuple[str, str] | None:
    """Return (campaign id, unit code) the workbook says it is of, or None."""
    try:
        with _open(data) as archive, CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            identity = _identity(workbook, archive, sheet_parts(archive))
    except _Unusable:
        return None
    except _UNREADABLE:
        return None
    return (identity.get("campaign", ""), identity.get("unit", "")) if identity else None


def _read(data: bytes, form: Form, unit: str) -> Registration:
    with _open(data) as archive:
        try:
            parts = sheet_parts(archive)
            with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
                problems = list(_check_identity(_identity(workbook, archive, parts), form, unit))
                table, others = _find_table(workbook, archive, parts)
                problems += others
            cover, cover_cells = _cover(table)
            columns = {column_letters(at) for at in table.columns.values()}
            columns |= {cell.column for cell in cover_cells.values()}
            odd = odd_cells.odd_cells(table.xml, columns)
        except _UNREADABLE as error:
            raise _Unusable(
                "unreadable", "Tệp bị hỏng, không đọc được: mở bằng Excel, lưu lại thành .xlsx."
            ) from error
    entries = tuple(_entries(table, odd))
    letters = {key: column_letters(at) for key, at in table.columns.items()}
    registration = Registration(unit, entries, cover, table.tab, letters, cover_cells)
    problems += _cell_problems(registration, table, odd)
    return Registration(unit, entries, cover, table.tab, letters, cover_cells, tuple(problems))


def _open(data: bytes) -> zipfile.ZipFile:
    if not data:
        raise _Unusable("empty-file", "Tệp rỗng (0 byte): chép lại tệp biểu vào thư mục.")
    if len(data) > MAX_BYTES:
        raise _Unusable(
            "oversized",
            f"Tệp quá lớn ({len(data) / 2**20:.0f} MB, tối đa {MAX_BYTES // 2**20} MB): "
            "bỏ hình ảnh và các trang không thuộc biểu.",
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _Unusable("encrypted", "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại.")
        raise _Unusable("old-format", "Tệp .xls kiểu cũ: lưu lại thành Excel Workbook (.xlsx).")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise _Unusable(
            "unreadable", "Không phải tệp Excel (.xlsx), hoặc tệp bị hỏng: lưu lại thành .xlsx."
        ) from error
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise _Unusable("encrypted", "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại.")
    if "xl/workbook.xml" not in archive.namelist():
        raise _Unusable("not-xlsx", "Tệp không phải .xlsx: mở ra, lưu lại thành .xlsx.")
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise _Unusable("oversized", "Tệp giải nén quá lớn: bỏ các trang không thuộc biểu.")
    return archive


# --- whose workbook is it -------------------------------------------------------------


def _grid(workbook: CalamineWorkbook, tab: str, xml: bytes) -> Grid:
    if where := far_cell(xml):
        raise _Unusable(
            "far-cell", f"Trang “{tab}” có nội dung ở ô {where}, xa ngoài bảng: xoá ô đó."
        )
    return workbook.get_sheet_by_name(tab).to_python(skip_empty_area=False)


def _identity(
    workbook: CalamineWorkbook, archive: zipfile.ZipFile, parts: Mapping[str, str]
) -> Mapping[str, str]:
    if layout.TAB_IDENTITY not in parts:
        return {}
    xml = archive.read(parts[layout.TAB_IDENTITY])
    rows = _grid(workbook, layout.TAB_IDENTITY, xml)
    return {str(row[0]): _text(row[1]) for row in rows if len(row) > 1 and row[0]}


def _check_identity(identity: Mapping[str, str], form: Form, unit: str) -> Iterator[Finding]:
    """Yield a note where the hidden tab is gone; raise where it names something else."""
    if not identity:
        yield Finding(
            "no-identity", Severity.WARN, Scope.FILE,
            "Tệp không còn trang ẩn của mẫu đã phát: được nhận theo tên tệp.",
        )  # fmt: skip
        return
    for key, expected, code, message in (
        ("campaign", form.campaign.id, "wrong-campaign", "Biểu của đợt khác (“{found}”)"),
        ("version", layout.VERSION, "wrong-version", "Mẫu cũ hoặc mẫu khác (bản “{found}”)"),
        ("unit", unit, "wrong-unit", "Biểu của đơn vị khác (mã “{found}”)"),
    ):
        found = identity.get(key, "")
        if vietnamese.nfc(found) != expected:
            what = message.format(found=found)
            raise _Unusable(code, f"{what}: ghi vào đúng tệp đã phát cho đơn vị.")


# --- where is the table ---------------------------------------------------------------

_NOT_ENTRIES = {layout.TAB_GUIDE, layout.TAB_FEEDBACK, layout.TAB_IDENTITY, layout.TAB_LISTS}
_NAMES = {
    column.key: tuple(vietnamese.match_key(name) for name in column.names) for column in COLUMNS
}
_ENOUGH = 4
"""Headers in one row that make it the header row."""


def _find_table(
    workbook: CalamineWorkbook, archive: zipfile.ZipFile, parts: Mapping[str, str]
) -> tuple[_Table, list[Finding]]:
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
        xml = archive.read(parts[tab])
        grid = _grid(workbook, tab, xml)
        header = _header_row(grid)
        if header is not None:
            tables.append(_Table(tab, xml, grid, header, _columns(grid, header)))
    if not tables:
        raise _Unusable(
            "no-table", "Không tìm thấy bảng đăng ký (hàng tiêu đề): ghi vào đúng tệp đã phát."
        )
    if len(tables) == 1:
        return tables[0], []
    filled = [table for table in tables if any(_entries(table, {}))]
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
        raise _Unusable("missing-column", f"Thiếu cột {names}: khôi phục hàng tiêu đề của mẫu.")
    for column in COLUMNS:
        if len(places := found[column.key]) > 1:
            where = " và ".join(column_letters(at) for at in sorted(places))
            raise _Unusable(
                "repeated-column", f"Cột “{column.names[0]}” có hai lần ({where}): bỏ một cột."
            )
    return {key: places.pop() for key, places in found.items()}


# --- what stands in it ------------------------------------------------------------------


def _text(value: Value) -> str:
    """Return a cell's value as the person typed it, as far as the file still tells."""
    match value:
        case str():
            return vietnamese.clean(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return f"{value:.15g}"
        case datetime() if value.time() != time.min:
            return f"{vietnamese.short_date(value)} {value:%H:%M}"
        case date():
            return vietnamese.short_date(value)
        case time():
            return f"{value:%H:%M}"
    return str(value)


def _entries(table: _Table, odd: Mapping[tuple[int, int], OddCell]) -> Iterator[Entry]:
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
        texts = {key: _text(value) for key, value in values.items()}
        entry = Entry(at + 1, **texts)
        if at in odd_rows or not entry_rules.is_blank(entry):
            yield entry


def _is_number_row(row: Sequence[Value]) -> bool:
    texts = {_text(value) for value in row} - {""}
    return len(texts) >= _ENOUGH and texts <= {column.number for column in COLUMNS}


def _cover(table: _Table) -> tuple[Cover, dict[str, CellRef]]:
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
            texts[key] = _phone(value) if key == "phone" else _text(value)
            cells[key] = CellRef(table.tab, at + 1, column_letters(place))
    return Cover(**texts), cells


_LABELS = [(vietnamese.match_key(field.label.split(" (")[0]), field) for field in COVER]


@lru_cache(maxsize=4096)
def _cover_field(value: Value) -> CoverField | None:
    folded = vietnamese.match_key(value) if isinstance(value, str) else ""
    return next((field for label, field in _LABELS if folded.startswith(label)), None)


def _phone(value: Value) -> str:
    """Return a phone number with the leading zero a number cell has lost (§H3)."""
    text = _text(value)
    return f"0{text}" if isinstance(value, float) and len(text) == 9 else text


# --- cells that calamine reads as blank ---------------------------------------------------


def _cell_problems(
    registration: Registration, table: _Table, odd: Mapping[tuple[int, int], OddCell]
) -> Iterator[Finding]:
    """Yield a finding for each input cell whose value is not what was typed."""
    keys = {column: key for key, column in table.columns.items()}
    rows = {entry.row for entry in registration.entries}
    for (row, column), cell in sorted(odd.items()):
        if row + 1 in rows and column in keys:
            yield _odd_finding(
                cell, CellRef(table.tab, row + 1, column_letters(column)), Scope.ENTRY
            )
    for reference in registration.cover_cells.values():
        at = reference.row - 1, column_index(reference.column)
        if at in odd:
            yield _odd_finding(odd[at], reference, Scope.UNIT)
    for entry in registration.entries:
        for key in table.columns:
            if len(getattr(entry, key)) > MAX_TEXT:
                yield Finding(
                    "too-long", Severity.WARN, Scope.ENTRY,
                    f"Ô dài quá {MAX_TEXT} ký tự, chỉ phần đầu vào bảng tổng hợp.",
                    registration.cell(entry, key),
                )  # fmt: skip


def _odd_finding(odd: OddCell, cell: CellRef, scope: Scope) -> Finding:
    if odd.error:
        return Finding(
            entry_rules.ERROR_VALUE,
            Severity.BLOCK,
            scope,
            entry_rules.ERROR_VALUE_MESSAGE,
            cell,
            odd.error,
        )
    if odd.value:
        return Finding(
            "formula", Severity.WARN, scope,
            "Ô là công thức, chỉ lấy giá trị: ghi lại bằng chữ.", cell, odd.value,
        )  # fmt: skip
    return Finding(
        entry_rules.EMPTY_FORMULA, Severity.BLOCK, scope,
        "Ô là công thức chưa có giá trị: ghi lại bằng chữ.", cell,
    )  # fmt: skip
