"""The master drawn as tong-hop.xlsx. Text stays text: a name that begins with "=" is a name.

XlsxWriter draws titles, headers, statistics and native charts; the long lists are streamed in
(:mod:`dankheo_sheets.outputs.sheet_rows`).
"""

import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets import program
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.cell_styles import FONT, SHADE, print_a4
from dankheo_sheets.outputs.master import STATISTICS, Table
from dankheo_sheets.outputs.sheet_pages import HIGHEST, LINE, SIZE, Pages, axis_step, row_height
from dankheo_sheets.outputs.sheet_rows import Rows, stream
from dankheo_sheets.workspace.base import Cell

COLOURS = ("#1F4E8C", "#86AEE0")
"""Of bars: the board's, --one and --two of page.css."""
MAX_BARS = 40
"""Rows a chart can show on one page and still be read. Our choice."""
_BAR, _LINE, _FRAME, _LEAST, _MOST = 24, 14, 90, 220, 930
"""Pixels: of a bar with its gap, a name's second line, title, axis and legend, a chart."""
_LABEL = 24
"""Letters of a bar's name that stand on one line beside it, or so."""
_EDGE = 4
"""Pixels above a chart, or its frame is drawn on the page before it."""
_GRID_ROW = 20
"""Pixels of a row that nobody sized."""
_GRID_LINE = "#D9D9D3"
_HEADER, _SECTION = 32, 18
"""Points: of a row of column titles, of a section's or the totals' row."""
_HEAD_SIZES = (14, 12)
"""Points: of a title, of what follows it."""
_MARKS = (1, 2, 5, 6)
"""Columns of the register that hold an x."""


@dataclass(frozen=True)
class Master:
    """The master of a campaign, to be drawn on a book: XlsxWriter's, or one that speaks like it."""

    campaign: Campaign
    tables: Sequence[Table]

    def draw(self, book: xlsxwriter.Workbook) -> list[Rows]:
        """Draw all tabs but the long rows; return those, to follow where rows are prepared."""
        book.set_properties({
            "title": self.campaign.title,
            "company": self.campaign.agency.name,
            "created": datetime.combine(self.campaign.letter.date, datetime.min.time()),
        })  # fmt: skip
        drawing = _Drawing(book)
        register, *lists, by_field, by_unit, journal = self.tables
        drawing.register_tab(register, self.campaign.form.of("content").header[0])
        for table in lists:
            drawing.list_tab(table)
        drawing.statistics_tab(by_field, by_unit)
        drawing.list_tab(journal)
        return drawing.rows

    def checksum(self) -> str:
        """Return what is the same only for the same content, drawn by the same program."""
        digest = hashlib.sha256(program.fingerprint().encode())
        for table in self.tables:
            digest.update(repr((table.tab, table.heads, table.columns)).encode())
            for row in table.rows:
                digest.update(repr(row).encode())
        return digest.hexdigest()[:16]


