"""The Phản hồi tab: drawn empty, then written into a unit's own workbook, and nothing else.

Only that tab's part of the .xlsx is replaced, in place: its cells keep the formats the file
has. Of the other tabs' parts only the stored results of the two formulas that read this one
are, since not every program calculates on opening. Input cells, validations, protection and
formulas are the same bytes as before (:mod:`dankheo_sheets.form.ooxml`).
"""

import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import partial

from lxml import etree

from dankheo_sheets import vietnamese
from dankheo_sheets.form import check_formulas, layout
from dankheo_sheets.form.cell_styles import GRID, SHADE, Pen, print_a4
from dankheo_sheets.form.ooxml import (
    BROKEN,
    MAX_TEXT,
    numbered_cells,
    parse,
    replace_parts,
    restate,
    rows_of,
    sheet_parts,
)
from dankheo_sheets.registration import Feedback

_COLUMNS = "ABCD"
WIDTHS = (22, 40, 60, 14)
"""Of the tab's columns, in characters."""
_LINE = 15
"""Height of a line of text, in points."""
PREPARED_ROWS = 30
"""Rows that carry their format from the start."""
HEAD_NAME, TABLE_NAME = "dk_phan_hoi_dau", "dk_phan_hoi_bang"
"""Defined names: the cells of :data:`layout.FEEDBACK_ROWS`, and the prepared rows."""
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def draw_feedback_tab(pen: Pen, deadline: str, prepared_rows: int = PREPARED_ROWS) -> None:
    """Draw the empty Phản hồi tab; `deadline` is the words for the unit's deadline."""
    sheet = pen.workbook.add_worksheet(layout.TAB_FEEDBACK)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    title = "PHẢN HỒI CỦA CƠ QUAN TỔNG HỢP"
    sheet.merge_range(0, 0, 0, 3, title, pen.format(bold=True, font_size=14))
    label = pen.format(**GRID, bg_color=SHADE)
    value = pen.format(**GRID, text_wrap=True)
    initial = {"headline": "Chưa có phản hồi.", "deadline": deadline}
    for key, row in layout.FEEDBACK_ROWS.items():
        sheet.write_string(row - 1, 0, layout.FEEDBACK_LABELS[key], label)
        sheet.merge_range(row - 1, 1, row - 1, 3, initial.get(key, ""), value)
    # Google fits no row to merged cells, and is not told of heights again: 250 characters fit.
    sheet.set_row(layout.FEEDBACK_ROWS["notice"] - 1, 3 * _LINE)
    head = pen.format(bold=True, align="center", **GRID, bg_color=SHADE)
    row = layout.FEEDBACK_HEADER_ROW
    for at, name in enumerate(layout.FEEDBACK_HEADER):
        sheet.write_string(row - 1, at, name, head)
        for prepared in range(row, row + prepared_rows):
            sheet.write_blank(prepared, at, None, value)
    rows = layout.FEEDBACK_ROWS.values()
    pen.name(HEAD_NAME, layout.TAB_FEEDBACK, f"$B${min(rows)}:$B${max(rows)}")
    pen.name(TABLE_NAME, layout.TAB_FEEDBACK, f"$A${row + 1}:$D${row + prepared_rows}")
    sheet.freeze_panes(row, 0)
    sheet.protect("", {"format_rows": True, "format_columns": True})
    print_a4(sheet)
    sheet.repeat_rows(row - 1)


class FeedbackImpossible(Exception):
    """The workbook has no Phản hồi tab any more, or is no workbook."""


class Signed(FeedbackImpossible):
    """The workbook is digitally signed: whatever is written into it breaks the signature."""


