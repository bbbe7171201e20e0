"""What stands in the master, tong-hop.xlsx: register, data, progress, findings, statistics.

Plain tables, for any workspace to draw; :mod:`dankheo_sheets.outputs.master_xlsx` draws the file.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import TITLE
from dankheo_sheets.journal import Event
from dankheo_sheets.notices import feedback as notices
from dankheo_sheets.register import (
    FIGURES,
    Register,
    blocking,
    last_change,
    next_action,
    nil_reason,
    reception,
    rows_of,
    warnings,
)
from dankheo_sheets.registration import Holder, Origin, Severity, Standing, Status
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.vietnamese import due_text, until_text
from dankheo_sheets.workspace.base import Cell

REGISTER, DATA, PROGRESS, FINDINGS, STATISTICS, JOURNAL = (
    "Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê", "Nhật ký",
)  # fmt: skip
COMPLETENESS = {
    "expected": "Phải gửi", "received": "Đã nhận", "on_time": "Đúng hạn",
    "late": "Muộn hạn", "missing": "Còn thiếu", "excluded": "Loại trừ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the master: rows of cells under its column titles."""

    tab: str
    heads: tuple[str, ...]
    """What stands above it: its title, then what it holds."""
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def tables(register: Register, journal: Sequence[Event] = ()) -> list[Table]:
    """Return the tables of the master, tab by tab; the statistics have two: by field, by unit."""
    campaign = register.campaign
    unit_names = {unit.code: unit.name for unit in register.units}
    figure_titles = tuple(FIGURES.values())
    found = list(_finding_rows(register))
    return [
        Table(
            REGISTER,
            (TITLE, campaign.title, campaign.agency.name),
            (
                "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Mô hình tập thể", "Mô hình cá nhân",
                "Địa chỉ", "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH", "Xây dựng mới", "Nhân rộng",
                "Đơn vị đăng ký",
            ),
            list(register_rows(register)),
        ),
        Table(
            DATA,
            ("DỮ LIỆU ĐĂNG KÝ", _data_line(register)),
            (
                "TT", "Mã", "Đơn vị", "Lĩnh vực", "Tên mô hình, điển hình", "Hình thức",
                "Địa chỉ", "Nội dung", "Trong đó", "Được tính", "Trạng thái đơn vị", "Dòng",
                "Đơn vị ghi lĩnh vực",
            ),
            list(_data_rows(register)),
        ),
        Table(
            PROGRESS,
            ("TIẾN ĐỘ ĐĂNG KÝ", progress_line(register)),
            (
                "TT", "Mã", "Đơn vị", "Trạng thái", "Số dòng", "Được tính", "Phải sửa",
                "Nên xem", "Sửa lần cuối", "Hạn", "Việc tiếp theo", "Ghi chú",
            ),
            list(board_rows(register)),
        ),
        Table(
            FINDINGS,
            ("NỘI DUNG CẦN SỬA", _findings_line(found)),
            ("TT", "Mã", "Đơn vị", "Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức"),
            found,
        ),
        Table(
            STATISTICS,
            ("THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO LĨNH VỰC", campaign.title),
            ("Lĩnh vực", *figure_titles),
            [
                *_named(rows_of(register.by_field)),
                ["Tổng cộng", *register.totals.values()],
            ],
        ),
        Table(
            STATISTICS,
            ("THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO ĐƠN VỊ", campaign.title),
            ("Đơn vị", *figure_titles),
            [
                *_named(
                    (unit_names[code], counts)
                    for code, counts in rows_of(register.by_unit)
                    if register.standings[code].status is not Status.EXCLUDED
                ),
                ["Tổng cộng", *register.totals.values()],
            ],
        ),
        Table(
            JOURNAL,
            ("NHẬT KÝ", campaign.title),
            ("TT", "Lúc", "Ai", "Việc", "Mã", "Nội dung"),
            list(_journal_rows(journal, campaign.zone)),
        ),
    ]  # fmt: skip


def _named(rows: Iterable[tuple[str, list[int]]]) -> Iterator[list[Cell]]:
    for name, counts in rows:
        yield [name, *counts]