def workbook(master: Master) -> bytes:
    """Return tong-hop.xlsx."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        # Widths are counted in the digits of this type, and so are the same wherever it is opened.
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        rows = master.draw(book)
    return stream(buffer.getvalue(), rows)


class _Drawing:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.rows: list[Rows] = []
        """The rows to be streamed into the tabs drawn so far."""
        add = book.add_format
        grid = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", "border": 1}
        wrap, center = grid | {"text_wrap": True}, grid | {"align": "center"}
        self._text, self._center = add(wrap), add(center)
        self._cut = add(wrap | {"valign": "top"})
        self._section = add(wrap | {"italic": True, "bold": True, "bg_color": "#F2F2F2"})
        self._total, self._total_number = add(wrap | {"bold": True}), add(center | {"bold": True})
        self._header = add(wrap | {"bold": True, "align": "center", "bg_color": SHADE})
        self._numbering = add(center | {"italic": True})
        title, subtitle = (
            {"font_name": FONT, "font_size": size, look: True}
            for size, look in zip(_HEAD_SIZES, ("bold", "italic"), strict=True)
        )
        over = {"align": "center", "valign": "vcenter", "text_wrap": True}
        self._left, self._over = ((add(title | more), add(subtitle | more)) for more in ({}, over))

    def _tab(self, table: Table) -> Worksheet:
        sheet = self._book.add_worksheet(table.tab)
        for at, width in enumerate(table.widths):
            sheet.set_column(at, at, width)
        print_a4(sheet)
        return sheet

    def _heads(self, sheet: Worksheet, top: int, table: Table) -> int:
        """Write what stands above a table, over all its columns; return the row of its header."""
        for row, head in enumerate(table.heads, top):
            kind = min(row - top, 1)
            scale = _HEAD_SIZES[kind] / SIZE
            sheet.set_row(row, scale * row_height([head], [sum(table.widths) / scale]))
            sheet.merge_range(row, 0, row, len(table.columns) - 1, head, self._over[kind])
        return top + len(table.heads) + 1

    def _header_row(self, sheet: Worksheet, row: int, table: Table) -> None:
        sheet.set_row(row, _HEADER)
        for column, title in enumerate(table.columns):
            sheet.write_string(row, column, title, self._header)

    def _prepare(
        self, sheet: Worksheet, first: int, kinds: Sequence[Sequence[Format]], rows: Rows
    ) -> None:
        """Draw a prepared row of each kind at the end of the tab, for the table to follow."""
        for at, formats in enumerate(kinds, first):
            for column, style in enumerate(formats):
                sheet.write_blank(at, column, None, style)
        self.rows.append(rows)

    def register_tab(self, table: Table, content: str) -> None:
        """Draw the form's own table: groups, titles, numbers (reference/form.md §3)."""
        sheet, titles = self._tab(table), list(table.columns)
        row, last = self._heads(sheet, 0, table), len(titles) - 1
        sheet.set_row(row, 24)
        sheet.set_row(row + 1, 52)
        alone = {0: titles[0], 3: titles[3], 4: content, last: titles[last]}
        for at, title in alone.items():
            sheet.merge_range(row, at, row + 1, at, title, self._header)
        for at, title in {1: "HÌNH THỨC", 5: "TRONG ĐÓ"}.items():
            sheet.merge_range(row, at, row, at + 1, title, self._header)
        for at in _MARKS:
            sheet.write_string(row + 1, at, titles[at], self._header)
        for at in range(last):
            sheet.write_string(row + 2, at, str(at + 1), self._numbering)
        sheet.write_blank(row + 2, last, None, self._numbering)
        sheet.repeat_rows(row, row + 2)
        sheet.freeze_panes(row + 3, 0)
        entry = [self._center if at in _MARKS else self._text for at in range(last + 1)]
        section = [self._section] * (last + 1)
        total = [self._total, *[self._total_number] * last]
        cut = [self._cut if style is self._text else style for style in entry]

        def look(cells: Sequence[Cell]) -> tuple[int, float]:
            if cells[-1] is not None:
                height = row_height(cells, table.widths)
                return 3 * (height == HIGHEST), height
            height = max(_SECTION, row_height(cells[:1], table.widths[:1]))
            return (1 if cells[1] is None else 2), height

        rows = Rows(table.tab, row + 3, table.rows, look)
        self._prepare(sheet, row + 3, (entry, section, total, cut), rows)

    def list_tab(self, table: Table) -> None:
        """Draw a plain list under its title: header, filters, frozen.

        An empty row keeps the title out of what a pivot or a sort takes for the list; it is not
        merged, for Google freezes no part of merged cells.
        """
        sheet, top = self._tab(table), len(table.heads) + 1
        for row, (head, style) in enumerate(zip(table.heads, self._left, strict=True)):
            sheet.write_string(row, 0, head, style)
        self._header_row(sheet, top, table)
        example = table.rows[0] if table.rows else list(table.columns)
        formats = [self._center if isinstance(cell, int) else self._text for cell in example]
        cut = [self._cut if style is self._text else style for style in formats]

        def look(cells: Sequence[Cell]) -> tuple[int, float]:
            height = row_height(cells, table.widths)
            return int(height == HIGHEST), height

        rows = Rows(table.tab, top + 1, table.rows, look)
        self._prepare(sheet, top + 1, (formats, cut), rows)
        sheet.autofilter(top, 0, top + max(len(table.rows), 1), len(table.columns) - 1)
        sheet.freeze_panes(top + 1, 3)
        sheet.repeat_rows(top)

    def statistics_tab(self, by_field: Table, by_unit: Table) -> None:
        """Draw both tables of figures, under each the native charts of its own cells.

        On upright pages at its own size: only so does Excel end pages where it is told.
        """
        sheet, pages = self._tab(by_field), Pages()
        sheet.set_portrait()
        sheet.set_print_scale(100)
        row = self._figures(sheet, pages, 0, by_field, {
            "Hình thức theo lĩnh vực": (2, 3), "Mới và nhân rộng theo lĩnh vực": (4, 5),
        })  # fmt: skip
        pages.turn(row)
        self._figures(sheet, pages, row, by_unit, {"Tổng số theo đơn vị": (1,)})
        sheet.set_h_pagebreaks(pages.breaks)

    def _figures(
        self,
        sheet: Worksheet,
        pages: Pages,
        top: int,
        table: Table,
        charts: Mapping[str, Sequence[int]],
    ) -> int:
        """Draw a table of figures and its charts, if they can be read; return the row after."""
        header = self._heads(sheet, top, table)
        self._header_row(sheet, header, table)
        pages.row(2 * LINE * (header - top) + _HEADER)
        *body, total = table.rows
        last = header + len(table.rows)
        for row, cells in enumerate(table.rows, header + 1):
            height = row_height(cells, table.widths)
            sheet.set_row(row, height)
            pages.row(height)
            name = self._total_number if row == last else self._text
            sheet.write_string(row, 0, str(cells[0]), name)
            for column, count in enumerate(cells[1:], 1):
                number = self._total_number if row == last else self._center
                sheet.write_number(row, column, count, number)
        if pages.filled:
            sheet.repeat_rows(header)
        row = last + 2
        if total[1] and len(body) <= MAX_BARS:
            for title, columns in charts.items():
                chart, high = self._chart(title, header, body, columns)
                wide = sum(int(7 * width + 0.5) + 5 for width in table.widths)
                chart.set_size({"width": wide, "height": high})
                pages.whole(row, 0.75 * (high + _EDGE))
                sheet.insert_chart(row, 0, chart, {"y_offset": _EDGE})
                row += math.ceil((high + _EDGE) / _GRID_ROW) + 1
        return row

    def _chart(
        self, title: str, header: int, body: Sequence[Sequence[Cell]], columns: Sequence[int]
    ) -> tuple[Chart, int]:
        """Return stacked bars of these columns, and how high they should be, in pixels."""
        rows = len(body)
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        for column, colour in zip(columns, COLOURS, strict=False):
            chart.add_series({
                "name": [STATISTICS, header, column],
                "categories": [STATISTICS, header + 1, 0, header + rows, 0],
                "values": [STATISTICS, header + 1, column, header + rows, column],
                "gap": 60, "fill": {"color": colour},
            })  # fmt: skip
        font = {"name": FONT, "size": 10}
        largest = max(sum(int(cells[c] or 0) for c in columns) for cells in body)
        chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12}})
        chart.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
        chart.set_x_axis({
            "num_font": font, "num_format": "0", "min": 0, "label_position": "high",
            "major_unit": axis_step(largest),
            "major_gridlines": {"visible": True, "line": {"color": _GRID_LINE}},
        })  # fmt: skip
        legend = {"position": "bottom", "font": font}
        chart.set_legend(legend if len(columns) > 1 else {"none": True})
        long = max(len(str(cells[0])) for cells in body) > _LABEL
        return chart, min(max(_FRAME + (_BAR + long * _LINE) * rows, _LEAST), _MOST)
