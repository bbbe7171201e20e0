"""Roster: what was understood of a list of units as an office keeps it, and a clean list of it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dankheo_sheets import files, vietnamese
from dankheo_sheets.errors import SettingsError, UsageError
from dankheo_sheets.operations.settings_remarks import listed
from dankheo_sheets.roster import FILES, Unit, take_units
from dankheo_sheets.roster.cells import guarded
from dankheo_sheets.roster.codes import propose
from dankheo_sheets.roster.table import Table, read_table
from dankheo_sheets.roster.titles import NUMBERING, TITLES, key_of

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_ALWAYS = ("code", "name", "emails", "contact", "phone")
"""Columns of a clean list, also where nothing stands in them."""
_TOTAL = re.compile(r"(?:tổng )?cộng\b|tổng số\b")


@dataclass(frozen=True)
class Understood:
    """What was made of one list."""

    table: Table
    units: Sequence[Unit]
    """Those that can be used, in the list's order."""
    total: int
    """Units in the list."""
    proposed: frozenset[str]
    """Codes that the list did not have."""
    remarks: Sequence[str]
    mistakes: Sequence[str]


def understand(path: Path, sheet: str = "") -> Understood:
    """Read the list in a .csv or .xlsx; `sheet` chooses among several.

    Raises :class:`UsageError` where there is no such file, :class:`SettingsError` where there is
    no list of units in it.
    """
    if path.suffix.casefold() not in {".csv", ".txt", ".xlsx", ".xlsm"}:
        raise UsageError(
            f"{path}: không đọc được loại tệp này", "mở bằng Excel, lưu lại thành .xlsx hoặc .csv"
        )
    if not path.is_file():
        raise UsageError(f"{path}: không có tệp này", "ghi đường dẫn đến một tệp .xlsx hoặc .csv")
    with files.translated(path):
        table = read_table(path, sheet)
    if "name" not in table.columns:
        raise SettingsError([*table.unclear, *take_units(table, _ZONE)[1]])
    kept, left_out = _rows(table)
    codes = _codes(kept, table)
    rows = {row: {**values, "code": codes.get(row, values["code"])} for row, values in kept.items()}
    whole = replace(table, rows=rows, columns={"code": (), **table.columns}, unclear=())
    units, mistakes = take_units(whole, _ZONE)
    if not units and not mistakes:
        mistakes.append(f"{table.where}: không có đơn vị nào")
    remarks = [*left_out, *_remarks(table, units)]
    return Understood(table, units, len(rows), frozenset(codes.values()), remarks, mistakes)


def _rows(table: Table) -> tuple[dict[int, dict[str, str]], list[str]]:
    """Return the rows that are units, and why each other one is none."""
    numbers = {
        row: re.sub(r"[\s.)(]", "", values.get(NUMBERING, "")) for row, values in table.rows.items()
    }
    numbered = [row for row, number in numbers.items() if number.isdecimal()]
    last = numbered[-1] if len(numbered) > 1 else max(table.rows, default=0)
    kept, left_out = {}, []
    for row, values in table.rows.items():
        texts = [text for text in values.values() if text]
        why = ""
        if not (values.get("code") or values.get("emails") or row in table.refused):
            if not values["name"]:
                why = "không có tên đơn vị"
            elif not numbers[row].isdecimal() and _TOTAL.match(values["name"].casefold()):
                why = "là dòng cộng"
            elif numbers[row] and not numbers[row].isdecimal() and len(numbered) > 1:
                why = "là tên nhóm, không phải đơn vị"
            elif row > last:
                why = "ở dưới danh sách"
        if why:
            left_out.append(f"bỏ qua dòng {row} ({' | '.join(texts)}): {why}")
        else:
            kept[row] = {"code": "", **values}
    return kept, left_out


def _codes(rows: Mapping[int, Mapping[str, str]], table: Table) -> dict[int, str]:
    """Return a code for each row that has none; a cell that is to be mended is left to that."""
    without = [
        row
        for row, values in rows.items()
        if not values["code"] and "code" not in table.refused.get(row, ())
    ]
    taken = [values["code"] for values in rows.values() if values["code"]]
    names = [rows[row]["name"] for row in without]
    return dict(zip(without, propose(names, taken), strict=True))


