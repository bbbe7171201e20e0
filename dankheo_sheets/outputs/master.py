"""The master workbook tong-hop.xlsx: register, data, progress, findings, statistics.

:func:`tables` says what stands in it; :func:`workbook` draws that with XlsxWriter. Text stays
text: a name that begins with "=" is a name.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets import notices, vietnamese
from dankheo_sheets.form.layout import COLUMN, TITLE
from dankheo_sheets.form.pen import FONT
from dankheo_sheets.register import (
    FIGURES,
    STATUS_NAMES,
    Register,
    last_change,
    rows_of,
    warnings,
)
from dankheo_sheets.registration import Holder, Origin
from dankheo_sheets.vietnamese import due_text
from dankheo_sheets.workspace.base import Cell, Table

REGISTER, DATA, PROGRESS, FINDINGS, STATISTICS = (
    "Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê",
)  # fmt: skip
MAX_TEXT = 32_767
"""Characters a cell can hold; the whole text stays in the archive (measurements.md §H8)."""

COMPLETENESS = {
    "expected": "Phải gửi", "received": "Đã nhận", "on_time": "Đúng hạn",
    "late": "Muộn hạn", "missing": "Còn thiếu",
}  # fmt: skip


def tables(register: Register) -> list[Table]:
    """Return the five tabs of the master as plain rows, for any workspace to draw."""
    unit_names = {unit.code: unit.name for unit in register.units}
    figure_titles = tuple(FIGURES.values())
    return [
        Table(
            REGISTER,
            (
                "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Mô hình tập thể", "Mô hình cá nhân",
                "Địa chỉ", "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH", "Xây dựng mới", "Nhân rộng",
                "Đơn vị đăng ký",
            ),
            list(register_rows(register)),
        ),
        Table(
            DATA,
            (
                "TT", "Mã", "Đơn vị", "Lĩnh vực", "Tên mô hình, điển hình", "Hình thức",
                "Địa chỉ", "Nội dung", "Trong đó", "Được tính", "Trạng thái đơn vị", "Dòng",
            ),
            list(_data_rows(register)),
        ),
        Table(
            PROGRESS,
            (
                "TT", "Mã", "Đơn vị", "Trạng thái", "Số dòng", "Được tính", "Phải sửa",
                "Nên xem", "Sửa lần cuối", "Hạn", "Việc tiếp theo",
            ),
            list(board_rows(register)),
        ),
        Table(
            FINDINGS,
            ("TT", "Mã", "Đơn vị", "Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức"),
            list(_finding_rows(register)),
        ),
        Table(
            STATISTICS,
            ("Lĩnh vực", *figure_titles),
            [
                *_named(rows_of(register.by_field)),
                ["Tổng cộng", *register.totals.values()],
            ],
        ),
        Table(
            f"{STATISTICS}: đơn vị",
            ("Đơn vị", *figure_titles),
            [
                *_named((unit_names[code], counts) for code, counts in rows_of(register.by_unit)),
                ["Tổng cộng", *register.totals.values()],
            ],
        ),
    ]  # fmt: skip


def _named(rows: Iterable[tuple[str, list[int]]]) -> Iterator[list[Cell]]:
    for name, counts in rows:
        yield [name, *counts]


def register_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield the rows of the consolidated form: a row per field, its entries, the totals.

    Field rows have the field's title and nothing else; entries are numbered from 1 in each
    field, as on the paper form (domain.md §2).
    """
    section, number = "", 0
    sections = 0
    columns = ["field", "name", "holder", "place", "content", "origin", "unit"]
    for field, name, holder, place, content, origin, unit in zip(
        *(register.counted[column] for column in columns), strict=True
    ):
        if field != section or not sections:
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
        f"Tổng cộng: {vietnamese.count(total['total'])}", total["collective"],
        total["individual"], None, None, total["new"], total["replicated"], None,
    ]  # fmt: skip


def field_title(field: str) -> str:
    """Return "Lĩnh vực kinh tế"; a field whose name already says so stays."""
    if vietnamese.match_key(field).startswith("lĩnh vực"):
        return field
    return f"Lĩnh vực {field[:1].lower()}{field[1:]}"


def _data_rows(register: Register) -> Iterator[list[Cell]]:
    columns = [
        "code", "unit", "field", "name", "holder", "place", "content", "origin", "counted",
        "status", "row",
    ]  # fmt: skip
    rows = zip(*(register.entries[column] for column in columns), strict=True)
    for number, (*texts, counted, status, row) in enumerate(rows, 1):
        yield [number, *texts, "có" if counted else "không", status, int(row)]


