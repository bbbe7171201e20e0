"""The blocks an official document is made of, in the layout of :mod:`.decree30`.

A block draws and never refuses: what may be too long for its place is asked first
(:func:`misfits`), before anything is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.word.decree30 import (
    ABOUT_GAP,
    ABOVE_TEXT,
    APPENDIX_RULE,
    BELOW_HEAD,
    COLUMNS,
    FIRST_LINE,
    KINH_GUI_INDENT,
    LANDSCAPE_WIDTH,
    NUMBER_BLANK,
    RULE_SHARE,
    TEXT_WIDTH,
    Part,
    element,
    paragraph,
    part_of,
)
from dankheo_sheets.outputs.word.metrics import break_lines, width

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_ASCENT = 0.891
"""Of the font's size: from the top of a line to its baseline."""


def _wide(text: str, part: Part) -> float:
    style = part.style
    return width(text, style.size, bold=style.bold, italic=style.italic)


def fitted(text: str, part: Part, room: float, *, upper: bool = False) -> list[str]:
    """Break a text for its place (:func:`.metrics.break_lines`), in the type of that part."""
    style = part.style
    return break_lines(text, style.size, room, bold=style.bold, italic=style.italic, upper=upper)


# --- letterhead ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Letterhead:
    """Everything above an official document's own text (ô 1 to 5b)."""

    parent: str
    """The agency above; "" where there is none (II.2.a)."""
    name: str
    symbol: str
    place: str
    day: date | int
    """The year alone, where the day is written by hand when the document is signed."""
    number: str = ""
    """"" leaves the clerk room to write it."""
    about: str = ""
    """What a công văn is about, after “V/v” (II.5.b); "" for a document of a named kind."""

    @property
    def numbered(self) -> str:
        """As ô 3 has it: numbers below 10 with a leading zero (II.3.c)."""
        number = vietnamese.document_number(self.number) or NUMBER_BLANK
        return f"Số: {number}/{self.symbol}" if self.number else f"Số:{number}/{self.symbol}"

    @property
    def day_text(self) -> str:
        """As the document and its appendices have it: “ngày 05 tháng 4 năm 2022”."""
        if isinstance(self.day, int):
            return vietnamese.blank_date(self.day)
        return vietnamese.long_date(self.day)

    @property
    def dated(self) -> str:
        """As ô 4 has it: “Quảng Ngãi, ngày 05 tháng 4 năm 2022” (II.4)."""
        return f"{self.place}, {self.day_text}"


ABOUT_LINES = 5
"""What a công văn is about is said shortly (II.5.a): more lines are a text. Our choice."""


def misfits(head: Letterhead) -> Iterator[str]:
    """Yield the name of each field of `head` whose text does not fit into its place.

    The agencies' names are not among them: they may take several lines (II.2.b).
    """
    left, right = _columns(head)
    if len(fitted(f"V/v {head.about}", Part.ABOUT, left)) > ABOUT_LINES:
        yield "about"
    if _wide(head.numbered, Part.NUMBER) > left:
        yield "symbol"
    if _wide(head.dated, Part.PLACE) > right:
        yield "place"


_WIDEST = 112
"""Millimetres of the right column at the most: the agency's name needs the rest. Our choice."""


def _columns(head: Letterhead) -> tuple[float, float]:
    """Return the columns' widths: place and date stand on one line (II.4.b), however long."""
    right = min(max(COLUMNS[1], _wide(head.dated, Part.PLACE) + 1), _WIDEST)
    return TEXT_WIDTH - right, right


def letterhead(document: Document, head: Letterhead) -> None:
    """Draw ô 1 to 4, and 5b of a công văn, in the two columns of the diagram (IV.2)."""
    columns = _columns(head)
    (left, right), (number, place) = _side_by_side(document, columns, rows=2)
    for line in fitted(head.parent, Part.PARENT, columns[0], upper=True):
        if line:
            paragraph(left, Part.PARENT, line)
    name = fitted(head.name, Part.AGENCY, columns[0], upper=True)
    for line in name:
        paragraph(left, Part.AGENCY, line)
    longest = min(max(_wide(line, Part.AGENCY) for line in name), columns[0])
    rule(left, RULE_SHARE * longest, columns[0])  # II.2.b
    paragraph(right, Part.NATION, NATION)
    paragraph(right, Part.MOTTO, MOTTO)
    rule(right, _wide(MOTTO, Part.MOTTO), columns[1])  # II.1.b: as long as the line of text
    paragraph(number, Part.NUMBER, head.numbered)
    paragraph(place, Part.PLACE, head.dated)
    if head.about:
        for at, line in enumerate(fitted(f"V/v {head.about}", Part.ABOUT, columns[0])):
            paragraph(number, Part.ABOUT, line, before=0 if at else ABOUT_GAP)


