"""units.csv or units.xlsx → the :class:`Unit` values, in protocol order.

How the list is found in the file: :mod:`dankheo_sheets.roster.table`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dankheo_sheets import files, vietnamese
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.roster.codes import RESERVED
from dankheo_sheets.roster.table import Table, read_table
from dankheo_sheets.roster.titles import TITLES
from dankheo_sheets.written_dates import first_instant_after

FILES = ("units.csv", "units.xlsx")


@dataclass(frozen=True, slots=True)
class Unit:
    """One phòng or đơn vị that is asked (reference/form.md R4)."""

    code: str
    """Short, unique, stable over the years; also the name of its files."""
    name: str
    short_names: tuple[str, ...] = ()
    kind: str = ""
    order: int | None = None
    """Place in the organisation's protocol order; units without one come last, as listed."""
    emails: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    extended_until: datetime | None = None
    """First instant that is too late, where this unit was given more time."""
    access: str = ""
    """How it gets at its sheet: "email", "link", or "" as the campaign says."""
    formerly: tuple[str, ...] = ()
    """Codes it had before in this campaign: what was issued and read under them is its own."""


def code_key(code: str) -> str:
    """Return what two spellings of one unit's code share."""
    return vietnamese.folded(code)


def find(units: Sequence[Unit], code: str) -> Unit | None:
    """Return the unit of that code, whatever its case."""
    return next((unit for unit in units if code_key(unit.code) == code_key(code)), None)


def protocol_order(unit: Unit) -> tuple[bool, int]:
    """Sort key, for a stable sort: the column “Thứ tự”, else the list's own order.

    Official lists are in the office's order of protocol, never in that of the alphabet
    (reference/vietnamese.md §3).
    """
    return (unit.order is None, unit.order or 0)


# --- the file ---------------------------------------------------------------------------


def load_units(directory: Path, zone: ZoneInfo) -> tuple[Unit, ...]:
    """Return the units of the roster in `directory`, sorted in protocol order.

    Raises :class:`SettingsError` with every mistake, each with file, row and column.
    """
    path = _roster_in(directory)
    try:
        table = read_table(path)
    except OSError as error:
        raise SettingsError([f"{path}: không đọc được; xem lại quyền mở tệp"]) from error
    units, mistakes = take_units(table, zone)
    if not units and not mistakes:
        mistakes.append(f"{path.name}: không có đơn vị nào")
    if mistakes:
        raise SettingsError(mistakes)
    return tuple(sorted(units, key=protocol_order))


def _roster_in(directory: Path) -> Path:
    """Return the one roster there. Raises :class:`SettingsError` where there is none, or two."""
    paths = [directory / name for name in FILES]
    try:
        found = [path for path in paths if path.exists()]
    except OSError as error:
        raise SettingsError([f"{paths[0]}: không đọc được; xem lại quyền mở tệp"]) from error
    if len(found) == 1:
        return found[0]
    if found:
        mistake = (
            f"{directory}: có cả {FILES[0]} và {FILES[1]}, không rõ danh sách nào đúng; giữ một "
            "tệp, dời tệp kia ra ngoài thư mục"
        )
    else:
        mistake = next(
            filter(None, map(files.misnamed, paths)),
            f"{paths[0]}: không có tệp này (hoặc {FILES[1]})",
        )
    raise SettingsError([mistake])


# --- the rows ---------------------------------------------------------------------------


def take_units(table: Table, zone: ZoneInfo) -> tuple[list[Unit], list[str]]:
    """Return a unit for each row that can be used, in the list's order, and every mistake."""
    mistakes = [*table.unclear, *_missing(table), *table.mistakes]
    units: list[Unit] = []
    if not table.columns.keys() >= {"code", "name"}:
        return [], mistakes
    for number, values in table.rows.items():
        refused = table.refused.get(number, frozenset())
        wrong = [(key, expected) for key, expected in _wrong(values, zone) if key not in refused]
        mistakes += [
            f"{table.where}, dòng {number}, cột {table.title(key)}: ghi “{values[key]}”; {expected}"
            for key, expected in wrong
        ]
        if not wrong and not refused:
            units.append(_unit(values, zone))
    return units, [*mistakes, *_repeats(table)]