def board_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield one row per unit of the roster: none is left out."""
    for number, unit in enumerate(register.units, 1):
        standing = register.standings[unit.code]
        changed = last_change(standing)
        yield [
            number,
            unit.code,
            unit.name,
            STATUS_NAMES[standing.status],
            len(standing.registration.entries),
            len(standing.counted),
            standing.blocking,
            warnings(standing),
            vietnamese.moment(datetime.fromisoformat(changed)) if changed else "",
            due_text(standing.deadline),
            notices.next_action(standing),
        ]


def _finding_rows(register: Register) -> Iterator[list[Cell]]:
    number = 0
    for unit in register.units:
        for line in notices.finding_lines(register.standings[unit.code]):
            number += 1
            yield [number, unit.code, unit.name, line.cell, line.typed, line.message, line.level]


# --- drawing ---------------------------------------------------------------------------

_WIDTHS: dict[str, tuple[float, ...]] = {
    REGISTER: (40, 9, 9, 22, 60, 9, 9, 28),
    DATA: (6, 9, 28, 20, 34, 11, 22, 60, 14, 9, 16, 7),
    PROGRESS: (6, 9, 42, 18, 9, 9, 9, 9, 22, 22, 34),
    FINDINGS: (6, 9, 34, 9, 36, 60, 11),
    STATISTICS: (48, 12, 12, 12, 14, 12),
}


def workbook(register: Register, contents: Sequence[Table]) -> bytes:
    """Return tong-hop.xlsx with the tabs of :func:`tables`."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        campaign = register.campaign
        book.set_properties({
            "title": campaign.title,
            "company": campaign.agency.name,
            "created": datetime.combine(campaign.letter.date, datetime.min.time()),
        })  # fmt: skip
        drawing = _Drawing(book, register)
        by_title = {table.title: table for table in contents}
        drawing.register_tab(by_title[REGISTER])
        drawing.list_tab(by_title[DATA])
        drawing.progress_tab(by_title[PROGRESS])
        drawing.list_tab(by_title[FINDINGS])
        drawing.statistics_tab(by_title[STATISTICS], by_title[f"{STATISTICS}: đơn vị"])
    return buffer.getvalue()


class _Drawing:
    def __init__(self, book: xlsxwriter.Workbook, register: Register) -> None:
        self._book, self._register = book, register
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
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
        sheet.hide_gridlines(2)
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
        *body, total = table.rows
        for at, cells in enumerate(body, row + 3):
            if cells[-1] is None:
                self._row(sheet, at, cells, self._section)
            else:
                sheet.set_row(at, _height(cells, _WIDTHS[REGISTER]))
                self._entry_row(sheet, at, cells)
        at = row + 3 + len(body)
        self._row(sheet, at, total, self._total_number)
        sheet.write_string(at, 0, str(total[0]), self._total)

    def _entry_row(self, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
        for column, value in enumerate(cells):
            style = self._center if column in (1, 2, 5, 6) else self._text
            if value:
                sheet.write_string(row, column, str(value)[:MAX_TEXT], style)
            else:
                sheet.write_blank(row, column, None, style)

    def list_tab(self, table: Table) -> None:
        """Draw a plain list: header, filters, frozen."""
        self._list(self._tab(table.title), 0, table)

    def _list(self, sheet: Worksheet, top: int, table: Table) -> None:
        sheet.set_row(top, 32)
        for column, title in enumerate(table.columns):
            sheet.write_string(top, column, title, self._header)
        widths = _WIDTHS[table.title]
        for at, cells in enumerate(table.rows, top + 1):
            sheet.set_row(at, _height(cells, widths))
            self._row(sheet, at, cells)
        sheet.autofilter(top, 0, top + max(len(table.rows), 1), len(table.columns) - 1)
        sheet.freeze_panes(top + 1, 3)
        sheet.repeat_rows(top)

    def progress_tab(self, table: Table) -> None:
        sheet = self._tab(table.title)
        completeness = self._register.completeness
        summary = "; ".join(
            f"{title.lower()} {vietnamese.count(completeness[key])}"
            for key, title in COMPLETENESS.items()
        )
        expected = completeness["expected"]
        rate = round(100 * completeness["received"] / expected) if expected else 0
        row = self._titles(
            sheet, len(table.columns) - 1,
            ("TIẾN ĐỘ ĐĂNG KÝ", f"{summary[:1].upper()}{summary[1:]}; tỷ lệ {rate}%"),
        )  # fmt: skip
        self._list(sheet, row, table)

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
        chart.set_size({"width": 620, "height": max(300, 80 + 26 * rows)})
        sheet.insert_chart(*place, chart)


MAX_BARS = 40
"""Units a chart can show and still be read."""


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