def rule(where: Document | _Cell, length: float, room: float = TEXT_WIDTH) -> None:
    """Draw a solid line of `length` millimetres in the middle of `room`; no text underlined."""
    line = paragraph(where, Part.RULE)
    aside = Mm((room - length) / 2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = aside


def _side_by_side(
    document: Document, columns: Sequence[float], *, rows: int
) -> list[tuple[_Cell, ...]]:
    """Add a table without lines; return its cells, which begin without padding and paragraph."""
    table: Table = document.add_table(rows=rows, cols=len(columns))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    pad(table, 0)
    for column, wide in zip(table.columns, columns, strict=True):
        column.width = Mm(wide)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        for cell, wide in zip(row.cells, columns, strict=True):
            cell.width = Mm(wide)
            cell._tc.remove(cell.paragraphs[0]._p)
    return [row.cells for row in table.rows]


def pad(table: Table, aside: float) -> None:
    """Keep the text `aside` millimetres from the sides of the table's cells."""
    sides = (f'<w:{side} w:w="{Mm(aside).twips}" w:type="dxa"/>' for side in ("left", "right"))
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{''.join(sides)}</w:tblCellMar>")
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")


# --- kind, addressees, text ---------------------------------------------------------------

_SUBJECT_ROOM = 130


def kind_and_subject(document: Document, kind: str, subject: str) -> None:
    """Draw ô 5a: BÁO CÁO, what it is about, the line below (II.5.b)."""
    paragraph(document, Part.KIND, kind.upper())
    lines = fitted(subject, Part.SUBJECT, _SUBJECT_ROOM)
    for line in lines:
        paragraph(document, Part.SUBJECT, line)
    longest = max(_wide(line, Part.SUBJECT) for line in lines)
    rule(document, RULE_SHARE * min(longest, TEXT_WIDTH))
    paragraph(document, Part.GAP, before=ABOVE_TEXT)


_KINH_GUI_LEFT = FIRST_LINE
"""Millimetres from the margin to “Kính gửi” at the least: as a paragraph begins. Our choice."""


def kinh_gui(document: Document, addressees: Sequence[str], *, typed: bool = False) -> None:
    """Draw ô 9a: one addressee on the line of “Kính gửi:”, more below with dashes (II.9.d).

    The dashes stand below the colon. `typed` where a tên loại stands above.
    """
    word = "Kính gửi"
    to_colon = _wide(word, Part.KINH_GUI)
    before = 0 if typed else BELOW_HEAD
    if len(addressees) == 1:
        lead = _wide(f"{word}: ", Part.KINH_GUI)
        wide = lead + _wide(addressees[0], Part.KINH_GUI)
        only = paragraph(document, Part.KINH_GUI, f"{word}: {addressees[0]}", before=before)
        _hang(only, max(_KINH_GUI_LEFT, (TEXT_WIDTH - wide) / 2), lead)
    else:
        dash = _wide("- ", Part.KINH_GUI)
        widest = max(_wide(f"- {each};", Part.KINH_GUI) for each in addressees)
        base = max(_KINH_GUI_LEFT, min(KINH_GUI_INDENT, (TEXT_WIDTH - to_colon - widest) / 2))
        first = paragraph(document, Part.KINH_GUI, f"{word}:", before=before)
        first.paragraph_format.left_indent = Mm(base)
        for line in _listed(addressees):
            _hang(paragraph(document, Part.KINH_GUI, line), base + to_colon, dash)
    paragraph(document, Part.GAP, before=ABOVE_TEXT)


def _hang(lines: Paragraph, at: float, hang: float) -> None:
    """Begin at `at` millimetres, and go on below where the text after `hang` begins."""
    lines.paragraph_format.left_indent = Mm(at + hang)
    lines.paragraph_format.first_line_indent = -Mm(hang)


def _listed(names: Sequence[str]) -> Iterator[str]:
    """Yield each name after a dash, before a semicolon, the last before a full stop (II.9.d)."""
    for at, name in enumerate(names):
        bare = name.strip().lstrip("-–").strip().rstrip(";.").rstrip()
        yield f"- {bare}{'.' if at == len(names) - 1 else ';'}"


def basis(document: Document, grounds: Sequence[str]) -> None:
    """Draw the căn cứ: in italics, each ends with a semicolon, the last with a full stop."""
    for line in _listed(grounds):
        paragraph(document, Part.BASIS, line.removeprefix("- "))


def heading(document: Document, text: str) -> None:
    """Add a mục: “I. NHỮNG KẾT QUẢ” (V.6b)."""
    paragraph(document, Part.HEADING, text.upper())


# --- the foot -----------------------------------------------------------------------------

_FOOT_GAP = 12
"""Points above the foot. Our choice; mẫu 1.5 leaves 4 mm."""


def signature(
    document: Document, titles: Sequence[str], name: str, recipients: Sequence[str]
) -> None:
    """Draw ô 7 and 9b: recipients to the left, level with them who signs, in whose right.

    `titles` are lines as “KT. Giám đốc”, “Phó Giám đốc”; `recipients` end with “Lưu: …”. All
    stays on one page, and so does the end of the text before it.
    """
    _keep_end(document)
    ((left, right),) = _side_by_side(document, COLUMNS, rows=1)
    lines = [
        line for title in titles for line in fitted(title, Part.SIGNER, COLUMNS[1], upper=True)
    ]
    for at, line in enumerate(lines):
        paragraph(right, Part.SIGNER, line, before=0 if at else _FOOT_GAP)
    paragraph(right, Part.NAME, name, keep=True)
    lower = (Part.SIGNER.style.size - Part.TO.style.size) * _ASCENT  # on one line (II.9.d)
    paragraph(left, Part.TO, "Nơi nhận:", before=_FOOT_GAP + lower, keep=True)
    for line in _listed(recipients):
        recipient = paragraph(left, Part.RECIPIENT, line, keep=True)
        _hang(recipient, 0, _wide("- ", Part.RECIPIENT))


_KEPT_LINES = 2
"""Lines of text that come along to the page of the signature, at the least. Our choice."""


def _keep_end(document: Document) -> None:
    """Keep the end of the text with what follows: nobody signs a page without text."""
    lines, paragraphs = 0, document.paragraphs
    for text, above in zip(reversed(paragraphs), reversed(paragraphs[:-1]), strict=False):
        headed = lines and part_of(above).style.keep  # all that is kept above would come along
        if lines >= _KEPT_LINES or headed or not text.text:
            return
        text.paragraph_format.keep_with_next = True
        lines += 1 + int(_wide(text.text, Part.BODY) // TEXT_WIDTH)


def appendix_heading(document: Document, title: str, attached_to: str) -> None:
    """Draw an appendix's heading across the page (III.1): its title, what document it goes with.

    `attached_to` as “Công văn số: …”.
    """
    for line in fitted(title, Part.APPENDIX_TITLE, LANDSCAPE_WIDTH, upper=True):
        paragraph(document, Part.APPENDIX_TITLE, line)
    for line in fitted(f"(Kèm theo {attached_to})", Part.ATTACHED, LANDSCAPE_WIDTH):
        paragraph(document, Part.ATTACHED, line)
    rule(document, APPENDIX_RULE, LANDSCAPE_WIDTH)
    paragraph(document, Part.GAP, before=12)


def draft_mark(section: Section, text: str = "DỰ THẢO") -> None:
    """Mark a document that is not final, boxed at the top of its first page (ô 11, III.2.c)."""
    paper, left, right = section.page_width, section.left_margin, section.right_margin
    assert paper is not None and left is not None and right is not None
    room = (paper - left - right) / Mm(1)
    wide = _wide(text, Part.MARK) + 8
    line = section.first_page_header.paragraphs[0]
    line.style = Part.MARK
    line.add_run(text)
    line.paragraph_format.right_indent = Mm(_MARK_FROM_RIGHT)
    line.paragraph_format.left_indent = Mm(room - wide - _MARK_FROM_RIGHT)


_MARK_FROM_RIGHT = 30
"""Millimetres kept free to the right of it for ô 14, where a signature's text goes (IV.2)."""


def end(document: Document) -> None:
    """End a document whose last thing is a table: Word wants a paragraph there."""
    paragraph(document, Part.GAP, before=0)
