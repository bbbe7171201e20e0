"""The report bao-cao.docx to the authority: báo cáo or tờ trình, with the register as appendix.

Its words are in :mod:`.report_words`; its figures are the register's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.shared import Pt
from docx.table import Table

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.layout import TITLE
from dankheo_sheets.outputs.board_lines import number
from dankheo_sheets.outputs.word import blocks, register_table, report_words, words
from dankheo_sheets.outputs.word.blocks import Letterhead
from dankheo_sheets.outputs.word.chart import bars
from dankheo_sheets.outputs.word.decree30 import (
    LANDSCAPE_WIDTH,
    Part,
    appendix,
    italic,
    paragraph,
    start,
)
from dankheo_sheets.outputs.word.grid import (
    Look,
    Row,
    again,
    grid,
    header,
    in_pieces,
    pattern,
    told_last,
)
from dankheo_sheets.outputs.word.ready import unfit, unsigned
from dankheo_sheets.outputs.word.rows import RowsFollow, save
from dankheo_sheets.register import FIGURES, Register, rows_of

FIGURES_WIDTHS = (12, 60, 18, 18, 18, 21, 18)
"""Number, name, the five figures. Millimetres, together 165. Our choice."""
COMPARED_WIDTHS = (51, 38, 38, 38)
UNITS_WIDTHS = (12, 58, 35, 60)
_SHORT = 12
"""Rows of a table that is not to be torn. Our choice."""
_TABLE_GAP = 4
"""Points between a heading and its table."""
_FIRST = range(1)
_APPENDIX_TITLE = TITLE.replace("BIỂU", "BIỂU TỔNG HỢP", 1)

Rows = dict[str, Iterator[str]]


def report(register: Register) -> bytes:
    """Return bao-cao.docx; the same register makes the same bytes.

    The place of a signer who is not named is left blank.
    """
    campaign = register.campaign
    ours, agency = campaign.report, campaign.agency
    head = _head(register)
    day = ours.date or campaign.deadline.moment.date()
    document = start(report_words.subject(campaign), agency.name, day)
    if is_draft(register):
        blocks.draft_mark(document.sections[0])
    blocks.letterhead(document, head)
    blocks.kind_and_subject(document, ours.kind, report_words.subject(campaign))
    blocks.kinh_gui(document, ours.addressees or (campaign.authority.name,), typed=True)
    rows = _text(document, register)
    signer, recipients = campaign.signer, words.recipients(campaign, ours.recipients)
    blocks.signature(document, signer.titles, signer.name, recipients)
    appendix(document, landscape=True)
    blocks.appendix_heading(
        document, _APPENDIX_TITLE, f"(Kèm theo {_reference(head, campaign)})", room=LANDSCAPE_WIDTH
    )
    units = ours.unit_column
    rows[register_table.NAME] = register_table.register_table(document, register, units=units)
    blocks.end(document)
    return save(document, rows)


def is_draft(register: Register) -> bool:
    """Tell whether it is not to be signed yet: units may still write, or :func:`unready`."""
    return not register.final or bool(unready(register.campaign))


def unready(campaign: Campaign) -> list[str]:
    """Return which keys of campaign.toml a report to be signed lacks, or has too long."""
    keys = {
        "parent": "agency.parent", "name": "agency.name", "symbol": "report.symbol",
        "place": "report.place" if campaign.report.place else "agency.place",
    }  # fmt: skip
    return [*unfit(_letterhead(campaign), keys), *unsigned(campaign.signer)]


# --- above the text ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Undated(Letterhead):
    """A letterhead whose day is written by hand, when the document is signed."""

    @property
    def dated(self) -> str:
        return f"{self.place}, {_blank_day(self.day.year)}"


def _blank_day(year: int) -> str:
    room = "\u00a0" * 5
    return f"ngày{room}tháng{room}năm {year}"


def _letterhead(campaign: Campaign, year: int = 0) -> Letterhead:
    ours, agency = campaign.report, campaign.agency
    last = campaign.deadline.moment.date()
    return (Letterhead if ours.date else _Undated)(
        agency.parent, agency.name, report_words.symbol(campaign), ours.place or agency.place,
        ours.date or last.replace(year=year or last.year, day=1), ours.number,
    )  # fmt: skip


def _head(register: Register) -> Letterhead:
    return _letterhead(register.campaign, register.as_of.year if register.as_of else 0)


def _reference(head: Letterhead, campaign: Campaign) -> str:
    """Return "Báo cáo số …/BC-SKHCN ngày … của …", as an appendix cites its document (III.1.c)."""
    kind = campaign.report.kind
    day = vietnamese.long_date(head.day) if campaign.report.date else _blank_day(head.day.year)
    numbered = f"s{head.numbered.removeprefix('S').replace(':', '', 1)}"
    return f"{kind[:1].upper()}{kind[1:]} {numbered} {day} của {campaign.agency.name}"


# --- text -------------------------------------------------------------------------------------


def _text(document: Document, register: Register) -> Rows:
    """Draw everything from the basis to the last sentence; return the rows of its tables."""
    campaign = register.campaign
    rows: Rows = {}
    if campaign.report.kind == report_words.PROPOSAL:
        blocks.basis(document, report_words.grounds(campaign))
    blocks.body(document, report_words.opening(campaign))
    blocks.heading(document, "I. Tình hình đăng ký")
    blocks.body(document, report_words.asked(campaign))
    blocks.body(document, report_words.received(register))
    blocks.heading(document, "II. Kết quả đăng ký")
    blocks.body(document, report_words.totals(register), italic(" (chi tiết tại Phụ lục)"), ".")
    blocks.clause(document, "1. Theo lĩnh vực")
    if others := report_words.others(register):
        blocks.body(document, others)
    by_field = rows_of(register.by_field)
    rows["fields"] = _figures(document, "fields", "Lĩnh vực", by_field, register)
    if campaign.report.chart:
        _chart(document, by_field)
    blocks.clause(document, "2. Theo đơn vị")
    names = {unit.code: unit.name for unit in register.units}
    by_unit = [(names[code], counts) for code, counts in rows_of(register.by_unit)]
    rows["units"] = _figures(document, "units", "Đơn vị", by_unit, register)
    if before := campaign.report.last_year:
        blocks.clause(document, f"3. So với năm {campaign.year - 1}")
        blocks.body(document, report_words.compared(register, before))
        rows["compared"] = _compared(document, register)
    blocks.heading(document, "III. Đơn vị chưa hoàn thành hoặc cần lưu ý")
    rows |= _noteworthy(document, register)
    blocks.body(document, report_words.closing(campaign))
    return rows


def _table(document: Document, widths: Sequence[float], titles: Sequence[str]) -> Table:
    gap = paragraph(document, Part.GAP).paragraph_format
    gap.space_before, gap.keep_with_next = Pt(_TABLE_GAP), True
    table = grid(document, widths)
    header(table, titles)
    return table


def _figures(
    document: Document,
    name: str,
    of: str,
    body: Sequence[tuple[str, Sequence[int]]],
    register: Register,
) -> Iterator[str]:
    """Draw a table of the five figures; return its rows. A short one stays on one page."""
    table = _table(document, FIGURES_WIDTHS, ("TT", of, *FIGURES.values()))
    middle = {0, *range(2, len(FIGURES_WIDTHS))}
    more = again(document, table)
    plain = pattern(table, Look(middle, keep=len(body) <= _SHORT))
    last = pattern(table, Look(middle, keep=True))
    total = pattern(table, Look(middle, bold=True))
    RowsFollow(table, name)

    def looked() -> Iterator[Row]:
        for at, ((each, counts), is_last) in enumerate(told_last(body), 1):
            yield last if is_last else plain, [str(at), each, *map(number, counts)]
        yield total, ["", "Tổng cộng", *map(number, register.totals.values())]

    return in_pieces(looked(), len(body), more)


def _chart(document: Document, by_field: Sequence[tuple[str, Sequence[int]]]) -> None:
    keys = list(FIGURES)
    series = {
        FIGURES[key]: [counts[keys.index(key)] for _, counts in by_field]
        for key in ("collective", "individual")
    }
    title = "Số mô hình, điển hình theo lĩnh vực"
    told = "; ".join(f"{name}: {number(counts[0])}" for name, counts in by_field)
    bars(document, title, [name for name, _ in by_field], series, f"{title}: {told}")


def _compared(document: Document, register: Register) -> Iterator[str]:
    campaign = register.campaign
    assert campaign.report.last_year
    years = [f"Năm {year}" for year in (campaign.year - 1, campaign.year)]
    table = _table(document, COMPARED_WIDTHS, ("Chỉ tiêu", *years, "Tăng (+), giảm (−)"))
    prepared = pattern(table, Look(range(1, 4)))
    RowsFollow(table, "compared")
    lines = report_words.comparison(register, campaign.report.last_year)
    return (
        prepared.fill([title, number(then), number(now), change])
        for title, then, now, change in lines
    )


def _noteworthy(document: Document, register: Register) -> Rows:
    lines = list(report_words.noteworthy(register))
    if not lines:
        blocks.body(document, "Tất cả các đơn vị đã hoàn thành đăng ký đúng hạn.")
        return {}
    table = _table(document, UNITS_WIDTHS, ("TT", "Đơn vị", "Tình trạng", "Lý do, ghi chú"))
    more = again(document, table)
    prepared = pattern(table, Look(_FIRST))
    RowsFollow(table, "noteworthy")
    looked = ((prepared, [str(n), *line]) for n, line in enumerate(lines, 1))
    return {"noteworthy": in_pieces(looked, len(lines), more)}