def _remarks(table: Table, units: Sequence[Unit]) -> Iterator[str]:
    yield from table.unclear
    for key, places in table.columns.items():
        if len(places) > 1 and key != NUMBERING:
            titles = ", ".join(f"“{table.titles[at]}”" for at in places)
            yield f"các cột {titles} được ghép thành {TITLES[key][0]}"
    if table.hidden_sheets:
        names = ", ".join(f"“{name}”" for name in table.hidden_sheets)
        yield f"trang đang ẩn, không đọc: {names}"
    if table.hidden_rows:
        rows = listed([str(row) for row in table.hidden_rows])
        yield f"dòng đang ẩn vẫn được tính: {rows}"
    without = [unit.code for unit in units if not unit.emails]
    if without:
        yield f"{vietnamese.count(len(without))} đơn vị chưa có địa chỉ thư: {listed(without)}"
    legacy = [unit.code for unit in units if vietnamese.looks_legacy(unit.name)]
    if legacy:
        yield (
            f"{listed(legacy)}: tên có vẻ gõ bằng phông cũ (.VnTime, VNI); chuyển sang Unicode rồi "
            "chạy lại"
        )


def lines(found: Understood) -> Iterator[str]:
    """Yield what was understood, for a person to look at before it is used."""
    table = found.table
    usable = len(found.units)
    shown = vietnamese.count(found.total)
    if usable < found.total:
        shown = f"{shown} đơn vị, {vietnamese.count(found.total - usable)} có chỗ phải sửa"
    else:
        shown = f"{shown} đơn vị"
    yield f"{table.where}: tiêu đề ở dòng {table.header}; {shown}."
    yield "Các cột:"
    for title in filter(None, table.titles):
        key = key_of(title)
        meant = "chỉ đánh số, bỏ qua" if key == NUMBERING else TITLES[key][0] if key else "bỏ qua"
        yield f"  {' '.join(title.split())} → {meant}"
    yield "Các đơn vị (* là mã đề nghị):" if found.proposed else "Các đơn vị:"
    for unit in found.units:
        mark = "*" if unit.code in found.proposed else ""
        parts = (f"{unit.code}{mark}", unit.name, "; ".join(unit.emails), unit.contact, unit.phone)
        yield "  " + "\t".join(parts).rstrip("\t")
    if found.remarks:
        yield "Nên xem:"
        yield from (f"  {remark}" for remark in found.remarks)


# --- a clean list -----------------------------------------------------------------------


def write(path: Path, units: Sequence[Unit], *, overwrite: bool = False) -> None:
    """Write the list to a new .csv or .xlsx.

    Raises :class:`UsageError` where there is such a file and it may not be replaced, and
    :class:`~dankheo_sheets.errors.WorkspaceError`.
    """
    if path.suffix.casefold() not in {".csv", ".xlsx"}:
        raise UsageError(f"{path}: không ghi được loại tệp này", "--out cần tên .csv hoặc .xlsx")
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: đã có tệp này", "chọn tên khác, hoặc thêm --overwrite")
    as_xlsx = path.suffix.casefold() == ".xlsx"
    files.write(path, _xlsx(units) if as_xlsx else clean_csv(units), new=not overwrite)


def beside(path: Path) -> Path | None:
    """Return the other roster that lies beside the one at `path`, where there is one."""
    others = [path.with_name(name) for name in FILES if name != path.name]
    return next((other for other in others if path.name in FILES and other.exists()), None)


def clean_csv(units: Sequence[Unit]) -> bytes:
    """Return the list as Excel opens it: UTF-8 with BOM; no text of it becomes a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([guarded(text) for text in row] for row in _table(units))
    return out.getvalue().encode("utf-8-sig")


def _xlsx(units: Sequence[Unit]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Đơn vị")
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for at, row in enumerate(_table(units)):
            for column, value in enumerate(row):
                sheet.write_string(at, column, value, text)
        sheet.freeze_panes(1, 0)
        sheet.set_column(1, 1, 50)
    return out.getvalue()


def _table(units: Sequence[Unit]) -> list[list[str]]:
    rows = [_values(unit) for unit in units]
    keys = [
        key
        for key in TITLES
        if key != NUMBERING and (key in _ALWAYS or any(row[key] for row in rows))
    ]
    return [[TITLES[key][0] for key in keys], *([row[key] for key in keys] for row in rows)]


def _values(unit: Unit) -> dict[str, str]:
    until = unit.extended_until
    extended = ""
    if until and until.time() == time.min:
        extended = vietnamese.short_date(until - timedelta(days=1))
    elif until:
        extended = f"{until:%H:%M} {vietnamese.short_date(until)}"
    return {
        "code": unit.code,
        "name": unit.name,
        "short_names": "; ".join(unit.short_names),
        "kind": unit.kind,
        "order": "" if unit.order is None else str(unit.order),
        "emails": "; ".join(unit.emails),
        "contact": unit.contact,
        "phone": unit.phone,
        "extended_until": extended,
        "access": {"link": "liên kết"}.get(unit.access, unit.access),
        "formerly": "; ".join(unit.formerly),
    }
