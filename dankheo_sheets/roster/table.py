"""A list of units as an office keeps it → rows by column: which sheet, which header, which columns.

The header is looked for, not taken for granted: above it stand letterheads, titles and notes, and
it may take two rows. Columns go by the words offices use for them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.roster.cells import HEADER_ROWS, Grid, read_book
from dankheo_sheets.roster.titles import JOINED, NUMBERING, TITLES, is_title, key_of, nearly

_CODE_AS_DATE = re.compile(
    r"\d{1,4}-\d{1,2}-\d{1,4}|\d{1,2}-(?:[a-z]{3}|thg\d{1,2})(?:-\d{2,4})?|[a-z]{3}-\d{2}", re.I
)
"""What is left in a .csv of a code that Excel took for a day: 03-04-2026, 3-Apr, Apr-26."""
WRONG_CODE_PAGE = "tệp lưu sai bảng mã: mở lại tệp gốc trong Excel, lưu lại CSV UTF-8"
_SHOWN = 3


@dataclass(frozen=True)
class Table:
    """The list as it was understood. Rows are counted from 1, columns from 0."""

    where: str
    """The file, and the sheet where it has several: what a mistake begins with."""
    header: int
    titles: Sequence[str]
    """Of every column, "" where it has none."""
    columns: Mapping[str, Sequence[int]]
    rows: Mapping[int, Mapping[str, str]]
    """Values by the key of :data:`TITLES`; blank rows are left out."""
    refused: Mapping[int, frozenset[str]]
    """Keys of the values that could not be taken, by row."""
    mistakes: Sequence[str]
    """What is wrong with single cells, and with columns that stand there twice."""
    unclear: Sequence[str]
    """Titles that are no title, but nearly."""
    hidden_rows: Sequence[int]
    hidden_sheets: Sequence[str]

    def title(self, key: str) -> str:
        """Return the title above the (first) column of that key, or what it is called."""
        return self.titles[self.columns[key][0]] if self.columns.get(key) else TITLES[key][0]


def read_table(path: Path, sheet: str = "") -> Table:
    """Return the list in a file: that of the one sheet shown that has a header, or of `sheet`.

    Raises :class:`SettingsError` where there is none, or more than one; and OSError.
    """
    book = read_book(path, is_title)
    file = book.file
    grids = [grid for grid in book.sheets if not sheet or grid.sheet == vietnamese.nfc(sheet)]
    if not grids:
        names = ", ".join(f"“{grid.sheet}”" for grid in book.sheets)
        raise SettingsError([f"{file}: không có trang “{sheet}”; các trang: {names}"])
    unread = ", ".join(f"“{name}”" for name in book.hidden)
    unread = f"; trang đang ẩn không được đọc: {unread}" if unread else ""
    if not any(any(row) for grid in grids for row in grid.rows):
        raise SettingsError([f"{file}: không có đơn vị nào{unread}"])
    found = [(grid, header) for grid in grids if (header := _header(grid))]
    best = [each for each in found if each[1].score > 1] or found
    if not best:
        raise SettingsError([_broken_top(file, grids) or f"{file}: {_NO_HEADER}{unread}"])
    if len(best) > 1:
        names = " và ".join(f"“{grid.sheet}”" for grid, _ in best)
        raise SettingsError(
            [f"{file}: các trang {names} đều có danh sách đơn vị; ẩn hoặc xoá trang không dùng"]
        )
    ((grid, header),) = best
    where = f"{file}, trang “{grid.sheet}”" if len(grids) + len(book.hidden) > 1 else file
    return _table(where, grid, header, book.hidden)


# --- the header -----------------------------------------------------------------------

_NO_HEADER = (
    f"không thấy hàng tiêu đề trong {HEADER_ROWS} hàng đầu; cần một hàng có cột "
    f"“{TITLES['code'][0]}” và cột “{TITLES['name'][0]}”"
)


@dataclass(frozen=True)
class _Header:
    first: int
    """0-based."""
    last: int
    titles: Sequence[str]
    score: int
    """Columns that are known."""


def _header(grid: Grid) -> _Header | None:
    """Return the row, or the two rows, that know most columns, the name or the code among them."""
    candidates = []
    for at, row in enumerate(grid.rows[:HEADER_ROWS]):
        candidates.append(_Header(at, at, row, _score(row)))
        if at + 1 < len(grid.rows):  # of two rows, the lower word where there is one
            below = zip_longest(row, grid.rows[at + 1], fillvalue="")
            both = [low or up for up, low in below]
            candidates.append(_Header(at, at + 1, both, _score(both)))
    known = [each for each in candidates if each.score]
    if not known:
        return _nearest(grid)
    return max(known, key=lambda each: (each.score, each.first == each.last, -each.first))


def _score(titles: Sequence[str]) -> int:
    keys = {key_of(title) for title in titles if title} - {None}
    return len(keys) if keys & {"name", "code"} else 0


def _nearest(grid: Grid) -> _Header | None:
    """Return the row with most titles that are misspelt."""
    rows = [
        (sum(nearly(title) is not None for title in row if title), -at)
        for at, row in enumerate(grid.rows[:HEADER_ROWS])
    ]
    most, at = max(rows, default=(0, 0))
    return _Header(-at, -at, grid.rows[-at], 1) if most else None


def _broken_top(file: str, grids: Sequence[Grid]) -> str:
    """Return the first cell among the titles whose letters are lost; "" where there is none."""
    for grid in grids:
        for row, cells in enumerate(grid.rows[:HEADER_ROWS], 1):
            for cell in filter(vietnamese.looks_broken, cells):
                return f"{file}, dòng {row}: ghi “{cell}”; {WRONG_CODE_PAGE}"
    return ""


# --- the rows below it ------------------------------------------------------------------


def _table(where: str, grid: Grid, header: _Header, hidden_sheets: Sequence[str]) -> Table:
    columns: dict[str, list[int]] = {}
    mistakes, unclear, broken = list[str](), list[str](), list[str]()
    above, titles = f"{where}, dòng {header.last + 1}", header.titles
    for at, title in enumerate(titles):
        key = key_of(title) if title else None
        if key in columns and key not in JOINED | {NUMBERING}:
            mistakes.append(f"{above}: cột “{title}” lặp lại “{titles[columns[key][0]]}”")
        elif key:
            columns.setdefault(key, []).append(at)
        elif title and (near := nearly(title)):
            unclear.append(f"{above}: cột “{title}” không rõ; có phải “{near}”?")
        if vietnamese.looks_broken(title):
            broken.append(f"{above}, cột {at + 1}: ghi “{title}”; {WRONG_CODE_PAGE}")
    keys = {at: key for key, places in columns.items() for at in places if key != NUMBERING}
    rows: dict[int, Mapping[str, str]] = {}
    refused: dict[int, frozenset[str]] = {}
    for at in range(header.last + 1, len(grid.rows)):
        row = [*grid.rows[at], *[""] * (len(titles) - len(grid.rows[at]))]
        filled = any(row) or any((at, column) in grid.refused for column in keys)
        numbers = at == header.last + 1 and _numbers_columns(row)
        if not filled or numbers or grid.rows[at] == titles:
            continue
        rows[at + 1] = {
            key: "; ".join(filter(None, (row[place] for place in places)))
            for key, places in columns.items()
        }
        for column, key in keys.items():
            cell = f"{where}, dòng {at + 1}, cột {titles[column]}"
            if problem := _problem(grid, at, column, key, row[column]):
                refused[at + 1] = refused.get(at + 1, frozenset()) | {key}
                mistakes.append(f"{cell}: {problem}")
            elif vietnamese.looks_broken(row[column]):
                broken.append(f"{cell}: ghi “{row[column]}”; {WRONG_CODE_PAGE}")
    if broken:
        more = [f"{where}: {len(broken) - _SHOWN} ô khác cũng vậy"] if broken[_SHOWN:] else []
        raise SettingsError([*broken[:_SHOWN], *more])  # whatever else is wrong follows from this
    hidden = [row for row in grid.hidden_rows if row in rows]
    return Table(
        where, header.last + 1, titles, columns, rows, refused, mistakes, unclear, hidden,
        hidden_sheets,
    )  # fmt: skip


def _problem(grid: Grid, row: int, column: int, key: str, text: str) -> str:
    """Return what is wrong with a cell whatever it should hold; "" where nothing is."""
    if problem := grid.refused.get((row, column)):
        return problem
    day = grid.dates.get((row, column), "")
    if not day and key == "code" and _CODE_AS_DATE.fullmatch(text):
        day = text
    if day and key not in {"extended_until", NUMBERING}:
        return (
            f"ghi “{day}”; Excel đã đổi điều gõ vào thành ngày: định dạng ô là Văn bản (Text) rồi "
            "gõ lại"
        )
    return ""


def _numbers_columns(row: Sequence[str]) -> bool:
    """Tell whether the row below the header only counts the columns: (1), (2), … or A, B, 1, …."""
    texts = [re.sub(r"[()\s]", "", text) for text in row if text]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return (
        len(numbers) > 1
        and len(texts) > 2
        and all(text.isdecimal() or re.fullmatch("[A-Z]", text) for text in texts)
        and all(after == before + 1 for before, after in pairwise(numbers))
    )
