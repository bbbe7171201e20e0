"""What stands in the master, tong-hop.xlsx: register, data, progress, findings, statistics.

Plain tables, for any workspace to draw; :mod:`dankheo_sheets.outputs.master_xlsx` draws the file.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dankheo_sheets import vietnamese
from dankheo_sheets.board import tab as board_tab
from dankheo_sheets.board.model import Board
from dankheo_sheets.form.layout import TITLE
from dankheo_sheets.journal import Event
from dankheo_sheets.notices.feedback import LEVELS, finding_lines
from dankheo_sheets.register import FIGURES, Register, rows_of
from dankheo_sheets.registration import Holder, Origin, Severity
from dankheo_sheets.workspace.base import Cell

REGISTER, DATA, PROGRESS, FINDINGS, STATISTICS, JOURNAL = (
    "Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê", "Nhật ký",
)  # fmt: skip
Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the master: rows of cells under its column titles."""

    tab: str
    heads: tuple[str, ...]
    """What stands above it: its title, then what it holds."""
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def tables(register: Register, board: Board, journal: Sequence[Event] = ()) -> list[Table]:
    """Return the tables of the master, tab by tab; the statistics have two: by field, by unit."""
    campaign = register.campaign
    columns = (
        "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Mô hình tập thể", "Mô hình cá nhân", "Địa chỉ",
        "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH", "Xây dựng mới", "Nhân rộng", "Đơn vị đăng ký",
    )  # fmt: skip
    heads = (TITLE, campaign.title, campaign.agency.name)
    return [
        Table(REGISTER, heads, columns, list(register_rows(register))),
        _data(register),
        Table(PROGRESS, board_tab.heads(board), board_tab.COLUMNS, list(board_tab.rows(board))),
        _findings(register),
        _statistics("Lĩnh vực", rows_of(register.by_field), register),
        _statistics("Đơn vị", register.figures_of_units, register),
        _journal(journal, campaign.title, campaign.zone),
    ]


def register_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield the rows of the consolidated form: a row per field, its entries, the totals.

    Field rows have the field's title and nothing else; entries are numbered from 1 in each
    field, as on the paper form (reference/form.md §3).
    """
    number = sections = 0
    section = None
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
            "x" if holder == Holder.COLLECTIVE else None,
            "x" if holder == Holder.INDIVIDUAL else None,
            place,
            content,
            "x" if origin == Origin.NEW else None,
            "x" if origin == Origin.REPLICATED else None,
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
    "Mã": "code", "Đơn vị": "unit", "Lĩnh vực": "field", "Tên mô hình, điển hình": "name",
    "Hình thức": "holder", "Địa chỉ": "place", "Nội dung": "content", "Trong đó": "origin",
    "Được tính": "counted", "Trạng thái đơn vị": "status", "Dòng": "row",
    "Đơn vị ghi lĩnh vực": "typed_field",
}  # fmt: skip
"""Titles of the tab, and the register's columns."""


def _data(register: Register) -> Table:
    entries, counted = register.entries, vietnamese.count(len(register.counted))
    line = f"{vietnamese.count(len(entries))} mô hình, điển hình đã ghi; {counted} được tính"
    if entries.empty:
        line = "Chưa có mô hình, điển hình nào được ghi"
    said = entries.assign(counted=entries["counted"].map({True: "có", False: "không"}))
    rows = zip(*(said[column] for column in _DATA.values()), strict=True)
    return Table(DATA, ("DỮ LIỆU ĐĂNG KÝ", line), ("TT", *_DATA), _numbered(rows))


def _findings(register: Register) -> Table:
    lines = [
        (unit.code, unit.name, line.cell, line.typed, line.message, line.level)
        for unit in register.units
        for line in finding_lines(register.standings[unit.code])
    ]
    lines += [("", "", "", "", stray, LEVELS[Severity.WARN]) for stray in register.strays]
    numbers = Counter(level for *_, level in lines)
    parts = (
        f"{level.lower()} {vietnamese.count(numbers[level])}"
        for level in LEVELS.values()
        if numbers[level]
    )
    return Table(
        FINDINGS,
        (
            "NỘI DUNG CẦN SỬA",
            vietnamese.upper_first("; ".join(parts) or "không còn nội dung nào"),
        ),
        ("TT", "Mã", "Đơn vị", "Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức"),
        _numbered(lines),
    )


def _statistics(of: str, figures: Sequence[tuple[str, list[int]]], register: Register) -> Table:
    rows: list[list[Cell]] = [[name, *counts] for name, counts in figures]
    rows.append(["Tổng cộng", *register.totals.values()])
    title = f"THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO {of.upper()}"
    heads, columns = (title, register.campaign.title), (of, *FIGURES.values())
    return Table(STATISTICS, heads, columns, rows)


def _journal(journal: Sequence[Event], title: str, zone: ZoneInfo) -> Table:
    rows = (
        (
            vietnamese.moment(event.moment.astimezone(zone)),
            event.who,
            event.what,
            event.unit,
            event.detail,
        )
        for event in journal
    )
    columns = ("TT", "Lúc", "Ai", "Việc", "Mã", "Nội dung")
    return Table(JOURNAL, ("NHẬT KÝ", title), columns, _numbered(rows))


def _numbered(rows: Rows) -> list[list[Cell]]:
    return [[number, *row] for number, row in enumerate(rows, 1)]
