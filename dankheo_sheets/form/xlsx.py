"""The declaration drawn as a unit's workbook (design.md "The unit's workbook").

:func:`render` draws one workbook with XlsxWriter. :class:`Template` draws the campaign's
workbook once and makes each unit's from it by replacing the few texts that differ, which is
why a province's workbooks take seconds (measurements.md §B).
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets import vietnamese
from dankheo_sheets.form import layout, rules
from dankheo_sheets.form.layout import COLUMNS, COVER, Form, Kind, letter
from dankheo_sheets.form.parts import replace_parts
from dankheo_sheets.form.sheet_text import sheet_key, sheet_key_formula
from dankheo_sheets.registration import (
    EMPTY_COVER,
    Cover,
    Entry,
    Finding,
    Registration,
    Scope,
    Severity,
)

FONT = "Times New Roman"
_GRID = {"border": 1, "border_color": "#808080"}
_INPUT = {"locked": False, "num_format": "@", "text_wrap": True, "bg_color": "#FFFDF0"}
_SHADE = "#E8EEF4"
_RED, _GREEN = "#C00000", "#1E6B33"

FEEDBACK_PREPARED_ROWS = 30
"""Rows of the Phản hồi tab that carry their format from the start."""


@dataclass(frozen=True)
class Identity:
    """What makes a workbook one unit's: filled in by :class:`Template`."""

    code: str
    name: str
    deadline: str
    """As :func:`deadline_text` words it."""


def due_text(deadline: datetime) -> str:
    """Return "trước ngày 12/4/2022", or with the hour where it is not midnight."""
    if deadline.hour or deadline.minute:
        return f"trước {vietnamese.moment(deadline)}"
    return f"trước ngày {vietnamese.short_date(deadline)}"


def deadline_text(deadline: datetime) -> str:
    """Return "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)", in the deadline's zone."""
    if deadline.hour or deadline.minute:
        return due_text(deadline)
    last = vietnamese.short_date(deadline - timedelta(days=1))
    return f"{due_text(deadline)} (chậm nhất hết ngày {last})"


class Template:
    """The campaign's workbook, drawn once; each unit's differs in three texts."""

    _BLANKS = Identity("{{code}}", "{{name}}", "{{deadline}}")
    _PART = "xl/sharedStrings.xml"

    def __init__(self, form: Form) -> None:
        self._data = render(form, self._BLANKS)
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            self._strings = archive.read(self._PART).decode()

    def fill(self, identity: Identity) -> bytes:
        """Return the workbook of one unit."""
        strings = self._strings
        for blank, value in (
            (self._BLANKS.code, identity.code),
            (self._BLANKS.name.upper(), identity.name.upper()),
            (self._BLANKS.name, identity.name),
            (self._BLANKS.deadline, identity.deadline),
        ):
            strings = strings.replace(blank, escape(vietnamese.clean(value)))
        return replace_parts(self._data, {self._PART: strings.encode()})


