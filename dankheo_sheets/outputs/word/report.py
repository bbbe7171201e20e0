"""The report bao-cao.docx to the authority: báo cáo or tờ trình, with the register as appendix.

Its words are in :mod:`.report_words`; its figures are the register's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docx.document import Document
from docx.table import Table

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.word import blocks, phrases, report_words
from dankheo_sheets.outputs.word.blocks import Letterhead
from dankheo_sheets.outputs.word.chart import bars
from dankheo_sheets.outputs.word.columns import PADDING
from dankheo_sheets.outputs.word.decree30 import (
    Part,
    Words,
    appendix,
    paragraph,
    start,
)
from dankheo_sheets.outputs.word.grid import Look, Row, follow, grid, header, pattern
from dankheo_sheets.outputs.word.metrics import wrapped
from dankheo_sheets.outputs.word.register_table import register_table
from dankheo_sheets.outputs.word.rows import Rows, save
from dankheo_sheets.outputs.word.signing_checks import unfit, unsigned
from dankheo_sheets.register import FIGURES, Register, rows_of
from dankheo_sheets.vietnamese import dotted as number
from dankheo_sheets.vietnamese import upper_first

FIGURES_WIDTHS = (12, 60, 18, 18, 18, 21, 18)
"""Number, name, the five figures. Millimetres, together 165. Our choice."""
COMPARED_WIDTHS = (51, 38, 38, 38)
UNFINISHED = {"TT": 12, "Đơn vị": 68, "Lý do, ghi chú": 85}
NOTEWORTHY = {"TT": 12, "Đơn vị": 58, "Tình trạng": 35, "Lý do, ghi chú": 60}
_SHORT = 6
"""Lines of a table that is not to be torn: with its heading a quarter of a page."""
_TABLE_GAP = 4
"""Points between a heading and its table."""


def report(register: Register) -> bytes:
    """Return bao-cao.docx; the same register makes the same bytes.

    The place of a signer who is not named is left blank.
    """
    campaign = register.campaign
    ours, agency = campaign.report, campaign.agency
    head = _letterhead(campaign, register.as_of.year if register.as_of else 0)
    day = ours.date or campaign.deadline.moment.date()
    document, rows = start(report_words.subject(campaign), agency.name, day), Rows()
    if is_draft(register):
        blocks.draft_mark(document.sections[0])
    blocks.letterhead(document, head)
    blocks.kind_and_subject(document, ours.kind, report_words.subject(campaign))
    blocks.kinh_gui(document, phrases.authorities(campaign), typed=True)
    _text(document, rows, register)
    signer, recipients = campaign.signer, phrases.recipients(campaign, ours.recipients)
    blocks.signature(document, signer.titles, signer.name, recipients)
    if register.totals["total"]:
        appendix(document)
        paragraph(document, Part.APPENDIX, "Phụ lục")  # the only one: it has no number (III.1.b)
        numbered = f"số{head.numbered.removeprefix('Số:')}"
        cited = f"{upper_first(ours.kind)} {numbered} {head.day_text} của {agency.name}"
        blocks.appendix_heading(document, _appendix_title(register.campaign), cited)
        register_table(document, rows, register, units=ours.unit_column)
        blocks.end(document)
    return save(document, rows)


def _appendix_title(campaign: Campaign) -> str:
    return campaign.form.title.replace("BIỂU", "BIỂU TỔNG HỢP", 1)


def is_draft(register: Register) -> bool:
    """Tell whether it is not to be signed yet: units may still write, or :func:`unready`."""
    return not register.final or bool(unready(register.campaign))


def unready(campaign: Campaign) -> list[str]:
    """Return which keys of campaign.toml a report to be signed lacks, or has too long."""
    place = "report.place" if campaign.report.place else "agency.place"
    keys = {"symbol": "report.symbol", "place": place}
    return [*unfit(_letterhead(campaign), keys), *unsigned(campaign.signer)]


def _letterhead(campaign: Campaign, year: int = 0) -> Letterhead:
    """Return the letterhead; a day that is not given is written by hand, in `year`."""
    ours, agency = campaign.report, campaign.agency
    return Letterhead(
        agency.parent, agency.name, report_words.symbol(campaign), ours.place or agency.place,
        ours.date or year or campaign.deadline.moment.year, ours.number,
    )  # fmt: skip


# --- text -------------------------------------------------------------------------------------


def _text(document: Document, rows: Rows, register: Register) -> None:
    """Draw everything from the basis to the last sentence."""
    campaign, any_entry = register.campaign, bool(register.totals["total"])
    if campaign.report.kind == report_words.PROPOSAL:
        blocks.basis(document, report_words.grounds(campaign))
    paragraph(document, Part.BODY, report_words.opening(campaign))
    blocks.heading(document, "I. Tình hình đăng ký")
    paragraph(document, Part.BODY, report_words.asked(campaign))
    paragraph(document, Part.BODY, report_words.received(register))
    blocks.heading(document, "II. Kết quả đăng ký")
    appended = (Words(" (chi tiết tại Phụ lục)", italic=True),) if any_entry else ()
    paragraph(document, Part.BODY, report_words.totals(register), *appended, ".")
    if any_entry:
        _results(document, rows, register)
    if before := campaign.report.last_year:
        number = "3. " if any_entry else ""
        paragraph(document, Part.CLAUSE, f"{number}So với năm {campaign.year - 1}")
        paragraph(document, Part.BODY, report_words.compared(register, before))
        _compared(document, rows, register)
    _units(document, rows, register)
    paragraph(document, Part.BODY, report_words.closing(campaign))


def _results(document: Document, rows: Rows, register: Register) -> None:
    """Draw the figures by field and by unit."""
    paragraph(document, Part.CLAUSE, "1. Theo lĩnh vực")
    if others := report_words.others(register):
        paragraph(document, Part.BODY, others)
    by_field = rows_of(register.by_field)
    _figures(document, rows, "Lĩnh vực", by_field, register)
    if register.campaign.report.chart:
        _chart(document, by_field)
    paragraph(document, Part.CLAUSE, "2. Theo đơn vị")
    _figures(document, rows, "Đơn vị", register.figures_of_units, register)


def _table(document: Document, widths: Iterable[float], titles: Iterable[str]) -> Table:
    paragraph(document, Part.GAP, before=_TABLE_GAP, keep=True)
    table = grid(document, [*widths])
    header(table, titles)
    return table


def _figures(
    document: Document,
    rows: Rows,
    of: str,
    body: Sequence[tuple[str, Sequence[int]]],
    register: Register,
) -> None:
    """Draw a table of the five figures. A short one stays on one page."""
    table = _table(document, FIGURES_WIDTHS, ("TT", of, *FIGURES.values()))
    middle = {0, *range(2, len(FIGURES_WIDTHS))}
    room, size = FIGURES_WIDTHS[1] - 2 * PADDING, Part.CELL.style.size
    lines = sum(len(wrapped(each, size, room)) for each, _ in body[: _SHORT + 1])
    plain = pattern(table, Look(middle, keep=lines <= _SHORT))
    last = pattern(table, Look(middle, keep=True))
    total = pattern(table, Look(middle, bold=True))

    def looked() -> Iterator[Row]:
        for at, (each, counts) in enumerate(body, 1):
            yield last if at == len(body) else plain, [str(at), each, *map(number, counts)]
        yield total, ["", "Tổng cộng", *map(number, register.totals.values())]

    follow(document, table, rows, looked(), len(body))


def _chart(document: Document, by_field: Sequence[tuple[str, Sequence[int]]]) -> None:
    keys = list(FIGURES)
    series = {
        FIGURES[key]: [counts[keys.index(key)] for _, counts in by_field]
        for key in ("collective", "individual")
    }
    title = "Số mô hình, điển hình theo lĩnh vực"
    told = "; ".join(f"{name}: {number(counts[0])}" for name, counts in by_field)
    bars(document, title, [name for name, _ in by_field], series, f"{title}: {told}")


def _compared(document: Document, rows: Rows, register: Register) -> None:
    year = register.campaign.year
    titles = ("Chỉ tiêu", f"Năm {year - 1}", f"Năm {year}", "Tăng (+), giảm (−)")
    table = _table(document, COMPARED_WIDTHS, titles)
    look = pattern(table, Look(range(1, 4)))
    rows.follow(table, map(look.fill, report_words.comparison(register)))


def _units(document: Document, rows: Rows, register: Register) -> None:
    """Draw who is not done, and of whom else something is to be said."""
    unfinished, noteworthy = report_words.unfinished(register), report_words.noteworthy(register)
    blocks.heading(document, "III. Đơn vị chưa hoàn thành, đơn vị cần lưu ý")
    if not unfinished and not noteworthy:
        paragraph(document, Part.BODY, "Tất cả các đơn vị đã hoàn thành đăng ký đúng hạn.")
        return
    _told(document, rows, "1. Đơn vị chưa hoàn thành", UNFINISHED, unfinished)
    _told(document, rows, "2. Đơn vị cần lưu ý", NOTEWORTHY, noteworthy)


def _told(
    document: Document,
    rows: Rows,
    title: str,
    columns: Mapping[str, float],
    lines: Sequence[Sequence[str]],
) -> None:
    paragraph(document, Part.CLAUSE, title)
    if not lines:
        paragraph(document, Part.BODY, "Không có đơn vị nào.")
        return
    table = _table(document, columns.values(), columns)
    look = pattern(table, Look(range(1)))
    looked = ((look, [str(at), *line]) for at, line in enumerate(lines, 1))
    follow(document, table, rows, looked, len(lines))