def _missing(table: Table) -> Iterator[str]:
    for key in ("code", "name"):
        if key not in table.columns:
            hint = (
                "; chạy dankheo roster với tệp này để xem mã đề nghị và lập danh sách có mã"
                if key == "code" and "name" in table.columns
                else ""
            )
            yield f"{table.where}, dòng {table.header}: thiếu cột “{TITLES[key][0]}”{hint}"


def _repeats(table: Table) -> Iterator[str]:
    """Yield a line for each code, name or address that two rows share, right or wrong."""
    for what, keys_of in (
        ("mã", lambda values: [values["code"]]),
        ("tên", lambda values: [_one_line(values["name"])]),
        ("địa chỉ thư", lambda values: filter(is_email, _many(values.get("emails", "")))),
    ):
        first: dict[str, int] = {}
        for number, values in table.rows.items():
            for key in filter(None, keys_of(values)):
                before = first.setdefault(key.casefold(), number)
                if before != number:
                    yield f"{table.where}, dòng {number}: {what} “{key}” đã dùng ở dòng {before}"


# --- the values of a row ------------------------------------------------------------------

CODE = re.compile(r"[^\W_](?:[^\W_]|[-_]){0,31}")
"""What a code looks like: it is the name of files, too."""
_ATOM = r"[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ACCESS = {"": "", "email": "email", "thư điện tử": "email", "link": "link", "liên kết": "link"}


def is_email(text: str) -> bool:
    """Tell whether `text` is one address a mail can be sent to."""
    return _EMAIL.fullmatch(text) is not None


def _wrong(values: Mapping[str, str], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield (column key, what is expected) for each value that cannot be used."""
    code, order = values["code"], values.get("order", "")
    # Windows reserves COM¹ like COM1.
    if not CODE.fullmatch(code) or unicodedata.normalize("NFKC", code).casefold() in RESERVED:
        yield "code", "cần mã 1 đến 32 ký tự gồm chữ, số, dấu - hoặc _, vì mã cũng là tên tệp"
    if not values["name"]:
        yield "name", "cần tên đơn vị"
    if order and not order.isdecimal():
        yield "order", "cần số thứ tự, hoặc để trống"
    for address in _many(values.get("emails", "")):
        if not is_email(address):
            yield "emails", f"“{address}” không phải địa chỉ thư điện tử"
    try:
        _until(values, zone)
    except ValueError:
        yield "extended_until", "cần ngày dạng 15/4/2022 (hết ngày đó) hoặc 17:00 15/4/2022"
    if vietnamese.folded(values.get("access", "")) not in _ACCESS:
        yield "access", "cần “email” hoặc “liên kết”, hoặc để trống"


def _unit(values: Mapping[str, str], zone: ZoneInfo) -> Unit:
    order = values.get("order", "")
    return Unit(
        code=values["code"],
        name=_one_line(values["name"]),
        short_names=_many(values.get("short_names", "")),
        kind=values.get("kind", ""),
        order=int(order) if order else None,
        emails=_many(values.get("emails", "")),
        contact=_one_line(values.get("contact", "")),
        phone=_phones(values.get("phone", "")),
        extended_until=_until(values, zone),
        access=_ACCESS[vietnamese.folded(values.get("access", ""))],
        formerly=_many(values.get("formerly", "")),
    )


def _until(values: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    text = values.get("extended_until", "")
    return first_instant_after(text, zone) if text else None


def _phones(text: str) -> str:
    """Return the numbers of a cell as typed, each with the zero a number cell has lost."""
    parts = re.split(r"(\s*[;,/\n]\s*|\s+-\s+)", text)
    for at in range(0, len(parts), 2):
        bare = re.sub(r"[\s.-]", "", parts[at])
        if vietnamese.phone(bare) != bare:
            parts[at] = f"0{parts[at]}"
    return _one_line("".join(parts))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _many(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;,\n]", text) if part.strip()))
