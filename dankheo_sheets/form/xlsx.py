"""The declaration drawn as a unit's workbook.

:func:`render` draws one workbook with XlsxWriter. :class:`Template` draws the campaign's
workbook once and makes each unit's from it by replacing the few texts that differ, which is
why a province's workbooks take seconds (reference/measurements.md §2).
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dankheo_sheets import vietnamese
from dankheo_sheets.form import layout
from dankheo_sheets.form.cell_styles import Pen
from dankheo_sheets.form.entries_tab import EntriesTab
from dankheo_sheets.form.feedback import PREPARED_ROWS, draw_feedback_tab
from dankheo_sheets.form.guide_tab import GuideTab
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_index, column_letters, replace_parts, sheet_parts
from dankheo_sheets.registration import EMPTY_COVER, Cover, Entry


@dataclass(frozen=True)
class Identity:
    """What makes a workbook one unit's: filled in by :class:`Template`."""

    code: str
    name: str
    deadline: str
    """As :func:`vietnamese.deadline_text` words it."""


BLANKS = Identity("{{code}}", "{{name}}", "{{deadline}}")
"""What a template carries in place of a unit's identity."""


def replacements(identity: Identity) -> tuple[tuple[str, str], ...]:
    """Return each blank of a template and what this unit has there, in the order to replace.

    The title block has the name in capitals.
    """
    return (
        (BLANKS.code, vietnamese.clean(identity.code)),
        (BLANKS.name.upper(), vietnamese.clean(identity.name.upper())),
        (BLANKS.name, vietnamese.clean(identity.name)),
        (BLANKS.deadline, vietnamese.clean(identity.deadline)),
    )


def holds_name(text: str) -> bool:
    """Tell whether a template's text has the unit's name in it."""
    return BLANKS.name in text or BLANKS.name.upper() in text


class Template:
    """The campaign's workbook, drawn once; each unit's differs in three texts."""

    def __init__(self, form: Form) -> None:
        self._data = render(form, BLANKS)
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            entries = sheet_parts(archive)[layout.TAB_ENTRIES]  # its formulas carry their results
            names = ("xl/sharedStrings.xml", entries)
            self._parts = {name: archive.read(name).decode() for name in names}

    def fill(self, identity: Identity) -> bytes:
        """Return the workbook of one unit."""
        texts = [(blank, escape(value)) for blank, value in replacements(identity)]
        filled = {}
        for name, part in self._parts.items():
            for blank, value in texts:
                part = part.replace(blank, value)
            filled[name] = part.encode()
        return replace_parts(self._data, filled)


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are.

    XlsxWriter looks in each for a hundred functions that Excel got later, which takes two thirds
    of the time of drawing; none of ours has one.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class _Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    worksheet_class = _Sheet


def render(
    form: Form, identity: Identity, entries: Sequence[Entry] = (), cover: Cover = EMPTY_COVER
) -> bytes:
    """Return one workbook, with `entries` (at most the form's rows) and `cover` filled in.

    The formulas carry the value they will calculate to, so that a viewer that does not
    recalculate shows the truth.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with _Workbook(buffer, options) as workbook:
        draw(workbook, form, identity, entries, cover)
    data = buffer.getvalue()
    with zipfile.ZipFile(buffer) as archive:
        part = sheet_parts(archive)[layout.TAB_ENTRIES]
        xml = archive.read(part)
    return replace_parts(data, {part: _shared(xml, form)})


_FORMULA = re.compile(rb'(<c r="([A-Z]+)(\d+)"[^>]*>)<f>([^<]*)</f>(<v>0</v>)?')
_LISTS = re.compile(rb"\bds_|[A-Z]!")


def _shared(xml: bytes, form: Form) -> bytes:
    """Return the Đăng ký tab with the long formulas of its helper columns written once a column.

    As Excel itself saves a formula that was filled down: a third of the tab's size. Only those
    that name no list, since Excel shares no formula that looks outside its tab. A result that
    only the sheet reckons is left out: programs reckon it when they open the file.
    """
    helpers = column_letters(form.helper_column)

    def is_helper(column: bytes) -> bool:
        return (len(column), column) >= (len(helpers), helpers.encode())

    def share(found: re.Match[bytes]) -> bytes:
        cell, column, row, formula, unknown = found.groups()
        if not is_helper(column) or not form.first_row <= int(row) <= form.last_row:
            return found[0]
        unknown = unknown and b' t="' not in cell  # a text "0" is known
        result = b"" if unknown else found[0].partition(b"</f>")[2]
        if _LISTS.search(formula) or b"$" in formula:
            return b"%b<f>%b</f>%b" % (cell, formula, result)
        number = column_index(column.decode()) - form.helper_column
        if int(row) > form.first_row:
            return b'%b<f t="shared" si="%d"/>%b' % (cell, number, result)
        area = b"%b%b:%b%d" % (column, row, column, form.last_row)
        return b'%b<f t="shared" ref="%b" si="%d">%b</f>%b' % (cell, area, number, formula, result)

    return _FORMULA.sub(share, xml)


def draw(
    book: xlsxwriter.Workbook,
    form: Form,
    identity: Identity,
    entries: Sequence[Entry] = (),
    cover: Cover = EMPTY_COVER,
    *,
    feedback_rows: int = PREPARED_ROWS,
) -> None:
    """Draw the tabs of :func:`render` on a book: XlsxWriter's, or one that speaks like it.

    `feedback_rows` is how many rows of the Phản hồi tab's table are prepared.
    """
    book.set_properties(
        {
            "title": form.campaign.title,
            "company": form.campaign.agency.name,
            "created": datetime.combine(form.campaign.letter.date, datetime.min.time()),
        }
    )
    pen = Pen(book)
    EntriesTab(pen, form, identity.name, identity.deadline).draw(entries, cover)
    GuideTab(pen, form).draw()
    draw_feedback_tab(pen, identity.deadline, feedback_rows)
    _draw_identity_tab(pen, form, identity.code)
    _draw_lists_tab(pen, form)


def _draw_identity_tab(pen: Pen, form: Form, unit: str) -> None:
    sheet = pen.workbook.add_worksheet(layout.TAB_IDENTITY)
    for row, (key, value) in enumerate(
        (
            ("campaign", form.campaign.id),
            ("unit", unit),
            ("version", form.declaration.version),
        )
    ):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.protect()
    sheet.very_hidden()


def _draw_lists_tab(pen: Pen, form: Form) -> None:
    sheet = pen.workbook.add_worksheet(layout.TAB_LISTS)
    for at, (name, values) in enumerate(form.lists.items()):
        for row, value in enumerate(values):
            sheet.write_string(row, at, value)
        column = column_letters(at)
        pen.name(name, layout.TAB_LISTS, f"${column}$1:${column}${len(values)}")
    sheet.protect()
    sheet.very_hidden()
