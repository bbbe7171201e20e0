"""units.csv or units.xlsx → the :class:`Unit` values, in protocol order.

Accepts what Excel writes on a Vietnamese machine: UTF-8 with BOM, Windows-1258, `;` or tab
between values, empty last columns (domain.md §6; peers.md §c).
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import SettingsError

FILES = ("units.csv", "units.xlsx")


@dataclass(frozen=True, slots=True)
class Unit:
    """One phòng or đơn vị that is asked (R4)."""

    code: str
    """Short, unique, stable over the years; also the name of its files."""
    name: str
    short_names: tuple[str, ...] = ()
    kind: str = ""
    order: int | None = None
    """Place in the organisation's protocol order; units without one come last, by name."""
    emails: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    extended_until: datetime | None = None
    """First instant that is too late, where this unit was given more time."""
    access: str = ""
    """How it gets at its Google sheet: "email", "link", or "" as the campaign says."""
    formerly: tuple[str, ...] = ()
    """Codes it had before in this campaign: what was issued and read under them is its own."""


_ACCESS = {"": "", "email": "email", "thư điện tử": "email", "link": "link", "liên kết": "link"}
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị", "code"),
    "name": ("Tên đơn vị", "Đơn vị", "Tên", "name"),
    "short_names": ("Tên gọi khác", "Tên viết tắt", "Viết tắt", "short names"),
    "kind": ("Loại", "kind"),
    "order": ("Thứ tự", "STT", "order"),
    "emails": ("Email", "E-mail", "Thư điện tử", "emails", "e-mails"),
    "contact": ("Người liên hệ", "Đầu mối", "contact"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT", "ĐT", "phone"),
    "extended_until": ("Gia hạn đến", "extended until"),
    "access": ("Cách mở biểu", "access"),
    "formerly": ("Mã cũ", "formerly"),
}
_KEY_OF = {
    vietnamese.match_key(header): key for key, headers in _HEADERS.items() for header in headers
}
_REQUIRED = ("code", "name")

_CODE = re.compile(r"[^\W_](?:[^\W_]|[-_]){0,31}")
_RESERVED = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
_ATOM = r"[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_email(text: str) -> bool:
    """Tell whether `text` is one address a mail can be sent to."""
    return _EMAIL.fullmatch(text) is not None


def load_units(directory: Path, zone: ZoneInfo) -> tuple[Unit, ...]:
    """Return the units of the roster in `directory`, sorted in protocol order.

    Raises :class:`SettingsError` with every mistake, each with file, row and column.
    """
    csv_file, xlsx_file = (directory / name for name in FILES)
    path = csv_file
    try:
        if not csv_file.exists():
            path = xlsx_file
        rows = _rows(path)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError([f"{csv_file}: không có tệp này (hoặc {FILES[1]})"]) from None
    except OSError as error:
        raise SettingsError([f"{path}: không đọc được; xem lại quyền mở tệp"]) from error
    mistakes: list[str] = []
    units = _units(path.name, rows, zone, mistakes)
    if not units and not mistakes:
        mistakes.append(f"{path.name}: không có đơn vị nào")
    if mistakes:
        raise SettingsError(mistakes)
    return tuple(sorted(units, key=protocol_order))


def protocol_order(unit: Unit) -> tuple[object, ...]:
    """Sort key: the roster's order first, the alphabet only as tie-break (domain.md §7)."""
    return (unit.order is None, unit.order or 0, vietnamese.sort_key(unit.name))


def code_key(code: str) -> str:
    """Return what two spellings of one unit's code share."""
    return vietnamese.nfc(code).casefold()


def find(units: Sequence[Unit], code: str) -> Unit | None:
    """Return the unit of that code, whatever its case."""
    return next((unit for unit in units if code_key(unit.code) == code_key(code)), None)


