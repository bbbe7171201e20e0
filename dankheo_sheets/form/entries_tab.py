"""The Đăng ký tab: title and cover block, the form's header, input rows and their checks."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets.form import check_formulas as formulas
from dankheo_sheets.form import entry_rules, layout, rules
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
from dankheo_sheets.form.layout import COLUMNS, COVER, Form, Kind, letter
from dankheo_sheets.form.operands import CoverCells, RowCells
from dankheo_sheets.form.sheet_text import sheet_key, sheet_key_formula
from dankheo_sheets.registration import Cover, Entry, Finding, Registration, Scope, Severity
from dankheo_sheets.vietnamese import clean

_REASON_ROW = next(field.row for field in COVER if field.key == "nil_reason")
"""A reason has two lines, and no program fits the height of a row to merged cells."""


class EntriesTab:
    """The tab a unit fills in; `unit` is its name, `deadline` the words for its deadline."""

    def __init__(self, pen: Pen, form: Form, unit: str, deadline: str) -> None:
        self._pen, self._form, self._unit, self._deadline = pen, form, unit, deadline

    def draw(self, entries: Sequence[Entry], cover: Cover) -> None:
        """Draw the tab with these entries and cover filled in."""
        sheet = self._pen.workbook.add_worksheet(layout.TAB_ENTRIES)
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, column.width)
        sheet.set_column(layout.CHECK_COLUMN, layout.CHECK_COLUMN, layout.CHECK_WIDTH)
        sheet.set_column(
            layout.FAULTS_COLUMN,
            layout.FOLDED_COLUMN + len(entry_rules.FOLDED) - 1,
            None, None, {"hidden": True},
        )  # fmt: skip
        self._title_block(sheet)
        self._cover_block(sheet, cover)
        self._header(sheet)
        self._input_rows(sheet, entries)
        self._checks(sheet, entries, cover)
        self._conditional_formats(sheet)
        self._protect(sheet)
        sheet.freeze_panes(layout.NUMBER_ROW, 0)
        sheet.set_selection(layout.FIRST_ROW - 1, 0, layout.FIRST_ROW - 1, 0)
        self._print_setup(sheet)

    def _title_block(self, sheet: Worksheet) -> None:
        last = layout.CHECK_COLUMN
        bold = self._pen.format(bold=True, font_size=12)
        row = layout.UNIT_ROW - 1
        sheet.merge_range(row, 0, row, 4, self._unit.upper(), bold)
        deadline = self._pen.format(bold=True, font_size=12, align="right", font_color=RED)
        sheet.merge_range(row, 5, row, last, "", deadline)
        shown = f"{formulas.DEADLINE}{self._deadline}"
        sheet.write_formula(f"F{row + 1}", formulas.deadline_formula(), deadline, shown)
        row = layout.TITLE_ROW - 1
        title = self._pen.format(bold=True, font_size=14, align="center")
        sheet.merge_range(row, 0, row, last, layout.TITLE, title)
        sheet.set_row(row, 24)
        row = layout.LETTER_ROW - 1
        reference = f"(Kèm theo Công văn {self._form.campaign.letter.reference})"
        sheet.merge_range(
            row, 0, row, last, reference, self._pen.format(italic=True, align="center")
        )
        # Three lines, since no program fits a row to merged cells: all that can be wrong with a
        # return, after a notice of 250 characters.
        sheet.set_row(layout.STATUS_ROW - 1, 48)

    def _cover_block(self, sheet: Worksheet, cover: Cover) -> None:
        for field in COVER:
            row = field.row - 1
            label = self._pen.format(align="right", indent=1, **GRID, bg_color=SHADE)
            _write_span(sheet, row, field.label_columns, field.label, label)
            center = "center" if field.kind is Kind.MARK else "left"
            typed = self._pen.format(**GRID, **INPUT, align=center)
            _write_span(sheet, row, field.input_columns, getattr(cover, field.key), typed)
            first = field.input_columns[0]
            sheet.data_validation(
                row, first, row, first, validation(field.kind, field.label, field.help)
            )
            self._pen.name(f"dk_{field.key}", layout.TAB_ENTRIES, f"${letter(first)}${field.row}")
            sheet.set_row(row, 34 if field.row == _REASON_ROW else 20)

    def _header(self, sheet: Worksheet) -> None:
        top = layout.HEADER_ROW - 1
        header = self._pen.format(bold=True, align="center", text_wrap=True, **GRID, bg_color=SHADE)
        groups: dict[str, list[int]] = {}
        for at, column in enumerate(COLUMNS):
            groups.setdefault(column.group, []).append(at)
            if column.title:
                sheet.write_string(top + 1, at, column.title, header)
        for group, places in groups.items():
            bottom = top if COLUMNS[places[0]].title else top + 1
            write_block(sheet, top, places[0], bottom, places[-1], group, header)
        check = layout.CHECK_COLUMN
        write_block(sheet, top, check, top + 1, check, layout.CHECK_HEADER, header)
        numbers: dict[str, list[int]] = {}
        for at, column in enumerate(COLUMNS):
            numbers.setdefault(column.number, []).append(at)
        small = self._pen.format(italic=True, align="center", **GRID)
        row = layout.NUMBER_ROW - 1
        for number, places in numbers.items():
            write_block(sheet, row, places[0], row, places[-1], number, small)
        sheet.write_blank(row, check, None, small)
        sheet.set_row(top, 30)
        sheet.set_row(top + 1, 34)

    def _input_rows(self, sheet: Worksheet, entries: Sequence[Entry]) -> None:
        first, last = layout.FIRST_ROW - 1, self._form.last_row - 1
        for at, column in enumerate(COLUMNS):
            align = "center" if column.kind is Kind.MARK else "left"
            typed = self._pen.format(**GRID, **INPUT, align=align)
            for row in range(first, last + 1):
                value = (
                    getattr(entries[row - first], column.key) if row - first < len(entries) else ""
                )
                if value:
                    sheet.write_string(row, at, value, typed)
                else:
                    sheet.write_blank(row, at, None, typed)
            sheet.data_validation(
                first, at, last, at, validation(column.kind, column.header, column.help)
            )
        self._pen.name(
            "dk_bang", layout.TAB_ENTRIES,
            f"$A${first + 1}:${letter(len(COLUMNS) - 1)}${last + 1}",
        )  # fmt: skip

    def _checks(self, sheet: Worksheet, entries: Sequence[Entry], cover: Cover) -> None:
        """Write the Kiểm tra column, its hidden helpers and the status line."""
        form, first = self._form, layout.FIRST_ROW
        placed = [
            Entry(first + at, *(clean(getattr(entry, column.key)) for column in COLUMNS))
            for at, entry in enumerate(entries)
        ]
        used = [entry for entry in placed if not entry_rules.is_blank(entry)]
        registration = Registration(self._unit, tuple(used), cover)
        findings = list(rules.check(registration, form))
        of_row: dict[int, list[Finding]] = {entry.row: [] for entry in used}
        for finding in findings:
            if finding.scope is Scope.ENTRY and finding.cell:
                of_row[finding.cell.row].append(finding)

        check, faults, same = (
            letter(at) for at in (layout.CHECK_COLUMN, layout.FAULTS_COLUMN, layout.SAME_COLUMN)
        )
        shown = self._pen.format(**GRID, text_wrap=True, font_size=10)
        for row in range(first, form.last_row + 1):
            cells = RowCells(row)
            typed = placed[row - first] if row - first < len(placed) else Entry(row)
            for key in entry_rules.FOLDED:
                sheet.write_formula(
                    cells.folded(key), f"={sheet_key_formula(cells.raw(key))}", None,
                    sheet_key(getattr(typed, key)),
                )  # fmt: skip
            sheet.write_formula(cells.row_number, "=ROW()", None, row)
            sheet.write_formula(
                cells.words, formulas.words_formula(cells), None, entry_rules.kinds_of(typed)
            )
            of_this = of_row.get(row)
            blocks = [f.message for f in of_this or () if f.severity is Severity.BLOCK]
            mark = formulas.UNUSED if of_this is None else formulas.USED
            sheet.write_formula(
                f"{same}{row}", formulas.same_key_formula(cells), None, entry_rules.same_key(typed)
            )
            above = f"{same}${first}:{same}{row}"
            sheet.write_formula(
                f"{faults}{row}",
                formulas.faults_formula(cells, f"{same}{row}", above),
                None,
                mark + "".join(f"{message} " for message in blocks),
            )
            sheet.write_formula(
                f"{check}{row}", formulas.check_formula(cells, f"{faults}{row}"), shown,
                "" if of_this is None else rules.check_text(of_this),
            )  # fmt: skip
        self._status_line(
            sheet,
            findings,
            used=len(used),
            good=sum(
                not any(f.severity is Severity.BLOCK for f in of_row[entry.row]) for entry in used
            ),
        )

    def _status_line(
        self, sheet: Worksheet, findings: Sequence[Finding], used: int, good: int
    ) -> None:
        row, form = layout.STATUS_ROW, self._form
        faults = letter(layout.FAULTS_COLUMN)
        fault_cells = f"{faults}{layout.FIRST_ROW}:{faults}{form.last_row}"
        cells = CoverCells(form.minimum_entries)
        sheet.write_formula(cells.used, formulas.used_formula(fault_cells), None, used)
        sheet.write_formula(cells.good, formulas.good_formula(fault_cells), None, good)
        sheet.write_formula(cells.unchecked, formulas.unchecked_formula(fault_cells), None, 0)
        text = rules.status_text(findings, used, good)
        complete = text == rules.complete_text(good)
        helper = formulas.unit_faults_formula(cells, form.minimum_entries)
        sheet.write_formula(f"{faults}{row}", helper, None, "" if complete else text + " ")
        style = self._pen.format(
            bold=True, text_wrap=True, align="center", bg_color="#FFF2CC", **GRID
        )
        sheet.merge_range(row - 1, 0, row - 1, layout.CHECK_COLUMN, "", style)
        sheet.write_formula(
            f"A{row}", formulas.status_formula(cells.good, f"{faults}{row}"), style, text
        )

    def _conditional_formats(self, sheet: Worksheet) -> None:
        """Colour what a blocking message is about, and rows that pass."""
        first, last = layout.FIRST_ROW, self._form.last_row
        faults = f"${letter(layout.FAULTS_COLUMN)}{first}"
        red = self._pen.workbook.add_format({"bg_color": "#F8CBAD"})
        keys = [column.key for column in COLUMNS]
        pairs = {"collective": "individual", "new": "replicated"}
        messages = [
            (r.column, r.message) for r in entry_rules.ENTRY_RULES if r.severity is Severity.BLOCK
        ]
        for key, message in (*messages, ("name", entry_rules.DUPLICATE_MESSAGE)):
            start, end = letter(keys.index(key)), letter(keys.index(pairs.get(key, key)))
            criteria = f'=ISNUMBER(FIND("{message}",{faults}))'
            sheet.conditional_format(
                f"{start}{first}:{end}{last}",
                {"type": "formula", "criteria": criteria, "format": red},
            )
        check = letter(layout.CHECK_COLUMN)
        for criteria, colour in (
            (f'=LEFT(${check}{first},{len(entry_rules.PASSED)})="{entry_rules.PASSED}"', GREEN),
            (f"=LEN(${check}{first})>0", RED),
        ):
            style = self._pen.workbook.add_format({"font_color": colour})
            sheet.conditional_format(
                f"{check}{first}:{check}{last}",
                {"type": "formula", "criteria": criteria, "format": style, "stop_if_true": True},
            )
        done = self._pen.workbook.add_format({"bg_color": "#E2EFDA", "font_color": GREEN})
        status = layout.STATUS_ROW
        sheet.conditional_format(
            f"A{status}:{check}{status}",
            {
                "type": "formula",
                "criteria": formulas.is_done_formula(
                    f"${letter(layout.FAULTS_COLUMN)}${status}", f"$A${status}"
                ),
                "format": done,
            },
        )

    def _protect(self, sheet: Worksheet) -> None:
        """Protect all but the input cells; rows can be resized, added, sorted and filtered."""
        sheet.autofilter(layout.NUMBER_ROW - 1, 0, self._form.last_row - 1, len(COLUMNS) - 1)
        sheet.protect("", {
            "format_rows": True, "format_columns": True, "insert_rows": True,
            "sort": True, "autofilter": True,
        })  # fmt: skip

    def _print_setup(self, sheet: Worksheet) -> None:
        print_a4(sheet)
        sheet.print_area(0, 0, self._form.last_row - 1, layout.CHECK_COLUMN)
        sheet.repeat_rows(layout.HEADER_ROW - 1, layout.NUMBER_ROW - 1)


def _write_span(
    sheet: Worksheet, row: int, columns: tuple[int, int], value: str, style: Format
) -> None:
    write_block(sheet, row, columns[0], row, columns[1], value, style)