def render(
    form: Form, identity: Identity, entries: Sequence[Entry] = (), cover: Cover = EMPTY_COVER
) -> bytes:
    """Return one workbook, with `entries` (at most the form's rows) and `cover` filled in.

    The formulas carry the value they will calculate to, so that a viewer that does not
    recalculate shows the truth.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties(
            {
                "title": form.campaign.title,
                "company": form.campaign.agency.name,
                "created": datetime.combine(form.campaign.letter.date, datetime.min.time()),
            }
        )
        draw = _Drawing(workbook, form, identity)
        draw.entries_tab(entries, cover)
        draw.guide_tab()
        draw.feedback_tab()
        draw.identity_tab()
    return buffer.getvalue()


class _Drawing:
    """One workbook being drawn, tab by tab."""

    def __init__(self, workbook: xlsxwriter.Workbook, form: Form, identity: Identity) -> None:
        self._workbook, self._form, self._identity = workbook, form, identity
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def _format(self, **properties: object) -> Format:
        base: dict[str, object] = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        key = tuple(sorted((base | properties).items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(dict(key))
        return self._formats[key]

    # --- Đăng ký ------------------------------------------------------------------------

    def entries_tab(self, entries: Sequence[Entry], cover: Cover) -> None:
        sheet = self._workbook.add_worksheet(layout.TAB_ENTRIES)
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, column.width)
        sheet.set_column(layout.CHECK_COLUMN, layout.CHECK_COLUMN, layout.CHECK_WIDTH)
        sheet.set_column(
            layout.FAULTS_COLUMN,
            layout.FOLDED_COLUMN + len(rules.FOLDED) - 1,
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
        bold = self._format(bold=True, font_size=12)
        row = layout.UNIT_ROW - 1
        sheet.merge_range(row, 0, row, 4, self._identity.name.upper(), bold)
        deadline = self._format(bold=True, font_size=12, align="right", font_color=_RED)
        sheet.merge_range(row, 5, row, last, f"Hạn gửi: {self._identity.deadline}", deadline)
        row = layout.TITLE_ROW - 1
        title = self._format(bold=True, font_size=14, align="center")
        sheet.merge_range(row, 0, row, last, layout.TITLE, title)
        sheet.set_row(row, 24)
        row = layout.LETTER_ROW - 1
        reference = f"(Kèm theo Công văn {self._form.campaign.letter.reference})"
        sheet.merge_range(row, 0, row, last, reference, self._format(italic=True, align="center"))
        sheet.set_row(layout.STATUS_ROW - 1, 32)

    def _cover_block(self, sheet: Worksheet, cover: Cover) -> None:
        for field in COVER:
            row = field.row - 1
            label = self._format(align="right", indent=1, **_GRID, bg_color=_SHADE)
            _write_span(sheet, row, field.label_columns, field.label, label)
            center = "center" if field.kind is Kind.MARK else "left"
            typed = self._format(**_GRID, **_INPUT, align=center)
            _write_span(sheet, row, field.input_columns, getattr(cover, field.key), typed)
            first = field.input_columns[0]
            sheet.data_validation(
                row, first, row, first, _validation(field.kind, field.label, field.help)
            )
            self._name(f"dk_{field.key}", layout.TAB_ENTRIES, f"${letter(first)}${field.row}")
            sheet.set_row(row, 20)

    def _header(self, sheet: Worksheet) -> None:
        top = layout.HEADER_ROW - 1
        header = self._format(bold=True, align="center", text_wrap=True, **_GRID, bg_color=_SHADE)
        groups: dict[str, list[int]] = {}
        for at, column in enumerate(COLUMNS):
            groups.setdefault(column.group, []).append(at)
            if column.title:
                sheet.write_string(top + 1, at, column.title, header)
        for group, places in groups.items():
            bottom = top if COLUMNS[places[0]].title else top + 1
            _write_block(sheet, top, places[0], bottom, places[-1], group, header)
        check = layout.CHECK_COLUMN
        _write_block(sheet, top, check, top + 1, check, layout.CHECK_HEADER, header)
        numbers: dict[str, list[int]] = {}
        for at, column in enumerate(COLUMNS):
            numbers.setdefault(column.number, []).append(at)
        small = self._format(italic=True, align="center", **_GRID)
        row = layout.NUMBER_ROW - 1
        for number, places in numbers.items():
            _write_block(sheet, row, places[0], row, places[-1], number, small)
        sheet.write_blank(row, check, None, small)
        sheet.set_row(top, 30)
        sheet.set_row(top + 1, 34)

    def _input_rows(self, sheet: Worksheet, entries: Sequence[Entry]) -> None:
        first, last = layout.FIRST_ROW - 1, self._form.last_row - 1
        for at, column in enumerate(COLUMNS):
            align = "center" if column.kind is Kind.MARK else "left"
            typed = self._format(**_GRID, **_INPUT, align=align)
            for row in range(first, last + 1):
                value = (
                    getattr(entries[row - first], column.key) if row - first < len(entries) else ""
                )
                if value:
                    sheet.write_string(row, at, value, typed)
                else:
                    sheet.write_blank(row, at, None, typed)
            sheet.data_validation(
                first, at, last, at, _validation(column.kind, column.header, column.help)
            )
        self._name(
            "dk_bang", layout.TAB_ENTRIES,
            f"$A${first + 1}:${letter(len(COLUMNS) - 1)}${last + 1}",
        )  # fmt: skip

    def _checks(self, sheet: Worksheet, entries: Sequence[Entry], cover: Cover) -> None:
        """Write the Kiểm tra column, its two hidden helpers and the status line."""
        form, first = self._form, layout.FIRST_ROW
        placed = [
            Entry(first + at, *(getattr(entry, column.key) for column in COLUMNS))
            for at, entry in enumerate(entries)
        ]
        used = [entry for entry in placed if not rules.is_blank(entry)]
        registration = Registration(self._identity.code, tuple(used), cover)
        findings = list(rules.check(registration, form))
        of_row: dict[int, list[Finding]] = {entry.row: [] for entry in used}
        for finding in findings:
            if finding.scope is Scope.ENTRY and finding.cell:
                of_row[finding.cell.row].append(finding)

        check, faults, same = (
            letter(at) for at in (layout.CHECK_COLUMN, layout.FAULTS_COLUMN, layout.SAME_COLUMN)
        )
        shown = self._format(**_GRID, text_wrap=True, font_size=10)
        for row in range(first, form.last_row + 1):
            cells = _RowCells(row)
            typed = placed[row - first] if row - first < len(placed) else Entry(row)
            for key in rules.FOLDED:
                sheet.write_formula(
                    cells.folded(key), f"={sheet_key_formula(cells.raw(key))}", None,
                    sheet_key(getattr(typed, key)),
                )  # fmt: skip
            of_this = of_row.get(row)
            blocks = [f.message for f in of_this or () if f.severity is Severity.BLOCK]
            mark = rules.UNUSED if of_this is None else rules.USED
            sheet.write_formula(
                f"{same}{row}", rules.same_key_formula(cells), None, rules.same_key(typed)
            )
            above = f"{same}${first}:{same}{row}"
            sheet.write_formula(
                f"{faults}{row}",
                rules.faults_formula(cells, f"{same}{row}", above),
                None,
                mark + "".join(f"{message} " for message in blocks),
            )
            sheet.write_formula(
                f"{check}{row}", rules.check_formula(cells, f"{faults}{row}"), shown,
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
        cells = _CoverCells(form.minimum_entries)
        sheet.write_formula(cells.used, rules.used_formula(fault_cells), None, used)
        sheet.write_formula(cells.good, rules.good_formula(fault_cells), None, good)
        text = rules.status_text(findings, used, good)
        complete = text == rules.COMPLETE.format(count=good)
        helper = rules.unit_faults_formula(cells, form.minimum_entries)
        sheet.write_formula(f"{faults}{row}", helper, None, "" if complete else text + " ")
        style = self._format(bold=True, text_wrap=True, align="center", bg_color="#FFF2CC", **_GRID)
        sheet.merge_range(row - 1, 0, row - 1, layout.CHECK_COLUMN, "", style)
        sheet.write_formula(f"A{row}", rules.status_formula(cells, f"{faults}{row}"), style, text)

    def _conditional_formats(self, sheet: Worksheet) -> None:
        """Colour what a blocking message is about, and rows that pass."""
        first, last = layout.FIRST_ROW, self._form.last_row
        faults = f"${letter(layout.FAULTS_COLUMN)}{first}"
        red = self._workbook.add_format({"bg_color": "#F8CBAD"})
        keys = [column.key for column in COLUMNS]
        pairs = {"collective": "individual", "new": "replicated"}
        messages = [
            (r.column, r.message) for r in rules.ENTRY_RULES if r.severity is Severity.BLOCK
        ]
        for key, message in (*messages, ("name", rules.DUPLICATE_MESSAGE)):
            start, end = letter(keys.index(key)), letter(keys.index(pairs.get(key, key)))
            criteria = f'=ISNUMBER(FIND("{message}",{faults}))'
            sheet.conditional_format(
                f"{start}{first}:{end}{last}",
                {"type": "formula", "criteria": criteria, "format": red},
            )
        check = letter(layout.CHECK_COLUMN)
        for criteria, colour in (
            (f'=LEFT(${check}{first},{len(rules.PASSED)})="{rules.PASSED}"', _GREEN),
            (f"=LEN(${check}{first})>0", _RED),
        ):
            style = self._workbook.add_format({"font_color": colour})
            sheet.conditional_format(
                f"{check}{first}:{check}{last}",
                {"type": "formula", "criteria": criteria, "format": style, "stop_if_true": True},
            )
        done = self._workbook.add_format({"bg_color": "#E2EFDA", "font_color": _GREEN})
        status = layout.STATUS_ROW
        start = rules.COMPLETE.split(":")[0]
        sheet.conditional_format(
            f"A{status}:{check}{status}",
            {
                "type": "formula",
                "criteria": f'=LEFT($A${status},{len(start)})="{start}"',
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
        _print_a4(sheet)
        sheet.print_area(0, 0, self._form.last_row - 1, layout.CHECK_COLUMN)
        sheet.repeat_rows(layout.HEADER_ROW - 1, layout.NUMBER_ROW - 1)

    # --- Hướng dẫn -----------------------------------------------------------------------

    def guide_tab(self) -> None:
        sheet = self._workbook.add_worksheet(layout.TAB_GUIDE)
        for at, width in enumerate((7, 30, 62, 52)):
            sheet.set_column(at, at, width)
        campaign = self._form.campaign
        text = self._format(text_wrap=True)
        heading = self._format(bold=True, font_size=12)
        sheet.merge_range(0, 0, 0, 3, "HƯỚNG DẪN GHI BIỂU", self._format(bold=True, font_size=14))
        steps = (
            f"Ghi vào các ô nền vàng của trang “{layout.TAB_ENTRIES}”, mỗi mô hình một dòng.",
            f"Cột “{layout.CHECK_HEADER}” và dòng trạng thái đầu trang cho biết ngay còn thiếu gì.",
            f"Khi không còn nhắc gì khác, ghi x vào ô “{COVER[-1].label}” và lưu tệp.",
            f"Hạn gửi: {self._identity.deadline}.",
            f"Văn bản giấy có ký gửi về {campaign.agency.receiving_unit}; "
            f"hỏi đáp: {campaign.agency.receiving_email}.",
        )
        row = 1
        for number, step in enumerate(steps, 1):
            sheet.write_string(row, 0, str(number), self._format(align="center"))
            sheet.merge_range(row, 1, row, 3, step, text)
            row += 1
        row = self._guide_table(sheet, row + 1, heading)
        sheet.write_string(row, 0, "Biểu được kiểm tra theo các quy tắc sau", heading)
        for sentence in self._sentences():
            row += 1
            sheet.write_string(row, 0, "-", self._format(align="center"))
            sheet.merge_range(row, 1, row, 3, sentence, text)
        sheet.protect()
        _print_a4(sheet)

    def _guide_table(self, sheet: Worksheet, row: int, heading: Format) -> int:
        sheet.write_string(row, 0, "Từng cột ghi gì, và một dòng ghi mẫu", heading)
        head = self._format(bold=True, align="center", **_GRID, bg_color=_SHADE)
        row += 1
        for at, title in enumerate(("Cột", "Tên cột", "Cách ghi", "Ví dụ")):
            sheet.write_string(row, at, title, head)
        for column in COLUMNS:
            row += 1
            cells = (column.number, column.names[0], column.help, column.example)
            for at, value in enumerate(cells):
                align = "center" if at == 0 else "left"
                sheet.write_string(
                    row, at, value, self._format(**_GRID, text_wrap=True, align=align)
                )
            longest = max(len(column.help) / 60, len(column.example) / 50)
            sheet.set_row(row, 15 * (1 + int(longest)))
        return row + 2

    def _sentences(self) -> list[str]:
        minimum = vietnamese.count(self._form.minimum_entries)
        return [
            *(rule.sentence for rule in rules.ENTRY_RULES),
            rules.DUPLICATE_SENTENCE,
            *(rule.sentence.format(minimum=minimum) for rule in rules.UNIT_RULES),
        ]

    # --- Phản hồi -----------------------------------------------------------------------

    def feedback_tab(self) -> None:
        sheet = self._workbook.add_worksheet(layout.TAB_FEEDBACK)
        for at, width in enumerate((22, 40, 60, 14)):
            sheet.set_column(at, at, width)
        title = "PHẢN HỒI CỦA CƠ QUAN TỔNG HỢP"
        sheet.merge_range(0, 0, 0, 3, title, self._format(bold=True, font_size=14))
        label = self._format(**_GRID, bg_color=_SHADE)
        value = self._format(**_GRID, text_wrap=True)
        initial = {"headline": "Chưa có phản hồi.", "deadline": self._identity.deadline}
        for key, row in layout.FEEDBACK_ROWS.items():
            sheet.write_string(row - 1, 0, layout.FEEDBACK_LABELS[key], label)
            sheet.merge_range(row - 1, 1, row - 1, 3, initial.get(key, ""), value)
        head = self._format(bold=True, align="center", **_GRID, bg_color=_SHADE)
        row = layout.FEEDBACK_HEADER_ROW
        for at, name in enumerate(layout.FEEDBACK_HEADER):
            sheet.write_string(row - 1, at, name, head)
            for prepared in range(row, row + FEEDBACK_PREPARED_ROWS):
                sheet.write_blank(prepared, at, None, value)
        sheet.freeze_panes(row, 0)
        sheet.protect("", {"format_rows": True, "format_columns": True})
        _print_a4(sheet)
        sheet.repeat_rows(row - 1)

    # --- hidden ---------------------------------------------------------------------------

    def identity_tab(self) -> None:
        sheet = self._workbook.add_worksheet(layout.TAB_IDENTITY)
        for row, (key, value) in enumerate(
            (
                ("campaign", self._form.campaign.id),
                ("unit", self._identity.code),
                ("version", layout.VERSION),
            )
        ):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
        for at, (name, values) in enumerate(self._form.lists.items(), 3):
            for row, value in enumerate(values):
                sheet.write_string(row, at, value)
            column = letter(at)
            self._name(name, layout.TAB_IDENTITY, f"${column}$1:${column}${len(values)}")
        sheet.protect()
        sheet.very_hidden()

    def _name(self, name: str, tab: str, where: str) -> None:
        self._workbook.define_name(name, f"='{tab}'!{where}")


_LETTERS = {column.key: letter(at) for at, column in enumerate(COLUMNS)}
_FOLDED_LETTERS = {key: letter(layout.FOLDED_COLUMN + at) for at, key in enumerate(rules.FOLDED)}


@dataclass(frozen=True)
class _RowCells:
    """See :class:`rules.Cells`: the cells of one row of the table."""

    row: int

    def raw(self, key: str) -> str:
        return f"{_LETTERS[key]}{self.row}"

    def folded(self, key: str) -> str:
        return f"{_FOLDED_LETTERS[key]}{self.row}"


@dataclass(frozen=True)
class _CoverCells:
    """See :class:`rules.Cells`: the cover block, and the counts kept in hidden cells.

    A cover cell that is an error is one in which nothing was written.
    """

    minimum: int

    @property
    def used(self) -> str:
        """The hidden cell that counts the used rows."""
        return f"{letter(layout.FAULTS_COLUMN)}{layout.STATUS_ROW - 1}"

    @property
    def good(self) -> str:
        """The hidden cell that counts the good rows."""
        return f"{letter(layout.SAME_COLUMN)}{layout.STATUS_ROW - 1}"

    def raw(self, key: str) -> str:
        if key in _COVER_CELLS:
            return f'IFERROR({_COVER_CELLS[key]},"")'
        return {"used": self.used, "good": self.good, "minimum": str(self.minimum)}[key]

    def folded(self, key: str) -> str:
        return sheet_key_formula(self.raw(key))


_COVER_CELLS = {field.key: f"{letter(field.input_columns[0])}{field.row}" for field in COVER}


def _write_span(
    sheet: Worksheet, row: int, columns: tuple[int, int], value: str, style: Format
) -> None:
    _write_block(sheet, row, columns[0], row, columns[1], value, style)


def _write_block(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, value: str, style: Format
) -> None:
    """Write `value` into a block of cells, merged where there is more than one."""
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, value, style)
    else:
        sheet.merge_range(top, left, bottom, right, "", style)
        sheet.write_string(top, left, value, style)


def _validation(kind: Kind, title: str, message: str) -> dict[str, object]:
    """Return the drop-down and input message of a cell (title 32, message 255 characters)."""
    options: dict[str, object] = {
        "validate": "any",
        "input_title": title.split("\n")[0][:32],
        "input_message": message,
    }
    if kind is Kind.CHOICE:
        options |= {"validate": "list", "source": "=ds_linh_vuc"}
    elif kind is Kind.MARK:
        options |= {"validate": "list", "source": ["x"]}
    if kind is not Kind.TEXT:
        options |= {"error_title": "Chưa đúng", "error_message": message}
    return options


def _print_a4(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
    sheet.hide_gridlines(2)