def parse_until(text: str, zone: ZoneInfo) -> datetime:
    """Return the first instant after `text`: a day means to the end of that day.

    Accepts 15/4/2022, 2022-04-15, and either with a time (17:00 15/4/2022). Raises ValueError.
    """
    match = re.fullmatch(
        r"(?:(?P<t1>\d{1,2}:\d{2})\s+)?"
        r"(?:(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})|(?P<iso>\d{4}-\d{1,2}-\d{1,2}))"
        r"(?:[T\s]+(?P<t2>\d{1,2}:\d{2})(?::\d{2})?)?",
        text.strip(),
    )
    if match is None or (match["t1"] and match["t2"]):
        raise ValueError(text)
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
    else:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    clock = match["t1"] or match["t2"]
    if clock is None:
        try:
            return datetime.combine(date(year, month, day) + timedelta(days=1), time.min, zone)
        except OverflowError:
            raise ValueError(text) from None
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def _rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        return _xlsx_rows(path.name, data)
    text = vietnamese.clean(vietnamese.decode(data))
    header = next((line for line in text.splitlines() if line.strip(" ;,\t")), text)
    delimiter = max(",;\t", key=header.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        where = f"{path.name}, dòng {len(rows) + 1}"
        raise SettingsError(
            [f"{where}: không phải tệp .csv, hoặc dấu ngoặc kép đặt sai chỗ"]
        ) from error
    return rows


def _xlsx_rows(name: str, data: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except (CalamineError, IndexError) as error:
        raise SettingsError([f"{name}: không mở được như một tệp .xlsx"]) from error
    return [[_cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell_text(value: object) -> str:
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return vietnamese.clean(vietnamese.nfc(str(value))).strip()


def _units(
    file: str, rows: Sequence[Sequence[str]], zone: ZoneInfo, mistakes: list[str]
) -> list[Unit]:
    """Return a unit for each row that can be used; append what is wrong in any row."""
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    if not numbered:
        return []
    (header_row, header), *body = numbered
    columns = _columns(file, header_row, header, mistakes)
    if not set(_REQUIRED) <= columns.keys():
        return []
    units = []
    values_of = {
        number: {key: row[at] if at < len(row) else "" for key, at in columns.items()}
        for number, row in body
    }
    for number, values in values_of.items():
        wrong = list(_wrong(values, zone))
        mistakes += [
            f"{file}, dòng {number}, cột {header[columns[key]]}: ghi “{values[key]}”; {expected}"
            for key, expected in wrong
        ]
        if not wrong:
            units.append(_unit(values, zone))
    mistakes += _repeats(file, values_of)
    return units


def _columns(file: str, row: int, header: Sequence[str], mistakes: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, title in enumerate(header):
        folded = vietnamese.match_key(title)
        key = _KEY_OF.get(folded)
        if key is None:
            if near := difflib.get_close_matches(folded, _KEY_OF, n=1, cutoff=0.75):
                mistakes.append(
                    f"{file}, dòng {row}: cột “{title}” không rõ; "
                    f"có phải “{_HEADERS[_KEY_OF[near[0]]][0]}”?"
                )
        elif key in columns:
            mistakes.append(f"{file}, dòng {row}: cột “{title}” lặp lại “{header[columns[key]]}”")
        else:
            columns[key] = at
    mistakes += [
        f"{file}, dòng {row}: thiếu cột “{_HEADERS[key][0]}”"
        for key in _REQUIRED
        if key not in columns
    ]
    return columns


def _many(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;,\n]", text) if part.strip()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrong(values: Mapping[str, str], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield (column key, what is expected) for each value that cannot be used."""
    code = values["code"]
    # Windows reserves COM¹ like COM1.
    if not _CODE.fullmatch(code) or unicodedata.normalize("NFKC", code).casefold() in _RESERVED:
        yield "code", "cần mã 1 đến 32 ký tự gồm chữ, số, dấu - hoặc _, vì mã cũng là tên tệp"
    if not values["name"]:
        yield "name", "cần tên đơn vị"
    if values.get("order", "") and not values["order"].isdecimal():
        yield "order", "cần số thứ tự, hoặc để trống"
    for address in _many(values.get("emails", "")):
        if not is_email(address):
            yield "emails", f"“{address}” không phải địa chỉ thư điện tử"
    if until := values.get("extended_until", ""):
        try:
            parse_until(until, zone)
        except ValueError:
            yield "extended_until", "cần ngày dạng 15/4/2022 (hết ngày đó) hoặc 17:00 15/4/2022"
    if vietnamese.nfc(values.get("access", "")).casefold() not in _ACCESS:
        yield "access", "cần “email” hoặc “liên kết”, hoặc để trống"


def _unit(values: Mapping[str, str], zone: ZoneInfo) -> Unit:
    until, order = values.get("extended_until", ""), values.get("order", "")
    return Unit(
        code=values["code"],
        name=_one_line(values["name"]),
        short_names=_many(values.get("short_names", "")),
        kind=values.get("kind", ""),
        order=int(order) if order else None,
        emails=_many(values.get("emails", "")),
        contact=_one_line(values.get("contact", "")),
        phone=_one_line(values.get("phone", "")),
        extended_until=parse_until(until, zone) if until else None,
        access=_ACCESS[vietnamese.nfc(values.get("access", "")).casefold()],
        formerly=_many(values.get("formerly", "")),
    )


def _repeats(file: str, rows: Mapping[int, Mapping[str, str]]) -> Iterator[str]:
    """Yield a line for each code, name or address that two rows share, right or wrong."""
    for what, keys_of in (
        ("mã", lambda values: (values["code"],)),
        ("tên", lambda values: (_one_line(values["name"]),)),
        ("địa chỉ thư", lambda values: filter(is_email, _many(values.get("emails", "")))),
    ):
        first: dict[str, int] = {}
        for number, values in rows.items():
            for key in filter(None, keys_of(values)):
                before = first.setdefault(key.casefold(), number)
                if before != number:
                    yield f"{file}, dòng {number}: {what} “{key}” đã dùng ở dòng {before}"
