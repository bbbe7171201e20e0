"""The Đăng ký tab: title and cover block, the form's header, input rows and their checks."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.declaration.headers import header_cells, numbers
from dankheo_sheets.declaration.model import NUMERIC, Column
from dankheo_sheets.form import check_formulas as formulas
from dankheo_sheets.form import layout, reckoning, rules
from dankheo_sheets.form.cell_styles import (
    GREEN,
    GRID,
    INPUT,
    RED,
    SHADE,
    Pen,
    print_a4,
    validation,
    write_block,
)
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.form.operands import ROW, CoverCells, RowCells
from dankheo_sheets.registration import Cover, Entry, Finding, Registration, Scope, Severity
from dankheo_sheets.vietnamese import clean

_REASON_HEIGHT, _COVER_HEIGHT = 34, 20
"""Points of the cover's rows: a reason has two lines, since no program fits a row to merged cells.
"""
_LOCKED = {"text_wrap": True, "bg_color": "#F2F2F2"}


class EntriesTab:
    """The tab a unit fills in; `unit` is its name, `deadline` the words for its deadline."""

    def __init__(self, pen: Pen, form: Form, unit: str, deadline: str) -> None:
        self._pen, self._form, self._unit, self._deadline = pen, form, unit, deadline
        self._cells = RowCells(form)
        self._words = formulas.words_formula(self._cells)
        self._faults = formulas.faults_formula(self._cells)
        faults = f"{column_letters(form.faults_column)}{ROW}"
        self._check = formulas.check_formula(self._cells, faults)
        self._computed = {key: self._cells.value(key) for key in form.computed}
        rows = {line.id: row for row, line in enumerate(form.lines, form.first_row)}
        self._below = {line.id: [rows[each.id] for each in below] for line, below in form.sums}
        """Of each printed line that is a sum: the rows it sums."""
        self._summed = {key: self._cells.value(key) for key in form.summed_columns}

    def draw(self, entries: Sequence[Entry], cover: Cover) -> None:
        """Draw the tab with these entries and cover filled in."""
        form = self._form
        sheet = self._pen.workbook.add_worksheet(layout.TAB_ENTRIES)
        for at, column in enumerate(form.columns):
            sheet.set_column(at, at, form.width(column))
        sheet.set_column(form.check_column, form.check_column, layout.CHECK_WIDTH)
        last = form.helper_column + len(self._cells.helpers) - 1
        sheet.set_column(form.faults_column, last, None, None, {"hidden": True})
        self._title_block(sheet)
        self._cover_block(sheet, cover)
        self._header(sheet)
        placed = self._placed(entries)
        self._input_rows(sheet, placed)
        self._checks(sheet, placed, cover)
        self._conditional_formats(sheet)
        self._protect(sheet)
        sheet.freeze_panes(form.first_row - 1, 0)
        sheet.set_selection(form.first_row - 1, 0, form.first_row - 1, 0)
        self._print_setup(sheet)

    def _placed(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return what stands in each input row: printed lines with their labels, and entries."""
        form = self._form
        placed = []
        for at in range(form.rows):
            line = form.lines[at] if at < len(form.lines) else None
            texts = entries[at].texts if at < len(entries) else {}
            written = {c.key: clean(texts.get(c.key, "")) for c in form.columns}
            for column in form.columns:
                if column.kind == "line" and line:
                    written[column.key] = line.label
                elif column.kind == "order" and line:
                    written[column.key] = line.code
                elif column.kind == "unit" and form.declaration.rows.kind == "unit":
                    written[column.key] = self._unit
            placed.append(Entry(form.first_row + at, written, line.id if line else ""))
        return placed

    def _title_block(self, sheet: Worksheet) -> None:
        last, bold = self._form.check_column, self._pen.format(bold=True, font_size=12)
        split = max(field.label_columns[0] for field in self._form.cover) or 1
        row = layout.UNIT_ROW - 1
        write_block(sheet, row, 0, row, split - 1, self._unit.upper(), bold)
        deadline = self._pen.format(bold=True, font_size=12, align="right", font_color=RED)
        if split < last:
            sheet.merge_range(row, split, row, last, "", deadline)
        shown = f"{formulas.DEADLINE}{self._deadline}"
        sheet.write_formula(
            f"{column_letters(split)}{row + 1}", formulas.deadline_formula(), deadline, shown
        )
        row = layout.TITLE_ROW - 1
        title = self._pen.format(bold=True, font_size=14, align="center")
        sheet.merge_range(row, 0, row, last, self._form.declaration.title, title)
        sheet.set_row(row, 24)
        row = layout.LETTER_ROW - 1
        unit = self._form.declaration.phrases.unit_of_measure
        reference = f"(Kèm theo Công văn {self._form.campaign.letter.reference})"
        reference += f"      {unit}" if unit else ""
        sheet.merge_range(
            row, 0, row, last, reference, self._pen.format(italic=True, align="center")
        )
        # Three lines, since no program fits a row to merged cells: all that can be wrong with a
        # return, after a notice of 250 characters.
        sheet.set_row(layout.STATUS_ROW - 1, 48)

    def _cover_block(self, sheet: Worksheet, cover: Cover) -> None:
        high = {field.row for field in self._form.cover if field.key == "nil_reason"}
        for field in self._form.cover:
            row = field.row - 1
            label = self._pen.format(align="right", indent=1, **GRID, bg_color=SHADE)
            _write_span(sheet, row, field.label_columns, field.label, label)
            center = "center" if field.kind == "mark" else "left"
            typed = self._pen.format(**GRID, **INPUT, align=center)
            _write_span(sheet, row, field.input_columns, getattr(cover, field.key), typed)
            first = field.input_columns[0]
            sheet.data_validation(
                row, first, row, first, validation(field.kind, field.label, field.help)
            )
            at = f"${column_letters(first)}${field.row}"
            self._pen.name(f"dk_{field.key}", layout.TAB_ENTRIES, at)
            sheet.set_row(row, _REASON_HEIGHT if field.row in high else _COVER_HEIGHT)

    def _header(self, sheet: Worksheet) -> None:
        """Draw the tree of headers: neighbours that begin alike stand under one merged cell."""
        form, top, bottom = self._form, self._form.header_row - 1, self._form.header_end - 1
        header = self._pen.format(bold=True, align="center", text_wrap=True, **GRID, bg_color=SHADE)
        for level, first, last, text, is_leaf in header_cells(form.columns):
            write_block(sheet, top + level, first, bottom if is_leaf else top + level, last, text,
                        header)  # fmt: skip
        check = form.check_column
        write_block(sheet, top, check, bottom, check, layout.CHECK_HEADER, header)
        if form.numbered:
            small = self._pen.format(italic=True, align="center", text_wrap=True, **GRID)
            lines = 1
            for first, last, number in numbers(form.columns):
                write_block(sheet, bottom + 1, first, bottom + 1, last, number, small)
                wide = sum(map(form.width, form.columns[first : last + 1]))
                lines = max(lines, math.ceil(len(number) / wide))
            if lines > 1:
                sheet.set_row(bottom + 1, 15 * lines)
            sheet.write_blank(bottom + 1, check, None, small)
        for row, height in enumerate(self._header_heights(), top):
            sheet.set_row(row, height)

    def _header_heights(self) -> list[float]:
        """Return the height of each row of the header, in points: its texts fit."""
        columns = self._form.columns
        widths = [self._form.width(column) for column in columns]
        depth = self._form.header_end - self._form.header_row + 1
        heights = [30.0] * (depth - 1) + [34.0]
        cells = list(header_cells(columns))
        for level, first, last, text, is_leaf in cells:
            if not is_leaf:
                needed = 15.0 * layout.lines_of(text, sum(widths[first : last + 1]))
                heights[level] = max(heights[level], needed)
        for level, first, _, text, is_leaf in cells:
            if is_leaf:
                needed = 15.0 * layout.lines_of(text, widths[first])
                heights[-1] = max(heights[-1], needed - sum(heights[level:-1]))
        return heights

    def _input_rows(self, sheet: Worksheet, placed: Sequence[Entry]) -> None:
        form = self._form
        first, last = form.first_row - 1, form.last_row - 1
        judged = reckoning.reckoned(placed, form)
        for at, column in enumerate(form.columns):
            style, locked = self._style(column), self._style(column, locked=True)
            for entry, row in zip(placed, judged, strict=True):
                value = row.values.get(column.key)
                if formula := self._formula(column, entry):
                    known = float(value) if isinstance(value, Decimal) else ""
                    where = f"{column_letters(at)}{entry.row}"
                    sheet.write_formula(where, formula, locked, known)
                elif text := entry[column.key]:
                    of_line = self._of_line(entry, column) or style
                    sheet.write_string(entry.row - 1, at, text, of_line)
                else:
                    sheet.write_blank(entry.row - 1, at, None, style)
            if column in form.inputs:
                others = column.listed != "only"
                sheet.data_validation(
                    first, at, last, at,
                    validation(column.kind, column.header[-1], column.help, column.key,
                               others=others),
                )  # fmt: skip
        self._pen.name(
            "dk_bang", layout.TAB_ENTRIES,
            f"$A${first + 1}:${column_letters(len(form.columns) - 1)}${last + 1}",
        )  # fmt: skip

    def _formula(self, column: Column, entry: Entry) -> str:
        """Return what reckons a cell that the unit does not fill in; "" of all others."""
        if column.kind == "computed":
            held = self._computed[column.key].replace(ROW, str(entry.row))
            return f'=IF(ISNUMBER({held}),{held},"")'
        if column.kind == "order" and not self._form.lines:
            return self._order(entry.row)
        if column.key in self._summed and entry.line in self._below:
            cell = self._summed[column.key]
            parts = ",".join(cell.replace(ROW, str(row)) for row in self._below[entry.line])
            return f'=IF(COUNT({parts})=0,"",SUM({parts}))'
        return ""

    def _order(self, row: int) -> str:
        """Return the number of a used row among the used ones; "" of another."""
        faults, first = column_letters(self._form.faults_column), self._form.first_row
        used = f'LEFT({faults}{row},1)="{formulas.USED}"'
        counted = f'SUMPRODUCT(--(LEFT({faults}${first}:{faults}{row},1)="{formulas.USED}"))'
        return f'=IF({used},{counted},"")'

    def _of_line(self, entry: Entry, column: Column) -> Format | None:
        """Return how the label of a printed line is set: by its level, sums in bold."""
        line = next((each for each in self._form.lines if each.id == entry.line), None)
        if line is None or column.kind != "line":
            return None
        return self._pen.format(**GRID, **_LOCKED, indent=line.level, bold=line.summed)

    def _style(self, column: Column, *, locked: bool = False) -> Format:
        if column.kind in ("mark", "order"):
            align = "center"
        else:
            align = "right" if column.kind in NUMERIC else "left"
        if not locked and column in self._form.inputs:
            return self._pen.format(**GRID, **INPUT, align=align)
        part = f",{'#' * column.decimals}" if column.decimals else ""
        shown = {"num_format": f"#,##0{part.replace(',', '.')}"} if align == "right" else {}
        return self._pen.format(**GRID, **_LOCKED, align=align, **shown)

    def _checks(self, sheet: Worksheet, placed: Sequence[Entry], cover: Cover) -> None:
        """Write the Kiểm tra column, its hidden helpers and the status line."""
        form = self._form
        used = [entry for entry in placed if not form.is_blank(entry)]
        registration = Registration(self._unit, tuple(used), cover)
        findings = list(rules.check(registration, form))
        of_row: dict[int, list[Finding]] = {entry.row: [] for entry in used}
        for finding in findings:
            if finding.scope is Scope.ENTRY and finding.cell:
                of_row[finding.cell.row].append(finding)
        shown = self._pen.format(**GRID, text_wrap=True, font_size=10)
        for entry in placed:
            of_this = of_row.get(entry.row)
            blocks = [f.message for f in of_this or () if f.severity is Severity.BLOCK]
            mark = formulas.UNUSED if of_this is None else formulas.USED
            text = "" if of_this is None else rules.check_text(of_this, form)
            faults = f'="{formulas.UNUSED}"' if form.is_sum(entry) else self._faults
            cells: Iterator[tuple[int, str, object]] = iter((
                (form.faults_column, faults, mark + "".join(f"{m} " for m in blocks)),
                (form.row_column, "=ROW()", entry.row),
                (form.words_column, self._words, rules.kinds_of(entry, form)),
            ))  # fmt: skip
            for at, formula, value in cells:
                sheet.write_formula(
                    f"{column_letters(at)}{entry.row}", _of_row(formula, entry), None, value
                )
            for formula, helper in self._cells.helpers.items():
                known = helper.known(entry) if helper.known else 0
                sheet.write_formula(
                    f"{helper.letters}{entry.row}", _of_row(f"={formula}", entry), None, known
                )
            check = _of_row(self._check, entry)
            sheet.write_formula(
                f"{column_letters(form.check_column)}{entry.row}", check, shown, text
            )
        good = sum(
            not any(f.severity is Severity.BLOCK for f in of_row[entry.row]) for entry in used
        )
        self._status_line(sheet, findings, len(used), good)

    def _status_line(
        self, sheet: Worksheet, findings: Sequence[Finding], used: int, good: int
    ) -> None:
        row, form = layout.STATUS_ROW, self._form
        faults = column_letters(form.faults_column)
        fault_cells = f"{faults}{form.first_row}:{faults}{form.last_row}"
        cells = CoverCells(form)
        sheet.write_formula(cells.used, formulas.used_formula(fault_cells), None, used)
        sheet.write_formula(cells.good, formulas.good_formula(fault_cells), None, good)
        unchecked = formulas.unchecked_formula(fault_cells, form)
        sheet.write_formula(cells.unchecked, unchecked, None, 0)
        text = rules.status_text(findings, used, good, form)
        complete = text == rules.complete_text(good, form)
        helper = formulas.unit_faults_formula(cells)
        sheet.write_formula(f"{faults}{row}", helper, None, "" if complete else text + " ")
        style = self._pen.format(
            bold=True, text_wrap=True, align="center", bg_color="#FFF2CC", **GRID
        )
        sheet.merge_range(row - 1, 0, row - 1, form.check_column, "", style)
        sheet.write_formula(
            f"A{row}", formulas.status_formula(cells.good, f"{faults}{row}", form), style, text
        )

    def _conditional_formats(self, sheet: Worksheet) -> None:
        """Colour what a blocking message is about, and rows that pass."""
        form = self._form
        first, last = form.first_row, form.last_row
        faults = f"${column_letters(form.faults_column)}{first}"
        red = self._pen.workbook.add_format({"bg_color": "#F8CBAD"})
        about = [
            (each.column, each.message) for each in form.checks if each.severity is Severity.BLOCK
        ]
        about += [
            (unique.columns[0], rules.unique_message(unique, form))
            for unique in form.declaration.unique
        ]
        for key, message in about:
            group = form.declaration.group_of(key)
            keys = list(group.names) if group else [key]
            start, end = form.letters[keys[0]], form.letters[keys[-1]]
            quoted = message.replace('"', '""')
            sheet.conditional_format(
                f"{start}{first}:{end}{last}",
                {
                    "type": "formula", "criteria": f'=ISNUMBER(FIND("{quoted}",{faults}))',
                    "format": red,
                },
            )  # fmt: skip
        check = column_letters(form.check_column)
        passed = f'=LEFT(${check}{first},{len(rules.PASSED)})="{rules.PASSED}"'
        for criteria, colour in ((passed, GREEN), (f"=LEN(${check}{first})>0", RED)):
            style = self._pen.workbook.add_format({"font_color": colour})
            sheet.conditional_format(
                f"{check}{first}:{check}{last}",
                {"type": "formula", "criteria": criteria, "format": style, "stop_if_true": True},
            )
        done = self._pen.workbook.add_format({"bg_color": "#E2EFDA", "font_color": GREEN})
        status = layout.STATUS_ROW
        criteria = formulas.is_done_formula(
            f"${column_letters(form.faults_column)}${status}", f"$A${status}"
        )
        sheet.conditional_format(
            f"A{status}:{check}{status}", {"type": "formula", "criteria": criteria, "format": done}
        )

    def _protect(self, sheet: Worksheet) -> None:
        """Protect all but the input cells; rows can be resized, added, sorted and filtered.

        Printed lines and the one row of a unit stay where they are.
        """
        form = self._form
        allowed = {"format_rows": True, "format_columns": True}
        if form.declaration.gather == "list":
            above = form.first_row - 2
            sheet.autofilter(above, 0, form.last_row - 1, len(form.columns) - 1)
            allowed |= {"insert_rows": True, "sort": True, "autofilter": True}
        sheet.protect("", allowed)

    def _print_setup(self, sheet: Worksheet) -> None:
        form = self._form
        print_a4(sheet, a3=form.declaration.paper.size == "A3")
        sheet.print_area(0, 0, form.last_row - 1, form.check_column)
        sheet.repeat_rows(form.header_row - 1, form.first_row - 2)


def _of_row(formula: str, entry: Entry) -> str:
    return formula.replace(ROW, str(entry.row))


def _write_span(
    sheet: Worksheet, row: int, columns: tuple[int, int], value: str, style: Format
) -> None:
    write_block(sheet, row, columns[0], row, columns[1], value, style)
