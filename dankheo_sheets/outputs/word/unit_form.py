"""A unit's form on paper, bieu/<unit>.docx: what it registered, to be printed and signed.

That is reference/form.md R14. The document is drawn once for a campaign; for each unit only its
texts and rows are put in.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from docx.table import Table, _Cell, _Row

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.declaration import sheet_text
from dankheo_sheets.form.judged import is_marked
from dankheo_sheets.form.layout import Form
from dankheo_sheets.notices.schedule import last_day_of
from dankheo_sheets.outputs.master import field_title
from dankheo_sheets.outputs.word import blocks, form_table, phrases
from dankheo_sheets.outputs.word.decree30 import (
    BOTTOM,
    COLUMNS,
    LANDSCAPE_WIDTH,
    PAPER,
    TOP,
    Part,
    element,
    height,
    paragraph,
    start,
)
from dankheo_sheets.outputs.word.grid import header_height, is_long, letters_a_line
from dankheo_sheets.outputs.word.pagination import Pages, Texts
from dankheo_sheets.outputs.word.rows import DOCUMENT, Rows, as_xml, save, zip_info
from dankheo_sheets.registration import Entry, Registration, Standing, Status
from dankheo_sheets.roster import Unit

HEADS = {
    "phòng": "Trưởng phòng", "thanh tra": "Chánh Thanh tra", "văn phòng": "Chánh Văn phòng",
    "chi cục": "Chi cục trưởng", "trung tâm": "Giám đốc", "ban": "Trưởng ban",
}  # fmt: skip
"""How the head of a unit is called, by the first words of its name."""
ANY_HEAD = "Thủ trưởng đơn vị"
_FOOT_GAP = 6
"""Points between the table and the day. Our choice."""
_SIGNATURE_ROOM = 54
"""Points for the signature, without a seal: 19 mm. Our choice."""
_NO_FIELD = "Lĩnh vực...."
_NONE = "Không đăng ký mô hình, điển hình"
_TOKEN = re.compile(r"(<w:t(?: [^>]*)?>)\{\{(UNIT|HEAD|ROWS)\}\}")

Row = tuple[str, Sequence[str]]
"""The look of a row, and its texts."""


class UnitForms:
    """The forms of one campaign's units."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign, self._form = campaign, Form(campaign)

    def form(self, unit: Unit, standing: Standing) -> bytes:
        """Return the unit's form: its entries by field, as typed, numbered from 1 in each.

        Marked as a draft while it is not to be signed: findings block it, or it was returned.
        The same registration makes the same bytes.
        """
        rows = list(_rows(standing.registration, self._form))
        return _prepared(self._campaign, draft=is_draft(standing)).fill(unit, rows)


def is_draft(standing: Standing) -> bool:
    """Tell whether a unit's form is not yet to be signed."""
    return standing.blocking > 0 or standing.status is Status.RETURNED


def head_of(unit: Unit) -> str:
    """Return how the unit's head is called: “Trưởng phòng”; what is not known stays general."""
    called = vietnamese.match_key(unit.name).split()
    return next(
        (head for kind, head in HEADS.items() if called[: len(kind.split())] == kind.split()),
        ANY_HEAD,
    )


# --- the document ---------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _prepared(campaign: Campaign, *, draft: bool) -> "_Prepared":
    """Return the document of a campaign's forms: made once, it is filled in for each unit."""
    return _Prepared(campaign, draft=draft)


class _Prepared:
    """A document with blanks for what differs between units."""

    def __init__(self, campaign: Campaign, *, draft: bool) -> None:
        author, day = campaign.agency.name, campaign.letter.date
        document = start(campaign.title, author, day, landscape=True)
        if draft:
            blocks.draft_mark(document.sections[0])
        paragraph(document, Part.UNIT, "{{UNIT}}")
        blocks.appendix_heading(
            document, campaign.form.title, f"Công văn {campaign.letter.reference}"
        )
        table = form_table.form_table(document)
        self._patterns = form_table.patterns(table)
        self._letters = [letters_a_line(wide) for wide in form_table.WIDTHS]
        header, above = header_height(table), height(document.paragraphs)
        rows = Rows()
        rows.follow(table, ["<w:t>{{ROWS}}"])
        foot = height(_foot(table, campaign).paragraphs)
        room = PAPER[0] - TOP - BOTTOM - header
        self._pages = Pages(form_table.WIDTHS, room - above, room, foot)
        blocks.end(document)
        self._shell, self._pieces = _taken_apart(save(document, rows))

    def fill(self, unit: Unit, rows: Sequence[Row]) -> bytes:
        """Return the document of one unit."""
        texts = {
            "UNIT": as_xml(unit.name.upper()),
            "HEAD": as_xml(head_of(unit).upper()),
            "ROWS": "".join(self._filled(rows)),
        }
        xml = "".join(texts[piece] if at % 2 else piece for at, piece in enumerate(self._pieces))
        out = io.BytesIO(self._shell)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(zip_info(DOCUMENT), xml)
        return out.getvalue()

    def _filled(self, rows: Sequence[Row]) -> Iterator[str]:
        *others, (look, last) = rows
        for each, texts in [*others, *self._end(look, last, [texts for _, texts in rows])]:
            long = each == "entry" and is_long(texts, self._letters)
            yield self._patterns["long" if long else each].fill(texts)

    def _end(self, look: str, last: Sequence[str], all_of_them: Sequence[Texts]) -> list[Row]:
        """Return the last row, as one that stays with the signature; cut in two where it must."""
        if self._pages.is_short(last):
            return [("last", last)]
        if not self._pages.ends_alone(all_of_them):
            return [(look, last)]
        most, along = self._pages.cut(last)
        return [(look, most), ("last", along)]


