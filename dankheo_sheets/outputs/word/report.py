"""The report bao-cao.docx to the authority: báo cáo or tờ trình, with the register as appendix.

Its words are in :mod:`.report_words`; its figures are the register's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.shared import Pt
from docx.table import Table

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.layout import TITLE
from dankheo_sheets.outputs.word import blocks, register_table, report_words, words
from dankheo_sheets.outputs.word.blocks import Letterhead
from dankheo_sheets.outputs.word.chart import bars
from dankheo_sheets.outputs.word.columns import PADDING
from dankheo_sheets.outputs.word.decree30 import (
    LANDSCAPE_WIDTH,
    STYLES,
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
from dankheo_sheets.outputs.word.metrics import wrapped
from dankheo_sheets.outputs.word.ready import unfit, unsigned
from dankheo_sheets.outputs.word.rows import RowsFollow, save
from dankheo_sheets.register import FIGURES, Register, rows_of
from dankheo_sheets.vietnamese import dotted as number

FIGURES_WIDTHS = (12, 60, 18, 18, 18, 21, 18)
"""Number, name, the five figures. Millimetres, together 165. Our choice."""
COMPARED_WIDTHS = (51, 38, 38, 38)
UNFINISHED = {"TT": 12, "Đơn vị": 68, "Lý do, ghi chú": 85}
NOTEWORTHY = {"TT": 12, "Đơn vị": 58, "Tình trạng": 35, "Lý do, ghi chú": 60}
_SHORT = 6
"""Lines of a table that is not to be torn: with its heading a quarter of a page."""
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
    blocks.kinh_gui(document, words.authorities(campaign), typed=True)
    rows = _text(document, register)
    signer, recipients = campaign.signer, words.recipients(campaign, ours.recipients)
    blocks.signature(document, signer.titles, signer.name, recipients)
    if register.totals["total"]:
        appendix(document, landscape=True)
        blocks.appendix_heading(
            document, _APPENDIX_TITLE, f"(Kèm theo {_reference(head, campaign)})",
            room=LANDSCAPE_WIDTH,
        )  # fmt: skip
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
        "symbol": "report.symbol",
        "place": "report.place" if campaign.report.place else "agency.place",
    }  # fmt: skip
    return [*unfit(_letterhead(campaign), keys), *unsigned(campaign.signer)]


# --- above the text ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Undated(Letterhead):
    """A letterhead whose day is written by hand, when the document is signed."""

    @property
    def dated(self) -> str:
        return f"{self.place}, {vietnamese.blank_date(self.day.year)}"


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
    day = (
        vietnamese.long_date(head.day)
        if campaign.report.date
        else vietnamese.blank_date(head.day.year)
    )
    numbered = f"s{head.numbered.removeprefix('S').replace(':', '', 1)}"
    return f"{vietnamese.upper_first(kind)} {numbered} {day} của {campaign.agency.name}"


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
    appended = (italic(" (chi tiết tại Phụ lục)"),) if register.totals["total"] else ()
    blocks.body(document, report_words.totals(register), *appended, ".")
    if register.totals["total"]:
        rows |= _results(document, register)
    if before := campaign.report.last_year:
        number = "3. " if register.totals["total"] else ""
        blocks.clause(document, f"{number}So với năm {campaign.year - 1}")
        blocks.body(document, report_words.compared(register, before))
        rows["compared"] = _compared(document, register)
    rows |= _units(document, register)
    blocks.body(document, report_words.closing(campaign))
    return rows


def _results(document: Document, register: Register) -> Rows:
    """Draw the figures by field and by unit."""
    blocks.clause(document, "1. Theo lĩnh vực")
    if others := report_words.others(register):
        blocks.body(document, others)
    by_field = rows_of(register.by_field)
    fields = _figures(document, "fields", "Lĩnh vực", by_field, register)
    if register.campaign.report.chart:
        _chart(document, by_field)
    blocks.clause(document, "2. Theo đơn vị")
    units = _figures(document, "units", "Đơn vị", register.figures_of_units, register)
    return {"fields": fields, "units": units}


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
    room, size = FIGURES_WIDTHS[1] - 2 * PADDING, STYLES[Part.CELL].size
    lines = sum(len(wrapped(each, size, room)) for each, _ in body[: _SHORT + 1])
    plain = pattern(table, Look(middle, keep=lines <= _SHORT))
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


def _units(document: Document, register: Register) -> Rows:
    """Draw who is not done, and of whom else something is to be said."""
    unfinished, noteworthy = report_words.unfinished(register), report_words.noteworthy(register)
    blocks.heading(document, "III. Đơn vị chưa hoàn thành, đơn vị cần lưu ý")
    if not unfinished and not noteworthy:
        blocks.body(document, "Tất cả các đơn vị đã hoàn thành đăng ký đúng hạn.")
        return {}
    return {
        **_told(document, "unfinished", "1. Đơn vị chưa hoàn thành", UNFINISHED, unfinished),
        **_told(document, "noteworthy", "2. Đơn vị cần lưu ý", NOTEWORTHY, noteworthy),
    }


def _told(
    document: Document,
    name: str,
    title: str,
    columns: Mapping[str, float],
    lines: Sequence[report_words.Line],
) -> Rows:
    blocks.clause(document, title)
    if not lines:
        blocks.body(document, "Không có đơn vị nào.")
        return {}
    table = _table(document, tuple(columns.values()), tuple(columns))
    more = again(document, table)
    prepared = pattern(table, Look(_FIRST))
    RowsFollow(table, name)
    looked = ((prepared, [str(n), *line]) for n, line in enumerate(lines, 1))
    return {name: in_pieces(looked, len(lines), more)}
