"""The Word report bao-cao.docx: figures, units not done, the register as appendix.

A plain first version; its figures are the register's own. The layout rules used here are
Nghị định 30/2020/NĐ-CP, Phụ lục I (domain.md §3.1): A4, margins 20/20/30/15 mm, Times New Roman,
page number centred in the top margin from page 2 on.
"""

from collections.abc import Iterator, Sequence

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import COLUMN, TITLE
from dankheo_sheets.outputs.master import register_rows
from dankheo_sheets.outputs.word.rows import PreparedRow, RowsFollow, save
from dankheo_sheets.register import FIGURES, STATUS_NAMES, Register, rows_of
from dankheo_sheets.registration import Standing, Status
from dankheo_sheets.vietnamese import due_text

FONT = "Times New Roman"
CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_REGISTER_WIDTHS = (58, 15, 15, 30, 70, 15, 15, 34)
"""Millimetres; together the 252 mm of a landscape page between its margins."""


def report(register: Register) -> bytes:
    """Return bao-cao.docx."""
    document = docx.Document()
    _styles(document)
    _page(document.sections[0])
    _heading(document, register)
    _basis(document, register)
    rows: dict[str, Iterator[str]] = {}
    _paragraph(document, "1. Kết quả theo lĩnh vực", bold=True)
    fields = [[field, *map(str, counts)] for field, counts in rows_of(register.by_field)]
    rows["fields"] = _figures_table(document, "fields", "Lĩnh vực", fields, register)
    _paragraph(document, "2. Kết quả theo đơn vị", bold=True)
    names = {unit.code: unit.name for unit in register.units}
    units = [[names[code], *map(str, counts)] for code, counts in rows_of(register.by_unit)]
    rows["units"] = _figures_table(document, "units", "Đơn vị", units, register)
    _paragraph(
        document,
        "3. Đơn vị chưa hoàn thành, gửi muộn, được gia hạn, không đăng ký hoặc được loại trừ",
        bold=True,
    )
    rows |= _not_done(document, register)
    rows["register"] = _register(document, register)
    return save(document, rows)


# --- page and text ----------------------------------------------------------------------


def _styles(document: Document) -> None:
    """Set Times New Roman in all four font slots and drop the theme's fonts (domain.md §3.3)."""
    style = document.styles["Normal"]
    style.font.size = Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), FONT)
    style.paragraph_format.space_after = Pt(0)


def _page(section: Section, *, landscape: bool = False) -> None:
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _paragraph(
    document: Document | _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
    size: float | None = None,
    before: float = 6,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.keep_with_next = bold
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return paragraph


def _heading(document: Document, register: Register) -> None:
    campaign = register.campaign
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    for column, width in zip(table.columns, (68, 97), strict=True):
        column.width = Mm(width)
    left.width, right.width = Mm(68), Mm(97)
    for cell, lines in (
        (left, ((campaign.agency.parent.upper(), False), (campaign.agency.name.upper(), True))),
        (
            right,
            (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True)),
        ),
    ):
        _no_padding(cell)
        cell._tc.remove(cell.paragraphs[0]._p)
        for at, (text, bold) in enumerate(lines):
            size = 13 if (cell is right and at == 1) else 12
            _paragraph(cell, text, bold=bold, align=CENTER, size=size, before=0)
    _paragraph(document, "BÁO CÁO", bold=True, align=CENTER, size=14, before=18)
    _paragraph(
        document, f"Kết quả {_lower_first(campaign.title)}", bold=True, align=CENTER, before=0
    )
    _paragraph(document, f"Kính gửi: {campaign.authority.name}", align=CENTER, before=12)


def _no_padding(cell: _Cell) -> None:
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    cell._tc.get_or_add_tcPr().append(margins)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _basis(document: Document, register: Register) -> None:
    campaign, totals = register.campaign, register.totals
    completeness = {key: vietnamese.count(n) for key, n in register.completeness.items()}
    counts = {key: vietnamese.count(number) for key, number in totals.items()}
    plan = campaign.plan
    for text in (
        f"Thực hiện Kế hoạch số {plan.number} ngày {vietnamese.short_date(plan.date)} của "
        f"{plan.issuer} về việc {plan.subject}, {campaign.agency.name} báo cáo kết quả "
        f"{_lower_first(campaign.title)} như sau:",
        f"{_as_of(register)} {completeness['received']}/{completeness['expected']} đơn vị đã gửi "
        "đăng ký, trong đó "
        f"{completeness['on_time']} đơn vị đúng hạn, {completeness['late']} đơn vị muộn hạn; còn "
        f"{completeness['missing']} đơn vị chưa hoàn thành. Tổng số {counts['total']} mô hình, "
        f"điển hình: {counts['collective']} tập thể, {counts['individual']} cá nhân; "
        f"{counts['new']} xây dựng mới, {counts['replicated']} nhân rộng.",
    ):
        paragraph = _paragraph(document, text, align=JUSTIFY)
        paragraph.paragraph_format.first_line_indent = Mm(10)


def _as_of(register: Register) -> str:
    if register.as_of is None:
        return "Đến nay có"
    return f"Tính đến {vietnamese.moment(register.as_of)}, có"


# --- tables -----------------------------------------------------------------------------