def _foot(table: Table, campaign: Campaign) -> _Cell:
    """Draw place and day, to be filled in by hand, and whose signature it takes.

    It is a row without lines: so it stays on the page of the last entry, in LibreOffice too,
    which lets go of what follows a table.
    """
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    cell: _Cell = row.cells[0].merge(row.cells[-1])
    sides = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right"))
    borders = parse_xml(f"<w:tcBorders {nsdecls('w')}>{sides}</w:tcBorders>")
    cell._tc.get_or_add_tcPr().append(borders)
    for empty in cell.paragraphs:
        cell._tc.remove(empty._p)
    year = last_day_of(campaign.deadline.moment).year
    for part, text, before in (
        (Part.PLACE, f"{campaign.agency.place}, {vietnamese.blank_date(year)}", _FOOT_GAP),
        (Part.SIGNER, "{{HEAD}}", None),
        (Part.ATTACHED, "(Ký, ghi rõ họ tên)", None),
        (Part.NAME, "", _SIGNATURE_ROOM),
    ):
        line = paragraph(cell, part, text, before=before, keep=False)
        line.paragraph_format.left_indent = Mm(LANDSCAPE_WIDTH - COLUMNS[1])
    return cell


def _taken_apart(whole: bytes) -> tuple[bytes, list[str]]:
    """Return the package without its text, and the text in pieces: fixed, blank, fixed, …."""
    shell = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(shell, "w") as new:
        for name in old.namelist():
            if name != DOCUMENT:
                new.writestr(zip_info(name), old.read(name))
        xml = old.read(DOCUMENT).decode()
    xml = _TOKEN.sub(lambda found: f"{'' if found[2] == 'ROWS' else found[1]}\0{found[2]}\0", xml)
    return shell.getvalue(), xml.split("\0")


# --- the rows -------------------------------------------------------------------------------


def _rows(registration: Registration, form: Form) -> Iterator[Row]:
    """Yield a row for each field that occurs and for each of its entries.

    Fields come in the campaign's order, others after them; a blank form where nothing was
    written.
    """
    fields: dict[str, list[Entry]] = {name: [] for name in form.section_names}
    accepted = form.lists_of.accepted[form.declaration.rows.section]
    for entry in registration.entries:
        typed = vietnamese.nfc(entry["field"].strip())
        name = accepted.get(sheet_text.sheet_key(typed), typed)
        fields.setdefault(name, []).append(entry)
    reason = registration.cover.nil_reason.strip()
    if not registration.entries and reason:
        yield "entry", (_NONE, "", "", "", f"Lý do: {reason}", "", "")
    elif not registration.entries:
        yield from form_table.blank(phrases.sample_fields(form.campaign))
    occurring = ((name, entries) for name, entries in fields.items() if entries)
    for number, (name, entries) in enumerate(occurring, 1):
        yield "field", (f"{vietnamese.roman(number)}. {field_title(name) if name else _NO_FIELD}",)
        for at, entry in enumerate(entries, 1):
            collective, individual = _marks(entry["collective"], entry["individual"], form)
            new, replicated = _marks(entry["new"], entry["replicated"], form)
            yield "entry", (
                f"{at}. {entry['name'].strip()}", collective, individual, entry["place"].strip(),
                entry["content"].strip(), new, replicated,
            )  # fmt: skip


def _marks(first: str, second: str, form: Form) -> tuple[str, str]:
    """Return the x of a pair where it is clear; else both cells as typed."""
    marked = [is_marked(typed, form.lists_of) for typed in (first, second)]
    if marked[0] == marked[1]:
        return first, second
    return ("x", "") if marked[0] else ("", "x")
