"""What stands in the master, tong-hop.xlsx: register, data, progress, findings, statistics.

Plain tables, for any workspace to draw; :mod:`dankheo_sheets.outputs.master_xlsx` draws the file.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dankheo_sheets import vietnamese
from dankheo_sheets.board import tab as board_tab
from dankheo_sheets.board.model import Board
from dankheo_sheets.journal import Event
from dankheo_sheets.notices.feedback import LEVELS, finding_lines
from dankheo_sheets.register import FIGURES, Register, rows_of
from dankheo_sheets.registration import Severity
from dankheo_sheets.workspace.base import Cell

REGISTER, DATA, PROGRESS, FINDINGS, STATISTICS, JOURNAL = (
    "Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê", "Nhật ký",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the master: rows of cells under its column titles."""

    tab: str
    heads: tuple[str, ...]
    """What stands above it: its title, then what it holds."""
    columns: Mapping[str, float]
    """Titles and widths. In digits: A4 on its side, one page wide, holds 170 of them at 8 points of
    11. Our choice."""
    rows: Sequence[Sequence[Cell]]

    @property
    def widths(self) -> list[float]:
        """The widths of its columns."""
        return list(self.columns.values())


def tables(register: Register, board: Board, journal: Sequence[Event] = ()) -> list[Table]:
    """Return the tables of the master, tab by tab; the statistics have two: by field, by unit."""
    campaign = register.campaign
    heads = (campaign.form.title, campaign.title, campaign.agency.name)
    return [
        Table(REGISTER, heads, _REGISTER, list(register_rows(register))),
        _data(register),
        Table(PROGRESS, board_tab.heads(board), board_tab.COLUMNS, list(board_tab.rows(board))),
        _findings(register),
        _statistics("Lĩnh vực", rows_of(register.by_field), register),
        _statistics("Đơn vị", register.figures_of_units, register),
        _journal(journal, campaign.title, campaign.zone),
    ]


_REGISTER = {
    "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH": 32, "Mô hình tập thể": 7.5, "Mô hình cá nhân": 7.5,
    "Địa chỉ": 17, "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH": 44, "Xây dựng mới": 7.5, "Nhân rộng": 7.5,
    "Đơn vị đăng ký": 19,
}  # fmt: skip


def register_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield the rows of the consolidated form: a row per field, its entries, the totals.

    Field rows have the field's title and nothing else; entries are numbered from 1 in each
    field, as on the paper form (reference/form.md §3).
    """
    number = sections = 0
    section = None
    holders, origins = register.campaign.form.group
    (collective, individual), (new, replicated) = holders.names.values(), origins.names.values()
    columns = ["field", "name", "holder", "place", "content", "origin", "unit"]
    for field, name, holder, place, content, origin, unit in zip(
        *(register.counted[column] for column in columns), strict=True
    ):
        if field != section:
            section, number, sections = field, 0, sections + 1
            yield [f"{vietnamese.roman(sections)}. {field_title(field)}", *[None] * 7]
        number += 1
        yield [
            f"{number}. {name}",
            "x" if holder == collective else None,
            "x" if holder == individual else None,
            place,
            content,
            "x" if origin == new else None,
            "x" if origin == replicated else None,
            unit,
        ]
    total = register.totals
    yield [
        f"Tổng cộng: {vietnamese.dotted(total['total'])}", total["collective"],
        total["individual"], None, None, total["new"], total["replicated"], None,
    ]  # fmt: skip


def field_title(field: str) -> str:
    """Return "Lĩnh vực kinh tế"; a field whose name already says so stays."""
    if vietnamese.match_key(field).startswith("lĩnh vực"):
        return field
    return f"Lĩnh vực {vietnamese.lower_first(field)}"


_DATA = {
    "TT": 5, "Mã": 8, "Đơn vị": 18, "Lĩnh vực": 13, "Tên mô hình, điển hình": 23, "Hình thức": 7,
    "Địa chỉ": 16, "Nội dung": 36, "Trong đó": 8, "Được tính": 7, "Trạng thái đơn vị": 10,
    "Dòng": 6, "Đơn vị ghi lĩnh vực": 12,
}  # fmt: skip
_DATA_COLUMNS = (
    "code", "unit", "field", "name", "holder", "place", "content", "origin", "counted", "status",
    "row", "typed_field",
)  # fmt: skip


def _data(register: Register) -> Table:
    entries, counted = register.entries, vietnamese.count(len(register.counted))
    line = f"{vietnamese.count(len(entries))} mô hình, điển hình đã ghi; {counted} được tính"
    if entries.empty:
        line = "Chưa có mô hình, điển hình nào được ghi"
    said = entries.assign(counted=entries["counted"].map({True: "có", False: "không"}))
    rows = zip(*(said[column] for column in _DATA_COLUMNS), strict=True)
    return Table(DATA, ("DỮ LIỆU ĐĂNG KÝ", line), _DATA, _numbered(rows))


def _findings(register: Register) -> Table:
    lines = [
        (unit.code, unit.name, line.cell, line.typed, line.message, line.level)
        for unit in register.units
        for line in finding_lines(register.standings[unit.code], register.form)
    ]
    lines += [("", "", "", "", stray, LEVELS[Severity.WARN]) for stray in register.strays]
    numbers = Counter(level for *_, level in lines)
    parts = (
        f"{level.lower()} {vietnamese.count(numbers[level])}"
        for level in LEVELS.values()
        if numbers[level]
    )
    line = vietnamese.upper_first("; ".join(parts) or "không còn nội dung nào")
    columns = {
        "TT": 5, "Mã": 8, "Đơn vị": 32, "Ô": 16, "Đơn vị đã ghi": 30, "Nội dung cần xử lý": 53,
        "Mức": 9,
    }  # fmt: skip
    return Table(FINDINGS, ("NỘI DUNG CẦN SỬA", line), columns, _numbered(lines))


def _statistics(of: str, figures: Sequence[tuple[str, list[int]]], register: Register) -> Table:
    rows: list[list[Cell]] = [[name, *counts] for name, counts in figures]
    rows.append(["Tổng cộng", *register.totals.values()])
    title = f"THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO {of.upper()}"
    columns = {of: 36} | dict.fromkeys(FIGURES.values(), 10)
    return Table(STATISTICS, (title, register.campaign.title), columns, rows)


def _journal(journal: Sequence[Event], title: str, zone: ZoneInfo) -> Table:
    columns = {"TT": 6, "Lúc": 25, "Ai": 20, "Việc": 14, "Mã": 9, "Nội dung": 70}
    rows = _numbered(
        (vietnamese.moment(one.moment.astimezone(zone)), one.who, one.what, one.unit, one.detail)
        for one in journal
    )
    return Table(JOURNAL, ("NHẬT KÝ", title), columns, rows)


def _numbered(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    return [[number, *row] for number, row in enumerate(rows, 1)]
