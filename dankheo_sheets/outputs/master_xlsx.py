"""The master drawn as tong-hop.xlsx. Text stays text: a name that begins with "=" is a name.

XlsxWriter draws titles, headers, statistics and native charts; the long lists are streamed in
(:mod:`dankheo_sheets.outputs.sheet_rows`).
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.form.layout import COLUMN, TITLE
from dankheo_sheets.form.parts import MAX_TEXT
from dankheo_sheets.form.pen import FONT, print_a4
from dankheo_sheets.outputs.master import (
    DATA,
    FINDINGS,
    JOURNAL,
    PROGRESS,
    REGISTER,
    STATISTICS,
    Table,
    progress_line,
)
from dankheo_sheets.outputs.sheet_rows import Rows, stream
from dankheo_sheets.register import Register
from dankheo_sheets.workspace.base import Cell

_WIDTHS: dict[str, tuple[float, ...]] = {
    REGISTER: (32, 7.5, 7.5, 17, 44, 7.5, 7.5, 19),
    DATA: (6, 9, 28, 20, 34, 11, 22, 60, 14, 9, 16, 7, 20),
    PROGRESS: (5, 8, 32, 16, 7, 7, 7, 7, 15, 15, 22, 24),
    FINDINGS: (6, 9, 44, 9, 36, 58, 11),
    STATISTICS: (48, 12, 12, 12, 14, 12),
    JOURNAL: (6, 25, 20, 14, 9, 70),
}

MAX_BARS = 40
"""Units a chart can show and still be read."""


@dataclass(frozen=True)
class Master:
    """The master of a register, to be drawn on a book: XlsxWriter's, or one that speaks like it."""

    register: Register
    tables: Sequence[Table]

    def draw(self, book: xlsxwriter.Workbook) -> list[Rows]:
        """Draw all tabs but the long rows; return those, to follow where rows are prepared."""
        campaign = self.register.campaign
        book.set_properties({
            "title": campaign.title,
            "company": campaign.agency.name,
            "created": datetime.combine(campaign.letter.date, datetime.min.time()),
        })  # fmt: skip
        drawing = _Drawing(book, self.register)
        by_title = {table.title: table for table in self.tables}
        drawing.register_tab(by_title[REGISTER])
        drawing.list_tab(by_title[DATA])
        drawing.progress_tab(by_title[PROGRESS])
        drawing.list_tab(by_title[FINDINGS])
        drawing.statistics_tab(by_title[STATISTICS], by_title[f"{STATISTICS}: đơn vị"])
        drawing.list_tab(by_title[JOURNAL])
        return drawing.rows

    def checksum(self) -> str:
        """Return what is the same only for the same content, drawn by the same code."""
        content = [self.register.campaign.title, progress_line(self.register)]
        digest = hashlib.sha256(_source())
        digest.update(
            repr(content + [(table.title, table.columns) for table in self.tables]).encode()
        )
        for table in self.tables:
            for row in table.rows:
                digest.update(repr(row).encode())
        return digest.hexdigest()[:16]


@cache
def _source() -> bytes:
    return Path(__file__).read_bytes()