def write_feedback(data: bytes, feedback: Feedback) -> bytes:
    """Return the workbook `data` with `feedback` in its Phản hồi tab.

    Raises :class:`FeedbackImpossible`, of these :class:`Signed`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(map(_is_signature, archive.namelist())):
                raise Signed
            tabs = sheet_parts(archive)
            part = tabs.pop(layout.TAB_FEEDBACK)
            tab = _Tab(parse(archive.read(part)))
            others = dict(_restated(archive, set(tabs.values()), feedback))
        _fill(tab, feedback)
        return replace_parts(data, others | {part: tab.xml()})
    except BROKEN as error:
        raise FeedbackImpossible from error


def _is_signature(part: str) -> bool:
    """Tell whether a part of the package signs it; names of parts know no case (OPC, ISO 29500-2).

    The signature of its macros alone is another part and stays valid.
    """
    return part.replace("\\", "/").lstrip("/").casefold().startswith("_xmlsignatures/")


def _restated(
    archive: zipfile.ZipFile, tabs: Set[str], feedback: Feedback
) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of tabs with formulas that read the Phản hồi tab, as they show `feedback`."""
    deadline, notice = _written(feedback.deadline), _written(feedback.notice)
    shown = partial(check_formulas.shown, deadline=deadline, notice=notice)
    read = [layout.feedback_cell(key).split("!")[1].encode() for key in ("deadline", "notice")]
    for name in tabs & set(archive.namelist()):
        xml = archive.read(name)
        if any(cell in xml for cell in read):
            yield name, restate(xml, shown)


def _fill(tab: "_Tab", feedback: Feedback) -> None:
    for key, row in layout.FEEDBACK_ROWS.items():
        text = getattr(feedback, key)
        tab.write(row, 1, text)
        tab.fit(row, [(text, sum(WIDTHS[1:]))])
    first = layout.FEEDBACK_HEADER_ROW + 1
    lines = [(line.cell, line.typed, line.message, line.level) for line in feedback.lines]
    tab.clear(first)
    for row, line in enumerate(lines, first):
        tab.write_line(row, line, like=first)


class _Tab:
    """One worksheet part, edited in place."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        found = root.find("{*}sheetData")
        if found is None:
            raise FeedbackImpossible
        self._data = found
        for _ in numbered_cells(rows_of(root)):  # also where the writer left the references out
            pass
        self._rows = {int(row.get("r", "0")): row for row in found}

    def xml(self) -> bytes:
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def clear(self, first: int) -> None:
        """Empty all rows from `first` on, formats kept."""
        for number, row in self._rows.items():
            if number >= first:
                for cell in row:
                    _set_text(cell, "")

    def write_line(self, number: int, texts: Sequence[str], like: int) -> None:
        """Write a row of the table, formatted as row `like`, high enough for its text."""
        for column, text in enumerate(texts):
            self.write(number, column, text, self._style(like, column))
        self.fit(number, zip(texts, WIDTHS, strict=True))

    def fit(self, number: int, texts: Iterable[tuple[str, int]]) -> None:
        """Make a row high enough for texts of so many characters a line."""
        lines = max(
            sum(math.ceil(len(part) / width) or 1 for part in text.split("\n"))
            for text, width in texts
        )
        row = self._rows[number]
        row.set("ht", str(min(_LINE * lines, 400)))
        row.set("customHeight", "1")

    def write(self, number: int, column: int, text: str, style: str | None = None) -> None:
        """Write text into a cell, which keeps its format, or takes `style` if it is new."""
        row = self._row(number)
        reference = f"{_COLUMNS[column]}{number}"
        cell = next((cell for cell in row if cell.get("r") == reference), None)
        if cell is None:
            cell = etree.Element(_beside(row, "c"), {"r": reference})
            if style:
                cell.set("s", style)
            # Columns of this tab have one letter, so references sort as text.
            before = sum(other.get("r", "") < reference for other in row)
            row.insert(before, cell)
        _set_text(cell, text)

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            row = etree.Element(_beside(self._data, "row"), {"r": str(number)})
            self._data.insert(sum(other < number for other in self._rows), row)
            self._rows[number] = row
        return self._rows[number]

    def _style(self, number: int, column: int) -> str | None:
        reference = f"{_COLUMNS[column]}{number}"
        return next((c.get("s") for c in self._row(number) if c.get("r") == reference), None)


def _beside(element: etree._Element, name: str) -> etree.QName:
    """Return a name in the namespace of an element: strict Open XML has its own."""
    return etree.QName(etree.QName(element).namespace, name)


def _set_text(cell: etree._Element, text: str) -> None:
    """Make `cell` hold `text` as text: a leading "=" is no formula."""
    for child in list(cell):
        cell.remove(child)
    if "t" in cell.attrib:
        del cell.attrib["t"]
    if text:
        cell.set("t", "inlineStr")
        inline = etree.SubElement(cell, _beside(cell, "is"))
        inner = etree.SubElement(inline, _beside(cell, "t"), {_XML_SPACE: "preserve"})
        inner.text = _written(text)


def _written(text: str) -> str:
    return vietnamese.clean(text)[:MAX_TEXT]