def _table(document: Document, widths: Sequence[float]) -> Table:
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _row(
    table: Table,
    widths: Sequence[float],
    texts: Sequence[str] | None = None,
    *,
    bold: bool = False,
    italic: bool = False,
    centered: Sequence[int] = (),
    size: float = 12,
    header: bool = False,
) -> _Row:
    """Add a row: its texts, or the tokens of a prepared row."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    cells = row.cells
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        cell.width = Mm(width)
        if header:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTER if at in centered or header else None
        run = paragraph.add_run(f"{{{{{at}}}}}" if texts is None else texts[at])
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    properties = row._tr.get_or_add_trPr()
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    properties.append(OxmlElement("w:cantSplit"))
    return row


def _figures_table(
    document: Document, name: str, first: str, body: Sequence[Sequence[str]], register: Register
) -> Iterator[str]:
    """Draw a table of the five figures; return its rows."""
    widths = (61, 18, 18, 18, 29, 21)
    table = _table(document, widths)
    numbers = range(1, 6)
    _row(table, widths, (first, *FIGURES.values()), bold=True, header=True)
    plain = PreparedRow(_row(table, widths, centered=numbers))
    total = PreparedRow(_row(table, widths, centered=numbers, bold=True))
    RowsFollow(table, name)
    totals = ["Tổng cộng", *map(str, register.totals.values())]
    return (total.fill(row) if row is totals else plain.fill(row) for row in (*body, totals))


def _not_done(document: Document, register: Register) -> dict[str, Iterator[str]]:
    lines = []
    for unit in register.units:
        standing = register.standings[unit.code]
        if standing.status is not Status.SUBMITTED or standing.terms.extended:
            lines.append([unit.name, STATUS_NAMES[standing.status], _remark(standing)])
    if not lines:
        _paragraph(document, "Không có.")
        return {}
    widths = (80, 33, 52)
    table = _table(document, widths)
    _row(table, widths, ("Đơn vị", "Trạng thái", "Ghi chú"), bold=True, header=True)
    prepared = PreparedRow(_row(table, widths))
    RowsFollow(table, "missing")
    return {"missing": (prepared.fill(line) for line in lines)}


def _remark(standing: Standing) -> str:
    """Return why a unit is not done, what counts of it all the same, whether it had more time."""
    terms, counted = standing.terms, len(standing.counted)
    none = standing.status is Status.NONE_REGISTERED
    parts = [
        terms.excluded,
        f"trả lại: {terms.return_reason}" if standing.status is Status.RETURNED else "",
        standing.registration.cover.nil_reason if none else "",
        f"{vietnamese.count(counted)} mô hình được tính" if counted else "",
        f"gia hạn {due_text(standing.deadline)}" if terms.extended else "",
    ]
    return vietnamese.nfc("; ".join(filter(None, parts)))


def _register(document: Document, register: Register) -> Iterator[str]:
    """Draw the appendix; return the rows of the consolidated register."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, landscape=True)
    _paragraph(document, "PHỤ LỤC", bold=True, align=CENTER, size=14, before=0)
    _paragraph(document, TITLE, bold=True, align=CENTER, before=0)
    widths, size = _REGISTER_WIDTHS, 11
    marks = (1, 2, 5, 6)
    table = _table(document, widths)
    groups = (
        COLUMN["name"].group, "HÌNH THỨC", "", COLUMN["place"].group,
        COLUMN["content"].group, "TRONG ĐÓ", "", "Đơn vị đăng ký",
    )  # fmt: skip
    titles = [""] * len(groups)
    for at, key in zip(marks, ("collective", "individual", "new", "replicated"), strict=True):
        titles[at] = COLUMN[key].title
    top = _row(table, widths, groups, bold=True, size=size, header=True)
    below = _row(table, widths, titles, bold=True, size=size, header=True)
    for first, last in ((1, 2), (5, 6)):
        _merge(top.cells[first], top.cells[last])
    for at in (0, 3, 4, 7):
        _merge(top.cells[at], below.cells[at])
    numbering = [*map(str, range(1, 8)), ""]
    _row(table, widths, numbering, italic=True, size=size, header=True)
    section_texts = ("{{0}}", *[""] * (len(widths) - 1))
    section_row = _row(table, widths, section_texts, bold=True, italic=True, size=size)
    _merge(section_row.cells[0], section_row.cells[-1])
    total_row = _row(table, widths, bold=True, centered=marks, size=size)
    entry_row = _row(table, widths, centered=marks, size=size)
    prepared = [PreparedRow(row) for row in (section_row, total_row, entry_row)]
    RowsFollow(table, "register")
    return _register_rows(register, *prepared)


def _register_rows(
    register: Register, section: PreparedRow, total: PreparedRow, entry: PreparedRow
) -> Iterator[str]:
    for cells in register_rows(register):
        texts = ["" if cell is None else str(cell) for cell in cells]
        if cells[-1] is not None:
            yield entry.fill(texts)
        elif cells[1] is None:
            yield section.fill(texts)
        else:
            yield total.fill(texts)


def _merge(first: _Cell, last: _Cell) -> None:
    """Merge two header cells, keeping the first one's text only."""
    for paragraph in last.paragraphs:
        for run in list(paragraph.runs):
            paragraph._p.remove(run._r)
    merged = first.merge(last)
    for paragraph in merged.paragraphs[1:]:
        if not paragraph.text:
            merged._tc.remove(paragraph._p)
