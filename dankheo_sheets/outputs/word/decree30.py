"""Nghị định 30/2020/NĐ-CP, Phụ lục I: the page and the styles of an official document.

Every measure of the layout is here, with the clause it comes from (reference/decree.md §1) or the
specimen ("mẫu", reference/decree.md §2), which decides where the decree leaves freedom. The blocks
are in :mod:`.blocks`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Self

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from dankheo_sheets import vietnamese

# --- page ---------------------------------------------------------------------------------

FONT = "Times New Roman"
"""I.4."""
LINE_HEIGHT = 1.15
"""Of a single line, times the size: Times New Roman's own."""
PAPER = (210, 297)
"""Millimetres: A4 (I.1), portrait (I.2)."""
TOP = BOTTOM = 20
"""20 to 25 mm (I.3)."""
LEFT, RIGHT = 30, 15
"""30 to 35 and 15 to 20 mm (I.3): the widest text there may be. Both header names need it."""
TEXT_WIDTH = PAPER[0] - LEFT - RIGHT
LANDSCAPE_WIDTH = PAPER[1] - LEFT - RIGHT
"""An appendix of a wide table lies across the page (I.2), between the same margins."""
NUMBER_DISTANCE = 10
"""From the paper's edge to the page number, “in the top margin” (I.7); mẫu 1.5 has 9.9 mm."""
COLUMNS = (68, 97)
"""Letterhead, and recipients beside the signature: ô 2, 3, 5b, 9b and ô 1, 4, 7 (IV.2).

Mẫu 1.5 has 67.9 and 95.3 mm; Quốc hiệu takes 88.3 of the right one.
"""
FIRST_LINE = 10
"""1 cm or 1.27 cm (II.6.e); mẫu 1.5 has 1 cm."""
RULE_SHARE = 0.4
"""Of the line above: 1/3 to 1/2 under the agency (II.2.b) and under a trích yếu (II.5.b)."""
BELOW_HEAD = 32
"""Points from the letterhead to the tên loại, or to “Kính gửi”: two lines of 14 in mẫu 1.4, 1.5."""
ABOVE_TEXT = 18
"""Points from the last of those, or from a line, to the text, beside the text's own 6."""
APPENDIX_RULE = 16
"""Millimetres of the line under an appendix's heading: mẫu 2.1 and 2.2."""
LINE_SPACING = 1.1
"""Of running text: from single to 1.5 (II.6.e)."""
NUMBER_BLANK = " " * 10
"""The clerk's room between “Số:” and the stroke: 11.5 mm, as in mẫu 1.5."""
KINH_GUI_INDENT = 35
"""Where “Kính gửi” begins at the most, from the left margin: mẫu 1.5 (70.1 mm less 35.1)."""
SIGNATURE_ROOM = 75
"""Points between position and name, for signature and seal (ô 7c, 8): 26 mm. Our choice."""


# --- styles -------------------------------------------------------------------------------


L, C, J = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True)
class Style:
    """How a part is set; lines are single (II.1.c, II.2.b) unless told otherwise."""

    size: float
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = C
    before: float = 0
    """Points above."""
    after: float = 0
    lines: float = 1
    """Spacing of the lines."""
    first: float = 0
    """Millimetres the first line is set in."""
    keep: bool = False
    """Stays on the page of what follows."""
    exactly: float = 0
    """Height of the line in points; 0 is the font's own."""
    level: int = 0
    """Of a heading, from 1; 0 is no heading."""


def _text(*, bold: bool = False, italic: bool = False, level: int = 0) -> Style:
    """Return a style of running text: at least 6 pt between paragraphs (II.6.e)."""
    keep = bool(level)
    return Style(
        13, bold, italic, J, before=6, lines=LINE_SPACING, first=FIRST_LINE, keep=keep, level=level
    )