def register_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield the rows of the consolidated form: a row per field, its entries, the totals.

    Field rows have the field's title and nothing else; entries are numbered from 1 in each
    field, as on the paper form (reference/form.md §3).
    """
    section, number = "", 0
    sections = 0
    columns = ["field", "name", "holder", "place", "content", "origin", "unit"]
    for field, name, holder, place, content, origin, unit in zip(
        *(register.counted[column] for column in columns), strict=True
    ):
        if field != section or not sections:
            section, number, sections = field, 0, sections + 1
            yield [f"{vietnamese.roman(sections)}. {field_title(field)}", *[None] * 7]
        number += 1
        yield [
            f"{number}. {name}",
            "x" if holder == Holder.COLLECTIVE else None,
            "x" if holder == Holder.INDIVIDUAL else None,
            place,
            content,
            "x" if origin == Origin.NEW else None,
            "x" if origin == Origin.REPLICATED else None,
            unit,
        ]
    total = register.totals
    yield [
        f"Tổng cộng: {vietnamese.dotted(total['total'])}", total["collective"],
        total["individual"], None, None, total["new"], total["replicated"], None,
    ]  # fmt: skip


def field_title(field: str) -> str:
    """Return "Lĩnh vực kinh tế"; a field whose name already says so stays."""
    if vietnamese.match_key(field).startswith("lĩnh vực"):
        return field
    return f"Lĩnh vực {vietnamese.lower_first(field)}"


def _data_line(register: Register) -> str:
    if not len(register.entries):
        return "Chưa có mô hình, điển hình nào được ghi"
    return (
        f"{vietnamese.count(len(register.entries))} mô hình, điển hình đã ghi; "
        f"{vietnamese.count(len(register.counted))} được tính"
    )


def _data_rows(register: Register) -> Iterator[list[Cell]]:
    columns = [
        "code", "unit", "field", "name", "holder", "place", "content", "origin", "counted",
        "status", "row", "typed_field",
    ]  # fmt: skip
    rows = zip(*(register.entries[column] for column in columns), strict=True)
    for number, (*texts, counted, status, row, typed) in enumerate(rows, 1):
        yield [number, *texts, "có" if counted else "không", status, int(row), typed]


def board_rows(register: Register) -> Iterator[list[Cell]]:
    """Yield one row per unit of the roster: none is left out."""
    for number, unit in enumerate(register.units, 1):
        standing = register.standings[unit.code]
        changed, terms = last_change(standing), standing.terms
        yield [
            number,
            unit.code,
            unit.name,
            WORDS[standing.status].name,
            len(standing.registration.entries),
            len(standing.counted),
            blocking(standing),
            warnings(standing),
            vietnamese.moment(datetime.fromisoformat(changed)) if changed else "",
            f"gia hạn {until_text(standing.deadline)}"
            if terms.extended
            else due_text(standing.deadline),
            next_action(standing),
            vietnamese.nfc(remarks(standing)),
        ]


def _findings_line(rows: Sequence[Sequence[Cell]]) -> str:
    """Return "Phải sửa 19; nên xem 03": how many rows there are of each level."""
    counts = Counter(row[-1] for row in rows)
    parts = (
        f"{level.lower()} {vietnamese.count(counts[level])}"
        for level in notices.LEVELS.values()
        if counts[level]
    )
    return vietnamese.upper_first("; ".join(parts) or "không còn nội dung nào")


def _finding_rows(register: Register) -> Iterator[list[Cell]]:
    number = 0
    for unit in register.units:
        standing = register.standings[unit.code]
        for line in notices.finding_lines(standing):
            number += 1
            yield [number, unit.code, unit.name, line.cell, line.typed, line.message, line.level]
    for stray in register.strays:
        number += 1
        yield [number, "", "", "", "", stray, notices.LEVELS[Severity.WARN]]


def _journal_rows(journal: Sequence[Event], zone: ZoneInfo) -> Iterator[list[Cell]]:
    for number, event in enumerate(journal, 1):
        when = vietnamese.moment(event.moment.astimezone(zone))
        yield [number, when, event.who, event.what, event.unit, event.detail]


def progress_line(register: Register) -> str:
    """Return "Phải gửi 08; đã nhận 05; …; tỷ lệ 62,5%"."""
    rate = vietnamese.percent(register.rate)
    return f"{completeness_text(register.completeness, '; ')}; tỷ lệ {rate}"


def completeness_text(completeness: Mapping[str, int], separator: str) -> str:
    """Return "Phải gửi 08, đã nhận 05, …"; units that were excluded only where there are some."""
    text = separator.join(
        f"{title.lower()} {vietnamese.count(completeness[key])}"
        for key, title in COMPLETENESS.items()
        if key != "excluded" or completeness[key]
    )
    return vietnamese.upper_first(text)


REMARKS = {
    "returned": "Trả lại: {}", "excluded": "Loại trừ: {}", "nil_reason": "Lý do: {}",
    "received": "Nhận lúc {}", "mail_problem": "Thư: {}",
}  # fmt: skip
"""What was decided of a unit, why it registers none, what its mails met; in this order."""


def remarks(standing: Standing) -> str:
    """Return what there is to say of a unit, for its line of the board (:data:`REMARKS`)."""
    terms = standing.terms
    values = {
        "returned": terms.return_reason, "excluded": terms.excluded,
        "nil_reason": nil_reason(standing), "received": reception(standing),
        "mail_problem": terms.mail_problem,
    }  # fmt: skip
    return "; ".join(said.format(values[key]) for key, said in REMARKS.items() if values[key])
