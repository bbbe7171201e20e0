"""The cells of a list of units, .csv or .xlsx, as text; what cannot be taken says why.

Accepts what Excel writes on a Vietnamese machine: UTF-8 with BOM, Windows-1258, `;` or tab between
values, a first line `sep=;`. Rows are numbered as Excel shows them.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import SettingsError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

HEADER_ROWS = 15
"""Rows at the top among which the titles of the columns are looked for: an office's letterhead,
a title and a note take up to ten."""

IsTitle = Callable[[str], bool]


@dataclass(frozen=True)
class Grid:
    """One sheet. Rows and columns are counted from 0."""

    sheet: str
    """"" for a .csv, which has one only."""
    rows: Sequence[Sequence[str]]
    refused: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells whose value is not what was typed, each with what is wrong and what to do."""
    dates: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold a day or an hour, as it is shown."""
    hidden_rows: tuple[int, ...] = ()
    """1-based."""


@dataclass(frozen=True)
class Book:
    """One file."""

    file: str
    sheets: Sequence[Grid]
    """Those that are shown."""
    hidden: tuple[str, ...] = ()
    """Names of those that are not."""


def read_book(path: Path, is_title: IsTitle) -> Book:
    """Return the cells of a file; `is_title` knows the words above a column.

    Raises :class:`SettingsError` where it is no such file, and OSError.
    """
    data = path.read_bytes()
    if path.suffix.casefold() in {".xlsx", ".xlsm"}:
        return _xlsx(path.name, data)
    return Book(path.name, [_csv(path.name, data, is_title)])


def cell_text(text: str) -> str:
    """Return a cell's text as it is compared and kept: composed, without what nobody sees."""
    return vietnamese.visible(vietnamese.clean(vietnamese.nfc(text))).strip()


# --- .csv -----------------------------------------------------------------------------

_SEPARATOR = re.compile(r'\ufeff?"?sep=(.)"?[;,\t]*')
_GUARDED = re.compile(r"'+(?=[=+\-@\t\r])")
"""Apostrophes that keep a text from being taken for a formula; one of them is the guard."""
_ERROR = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!)",
    re.IGNORECASE,
)


def _csv(file: str, data: bytes, is_title: IsTitle) -> Grid:
    text = vietnamese.clean(vietnamese.decode(data))
    first, _, rest = text.partition("\n")
    if said := _SEPARATOR.fullmatch(first):
        delimiter, text = said[1], rest
    else:
        delimiter = _delimiter(text, is_title)
    rows: list[list[str]] = []
    refused = {}
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            cells = [cell_text(cell) for cell in row]
            rows.append([cell[1:] if _GUARDED.match(cell) else cell for cell in cells])
            for column, cell in enumerate(rows[-1]):
                if _ERROR.fullmatch(cell):
                    refused[len(rows) - 1, column] = _error(cell)
    except csv.Error as error:
        where = f"{file}, dòng {len(rows) + 1}"
        raise SettingsError(
            [f"{where}: không phải tệp .csv, hoặc dấu ngoặc kép đặt sai chỗ"]
        ) from error
    return Grid("", rows, refused)


def _delimiter(text: str, is_title: IsTitle) -> str:
    """Return what parts the values: the sign that makes most titles, else the most frequent."""
    lines = [line for line in text.splitlines() if line.strip(" ;,\t")][:HEADER_ROWS]

    def score(delimiter: str) -> tuple[int, int]:
        titles = max(
            (sum(is_title(part.strip(' "')) for part in line.split(delimiter)) for line in lines),
            default=0,
        )
        return titles, (lines[0] if lines else text).count(delimiter)

    return max(",;\t", key=score)


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula, to be read back as it was."""
    return f"'{text}" if text[:1] in set("=+-@\t\r") or _GUARDED.match(text) else text


def _error(found: str) -> str:
    return f"ô báo lỗi {found}, không có giá trị; ghi lại bằng chữ"


# --- .xlsx ----------------------------------------------------------------------------

_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_TEXT_RESULT = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*\bt="str"')
"""A formula whose result is a text, which may be none: =IF(A2="","",…) is a blank cell."""
_WIDEST = 100
"""Columns in which cells are looked at closely: no list of units is wider."""
_NO_VALUE = "ô là công thức chưa có giá trị; mở tệp bằng Excel rồi lưu lại, hoặc ghi lại bằng chữ"


def _xlsx(file: str, data: bytes) -> Book:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    from dankheo_sheets.form.ooxml import BROKEN, sheet_parts

    unreadable: tuple[type[Exception], ...] = (CalamineError, *BROKEN)
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook,
        ):
            parts = sheet_parts(archive)
            shown, hidden = list[str](), list[str]()
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name in parts:
                    visible = sheet.visible == SheetVisibleEnum.Visible
                    (shown if visible else hidden).append(sheet.name)
            grids = [_grid(file, name, archive.read(parts[name]), workbook) for name in shown]
    except unreadable as error:
        raise SettingsError([f"{file}: không mở được như một tệp .xlsx"]) from error
    return Book(file, grids, tuple(hidden))


def _grid(file: str, name: str, xml: bytes, workbook: "CalamineWorkbook") -> Grid:
    from dankheo_sheets.form.odd_cells import far_cell

    if where := far_cell(xml):
        raise SettingsError([f"{file}, trang “{name}”: ô {where} ở xa ngoài bảng; xoá ô đó"])
    values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    rows = [[_text(value) for value in row] for row in values]
    refused = dict(_refused(xml))
    for row, column in refused:
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
    dates = {
        (row, column): _shown(value)
        for row, cells in enumerate(values)
        for column, value in enumerate(cells)
        if isinstance(value, date | time)
    }
    hidden_rows = tuple(int(found[1]) for found in _HIDDEN_ROW.finditer(xml))
    return Grid(name, rows, refused, dates, hidden_rows)


def _refused(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the cells that calamine reads as blank though something stands in them."""
    from dankheo_sheets.form.odd_cells import odd_cells
    from dankheo_sheets.form.ooxml import column_letters

    odd_ones = odd_cells(xml, {column_letters(at) for at in range(_WIDEST)})
    texts = set(_TEXT_RESULT.findall(xml)) if odd_ones else set()
    for (row, column), odd in odd_ones.items():
        if odd.error:
            yield (row, column), _error(odd.error)
        elif not odd.value and f"{column_letters(column)}{row + 1}".encode() not in texts:
            yield (row, column), _NO_VALUE


def _shown(value: object) -> str:
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return vietnamese.short_date(value)
    return str(value)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _shown(value) if isinstance(value, date | time) else str(value)
    return cell_text(text)