# One consistent set (V, footnote 1): Quốc hiệu 12, Tiêu ngữ 13, place and date 13; the rest 13.
# At 13/14/14 the two names of a letterhead do not fit beside each other (reference/decree.md §3).
class Part(StrEnum):
    """What a paragraph of an official document is: its style's name in Word, and how it is set.

    Headings have Word's own names, which its navigation pane and readers of accessible PDF know.
    """

    style: Style

    def __new__(cls, name: str, style: Style) -> Self:
        """Return the part of that name."""
        part = str.__new__(cls, name)
        part._value_, part.style = name, style
        return part

    NATION = "Quốc hiệu", Style(12, bold=True)  # II.1.a, V.1
    MOTTO = "Tiêu ngữ", Style(13, bold=True)  # II.1.b, V.1
    PARENT = "Cơ quan chủ quản", Style(12)  # II.2.b, V.2
    AGENCY = "Cơ quan ban hành", Style(12, bold=True)  # II.2.b, V.2
    RULE = "Đường kẻ", Style(2, exactly=8)  # solid (II.1.b, II.2.b, II.5.b); 3.9 mm below, mẫu 1.5
    NUMBER = "Số và ký hiệu", Style(13, before=5)  # II.3.c, V.3; 10.5 mm below the agency, mẫu 1.5
    PLACE = "Địa danh và thời gian", Style(13, italic=True, before=5)  # II.4.c, V.4; as the number
    ABOUT = "Trích yếu công văn", Style(12)  # II.5.b, V.5b; 6 pt below the number
    KIND = "Tên loại", Style(13, bold=True, before=BELOW_HEAD, keep=True)  # II.5.b, V.5a
    SUBJECT = "Trích yếu", Style(13, bold=True, keep=True)  # II.5.b, V.5a
    KINH_GUI = "Kính gửi", Style(13, align=L, keep=True)  # II.9.d, V.8a
    BASIS = "Căn cứ", _text(italic=True)  # II.6.a
    BODY = "Lời văn", _text()  # II.6.e, V.6
    HEADING = "Heading 1", _text(bold=True, level=1)  # V.6b
    CLAUSE = "Heading 2", _text(bold=True, level=2)  # II.6.đ, V.6b
    POINT = "Heading 3", _text(level=3)  # II.6.đ
    SIGNER = "Quyền hạn và chức vụ", Style(13, bold=True, keep=True)  # II.7.đ, V.7
    NAME = "Họ tên người ký", Style(13, bold=True, before=SIGNATURE_ROOM)  # II.7.đ, V.7
    TO = "Nơi nhận", Style(12, bold=True, italic=True, align=L, keep=True)  # II.9.d, V.8b
    RECIPIENT = "Nơi nhận (liệt kê)", Style(11, align=L)  # II.9.d, V.8b
    UNIT = "Đơn vị lập biểu", Style(13, bold=True, align=L, after=6, keep=True)  # our choice
    APPENDIX = "Phụ lục", Style(14, bold=True, keep=True, level=1)  # III.1.b, V.9
    APPENDIX_TITLE = "Tên phụ lục", Style(13, bold=True, keep=True, level=1)  # III.1.b, V.9
    ATTACHED = "Kèm theo", Style(13, italic=True, keep=True)  # III.1.c
    PAGE_NUMBER = "Số trang", Style(13)  # I.7, V.14
    MARK = "Dấu chỉ dẫn", Style(13, bold=True)  # III.2.c, V.13
    CELL = "Ô bảng", Style(11, align=L, before=2, after=2)  # our choice: the decree has no tables
    HEADER_CELL = "Ô đầu bảng", Style(11, bold=True, before=2, after=2)
    GAP = "Đoạn đệm", Style(1, exactly=0.05)  # the last of a page, it makes no other


_PARTS = {str(part): part for part in Part}
ABOUT_GAP = 6
"""Points between the number and the V/v (II.5.b)."""


def start(title: str, author: str, day: date, *, landscape: bool = False) -> Document:
    """Return an empty document with the page and the styles of the decree.

    Nothing in it depends on when it is made: its dates are `day`.
    """
    document = docx.Document()
    _strip(document)
    _defaults(document)
    for part in Part:
        document.styles.element.append(parse_xml(_style(part)))
    page(document.sections[0], landscape=landscape)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, author, ""
    properties.language = "vi-VN"
    properties.created = properties.modified = datetime.combine(day, time.min, UTC)
    return document


_KEPT_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}
_KEPT_STYLES |= {"Header", "Header Char"}
_DROPPED_PARTS = (
    "theme", "stylesWithEffects", "customXml", "thumbnail", "numbering",
    "extended-properties",  # they say that another program made the document
)  # fmt: skip


def _strip(document: Document) -> None:
    """Take out what python-docx's template brings: its styles, theme, thumbnail and origin."""
    styles = document.styles
    for style in list(styles):
        if style.name not in _KEPT_STYLES:
            style.delete()
    for relations in (document.part.rels, document.part.package.rels):
        for key in [k for k, each in relations.items() if each.reltype.endswith(_DROPPED_PARTS)]:
            del relations[key]
    settings = document.settings.element
    for tag in ("w:themeFontLang", "w:clrSchemeMapping", "w:savePreviewPicture", "w:proofState"):
        for element in settings.findall(qn(tag)):
            settings.remove(element)
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")