def workbook(register: Register, contents: Sequence[Table]) -> bytes:
    """Return tong-hop.xlsx with the tabs of :func:`tables`."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        rows = Master(register, contents).draw(book)
    return stream(buffer.getvalue(), rows)


class _Drawing:
    def __init__(self, book: xlsxwriter.Workbook, register: Register) -> None:
        self._book, self._register = book, register
        self.rows: list[Rows] = []
        """The rows to be streamed into the tabs drawn so far."""
        grid = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "border": 1}
        wrap = grid | {"text_wrap": True}
        center = grid | {"align": "center"}
        add = book.add_format
        self._text, self._center, self._number = add(wrap), add(center), add(center)
        self._section = add(wrap | {"italic": True, "bold": True, "bg_color": "#F2F2F2"})
        self._total = add(wrap | {"bold": True})
        self._total_number = add(center | {"bold": True})
        self._header = add(
            wrap | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#E8EEF4"}
        )
        self._numbering = add(center | {"italic": True})
        self._title = add({"font_name": FONT, "font_size": 14, "bold": True, "align": "center"})
        self._subtitle = add(
            {"font_name": FONT, "font_size": 12, "italic": True, "align": "center"}
        )
        self._heading = add({"font_name": FONT, "font_size": 12, "bold": True})

    def _tab(self, title: str) -> Worksheet:
        sheet = self._book.add_worksheet(title)
        for at, width in enumerate(_WIDTHS[title]):
            sheet.set_column(at, at, width)
        print_a4(sheet)
        return sheet

    def _titles(self, sheet: Worksheet, last_column: int, lines: Sequence[str]) -> int:
        for row, line in enumerate(lines):
            style = self._title if row == 0 else self._subtitle
            sheet.merge_range(row, 0, row, last_column, line, style)
        return len(lines) + 1

    def _row(
        self, sheet: Worksheet, row: int, cells: Sequence[Cell], style: Format | None = None
    ) -> None:
        for column, value in enumerate(cells):
            if value is None or value == "":
                sheet.write_blank(row, column, None, style or self._text)
            elif isinstance(value, int):
                sheet.write_number(row, column, value, style or self._number)
            else:
                sheet.write_string(row, column, value[:MAX_TEXT], style or self._text)

    def register_tab(self, table: Table) -> None:
        sheet = self._tab(table.title)
        campaign = self._register.campaign
        last = len(table.columns) - 1
        row = self._titles(sheet, last, (TITLE, campaign.title, campaign.agency.name))
        # Header of the form: groups, titles, numbers (domain.md §2).
        groups = {0: table.columns[0], 1: "HÌNH THỨC", 3: table.columns[3],
                  4: COLUMN["content"].group, 5: "TRONG ĐÓ", 7: table.columns[7]}  # fmt: skip
        sheet.set_row(row, 24)
        sheet.set_row(row + 1, 52)
        for first, title in groups.items():
            pair = first + 1 not in groups and first != last
            bottom, end = (row, first + 1) if pair else (row + 1, first)
            sheet.merge_range(row, first, bottom, end, title, self._header)
        for column in (1, 2, 5, 6):
            sheet.write_string(row + 1, column, table.columns[column], self._header)
        for column in range(last):
            sheet.write_string(row + 2, column, str(column + 1), self._numbering)
        sheet.write_blank(row + 2, last, None, self._numbering)
        sheet.repeat_rows(row, row + 2)
        sheet.freeze_panes(row + 3, 0)
        text, mark = self._text, self._center
        entry = [mark if column in (1, 2, 5, 6) else text for column in range(last + 1)]
        section = [self._section] * (last + 1)
        total = [self._total, *[self._total_number] * last]
        self._prepare(sheet, row + 3, (entry, section, total), table, _register_look)

    def _prepare(
        self,
        sheet: Worksheet,
        first: int,
        kinds: Sequence[Sequence[Format]],
        table: Table,
        look: Callable[[Sequence[Cell]], tuple[int, float]],
    ) -> None:
        """Draw a prepared row of each kind at the end of the tab, for the table to follow."""
        for at, formats in enumerate(kinds, first):
            for column, style in enumerate(formats):
                sheet.write_blank(at, column, None, style)
        self.rows.append(Rows(sheet.get_name(), first, table.rows, look))

    def list_tab(self, table: Table) -> None:
        """Draw a plain list: header, filters, frozen."""
        self._list(self._tab(table.title), 0, table)

    def _list(self, sheet: Worksheet, top: int, table: Table) -> None:
        sheet.set_row(top, 32)
        for column, title in enumerate(table.columns):
            sheet.write_string(top, column, title, self._header)
        widths = _WIDTHS[table.title]
        example = table.rows[0] if table.rows else table.columns
        formats = [self._center if isinstance(cell, int) else self._text for cell in example]
        self._prepare(sheet, top + 1, [formats], table, lambda cells: (0, _height(cells, widths)))
        sheet.autofilter(top, 0, top + max(len(table.rows), 1), len(table.columns) - 1)
        sheet.freeze_panes(top + 1, 3)
        sheet.repeat_rows(top)

    def progress_tab(self, table: Table) -> None:
        sheet = self._tab(table.title)
        titles = ("TIẾN ĐỘ ĐĂNG KÝ", progress_line(self._register))
        self._list(sheet, self._titles(sheet, len(table.columns) - 1, titles), table)

    def statistics_tab(self, by_field: Table, by_unit: Table) -> None:
        """Draw both tables of figures, each with a native chart of its own cells."""
        sheet = self._tab(STATISTICS)
        row = self._titles(sheet, len(by_field.columns) - 1, ("THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH",))
        tops = []
        for heading, table in (("Theo lĩnh vực", by_field), ("Theo đơn vị", by_unit)):
            sheet.write_string(row, 0, heading, self._heading)
            tops.append(row + 1)
            sheet.set_row(row + 1, 32)
            for column, title in enumerate(table.columns):
                sheet.write_string(row + 1, column, title, self._header)
            *body, total = table.rows
            for at, cells in enumerate(body, row + 2):
                self._row(sheet, at, cells)
            self._row(sheet, row + 2 + len(body), total, self._total_number)
            row += len(table.rows) + 3
        side = len(by_field.columns) + 1
        fields, units = by_field.rows[:-1], by_unit.rows[:-1][:MAX_BARS]
        self._chart(sheet, "Hình thức theo lĩnh vực", tops[0], fields, (2, 3), (0, side))
        self._chart(sheet, "Mới và nhân rộng theo lĩnh vực", tops[0], fields, (4, 5), (16, side))
        self._chart(sheet, "Tổng số theo đơn vị", tops[1], units, (1,), (32, side))

    def _chart(
        self, sheet: Worksheet, title: str, header: int,
        body: Sequence[Sequence[Cell]],
        columns: Sequence[int], place: tuple[int, int],
    ) -> None:  # fmt: skip
        rows = len(body)
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        for column in columns:
            chart.add_series({
                "name": [STATISTICS, header, column],
                "categories": [STATISTICS, header + 1, 0, header + rows, 0],
                "values": [STATISTICS, header + 1, column, header + rows, column],
                "gap": 60,
            })  # fmt: skip
        font = {"name": FONT, "size": 10}
        largest = max((sum(int(cells[c] or 0) for c in columns) for cells in body), default=0)
        chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12}})
        chart.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
        chart.set_x_axis({
            "num_font": font, "num_format": "0", "min": 0, "label_position": "high",
            "major_unit": 1 + largest // 8, "major_gridlines": {"visible": True},
        })  # fmt: skip
        chart.set_legend(
            {"position": "bottom", "font": font} if len(columns) > 1 else {"none": True}
        )
        chart.set_size({"width": 620, "height": max(300, 80 + 34 * rows)})
        sheet.insert_chart(*place, chart)


def _register_look(cells: Sequence[Cell]) -> tuple[int, float]:
    """Tell an entry, section or totals row of the register, and its height."""
    if cells[-1] is not None:
        return 0, _height(cells, _WIDTHS[REGISTER])
    return (1 if cells[1] is None else 2), 18


LETTERS_PER_WIDTH = 1.1
"""Letters of running text in Times New Roman 11 that fit one unit of column width."""


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Return the row height its wrapped text needs, in points."""
    lines = 1
    for value, width in zip(cells, widths, strict=True):
        if isinstance(value, str) and len(value) > width:
            letters = width * LETTERS_PER_WIDTH
            lines = max(lines, sum(1 + int(len(part) / letters) for part in value.split("\n")))
    return min(15.0 * lines, 400.0)