def _defaults(document: Document) -> None:
    """Set Times New Roman in all four font slots, the theme's fonts gone, and the language."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(Part.BODY.style.size)
    root = document.styles.element
    for fonts in root.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{slot}"), FONT)
    for language in root.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
        language.set(qn("w:eastAsia"), "vi-VN")
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing, layout.widow_control = 1.0, True


_BORDERED = {Part.RULE: (("bottom",), 0), Part.MARK: (("top", "left", "bottom", "right"), 2)}
"""The sides of a part with lines around it, and the points between them and the text."""


def _style(part: Part) -> str:
    """Return a style's XML; with python-docx's setters the styles take most of a document's time.

    Word's own styles ("Heading 1") are no custom ones, and their names begin with a small letter.
    """
    known, style = part.startswith("Heading "), part.style
    sides, space = _BORDERED.get(part, ((), 0))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="{space}" w:color="000000"/>' for side in sides
    )
    line, rule = (style.exactly * 20, "exact") if style.exactly else (style.lines * 240, "auto")
    return f"""<w:style {nsdecls("w")} w:type="paragraph" w:styleId="{_id(part)}"
      {"" if known else 'w:customStyle="1"'}>
      <w:name w:val="{part.lower() if known else part}"/><w:basedOn w:val="Normal"/><w:qFormat/>
      <w:pPr><w:keepNext w:val="{style.keep:d}"/>{f"<w:pBdr>{borders}</w:pBdr>" if sides else ""}
      <w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"
        w:line="{line:.0f}" w:lineRule="{rule}"/>
      {f'<w:ind w:firstLine="{Mm(style.first).twips}"/>' if style.first else ""}
      <w:jc w:val="{WD_ALIGN_PARAGRAPH.to_xml(style.align)}"/>
      {f'<w:outlineLvl w:val="{style.level - 1}"/>' if style.level else ""}</w:pPr>
      <w:rPr><w:b w:val="{style.bold:d}"/><w:i w:val="{style.italic:d}"/>
      <w:sz w:val="{style.size * 2:.0f}"/></w:rPr></w:style>"""


def _id(part: Part) -> str:
    return f"nd30-{part.name.lower().replace('_', '-')}"


# --- sections -----------------------------------------------------------------------------


def page(section: Section, *, landscape: bool) -> None:
    """Give a section its paper, margins and page numbers: none on its first page (I.7)."""
    width, height = (Mm(side) for side in (reversed(PAPER) if landscape else PAPER))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(NUMBER_DISTANCE)
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    section.first_page_header.paragraphs[0].style = Part.PAGE_NUMBER
    section.header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.style = Part.PAGE_NUMBER
    field = '<w:fldSimple {} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    number._p.append(parse_xml(field.format(nsdecls("w"))))


def appendix(document: Document) -> Section:
    """Begin an appendix across the page, whose numbers begin at 1 again (III.1.đ)."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    breaks = document.element.body.findall(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")
    Paragraph(breaks[-1].getparent().getparent(), document).style = Part.GAP
    page(section, landscape=True)
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    section._sectPr.insert_element_before(element("w:pgNumType", start=1), *_AFTER_NUMBERING)
    return section


_AFTER_NUMBERING = (
    "w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi",
    "w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange",
)  # fmt: skip
"""What follows w:pgNumType in a sectPr, in the order of ISO/IEC 29500's schema."""


# --- text ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """Words inside a paragraph that are set otherwise than its style."""

    text: str
    bold: bool | None = None
    italic: bool | None = None


def paragraph(
    where: Document | _Cell,
    part: Part,
    *pieces: str | Words,
    before: float | None = None,
    keep: bool | None = None,
) -> Paragraph:
    """Add a paragraph of that part; line breaks in a text are kept.

    `before` in points and `keep` (it stays with what follows) where not as the part has them.
    """
    added = where.add_paragraph()
    added._p.style = _id(part)  # by its name python-docx goes through all styles, each time
    if before is not None:
        added.paragraph_format.space_before = Pt(before)
    if keep is not None:
        added.paragraph_format.keep_with_next = keep
    for piece in pieces:
        words = Words(piece) if isinstance(piece, str) else piece
        run = added.add_run(vietnamese.clean(words.text))
        run.bold, run.italic = words.bold, words.italic
    return added


def part_of(paragraph: Paragraph) -> Part:
    """Return what a paragraph is."""
    return _PARTS[str(paragraph.style and paragraph.style.name)]


def height(paragraphs: Iterable[Paragraph]) -> float:
    """Return how many millimetres paragraphs of a few short lines take, one below the other."""
    points = 0.0
    for each in paragraphs:
        style, own = part_of(each).style, each.paragraph_format
        before, after = (
            given.pt if given is not None else usual
            for given, usual in ((own.space_before, style.before), (own.space_after, style.after))
        )
        line = style.exactly or style.size * LINE_HEIGHT * style.lines
        points += before + after + line * (each.text.count("\n") + 1)
    return points * 25.4 / 72


def element(tag: str, **attributes: str | int) -> etree.ElementBase:
    """Return a WordprocessingML element: ``element("w:bottom", val="single", sz=6)``."""
    made: etree.ElementBase = OxmlElement(tag)  # type: ignore[assignment]
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made
