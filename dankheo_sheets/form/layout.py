"""The form of a campaign laid out on a workbook: where its columns, cover and helpers stand.

From the declaration come the unit's workbook, its in-sheet checks, the reader, the guide text and
the tables of the master and the report.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.declaration.bundled import is_brought_along
from dankheo_sheets.declaration.derived import computed, summed_columns, sums
from dankheo_sheets.declaration.expressions import Node
from dankheo_sheets.declaration.model import FILLED_IN, Choice, Column, OutlineLine
from dankheo_sheets.declaration.sheet_text import (
    DIGITS,
    DIGITS_LIST,
    NO_WORDS,
    NO_WORDS_LIST,
    is_empty,
    sheet_key,
)
from dankheo_sheets.form.checks import (
    NOTHING,
    WORDS,
    RowCheck,
    accepted_list,
    checks,
    choice_list,
    kind_of,
)
from dankheo_sheets.form.judged import READINGS, Lists
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.registration import Entry
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.vietnamese import count, nfc, spellings, upper_first

TAB_ENTRIES = "Đăng ký"
TAB_GUIDE = "Hướng dẫn"
TAB_FEEDBACK = "Phản hồi"
TAB_IDENTITY = "_dankheo"
"""Hidden: campaign, unit and version."""
TAB_LISTS = "_danh_sach"
"""Hidden: what the drop-downs offer and the checks accept."""

CHECK_HEADER = "Kiểm tra"
CHECK_WIDTH = 27.0
WIDTHS: Mapping[str, float] = {
    "text": 20, "choice": 14, "mark": 7.5, "integer": 8, "number": 10, "money": 13, "percent": 8,
    "date": 11, "phone": 13, "email": 20, "unit": 24, "line": 34, "order": 5, "computed": 9,
}  # fmt: skip
"""Of columns that do not say theirs, in characters of the default font. Our choice."""

# 1-based rows of the Đăng ký tab.
UNIT_ROW, TITLE_ROW, LETTER_ROW, STATUS_ROW = 1, 2, 3, 4
_COVER_ROW = 5


@dataclass(frozen=True)
class CoverField:
    """One cell of the cover block: a label, and to its right the cell the unit fills in."""

    key: str
    """Attribute of :class:`~dankheo_sheets.registration.Cover`."""
    label: str
    kind: str
    help: str
    row: int
    label_columns: tuple[int, int]
    """First and last 0-based column of the label, merged."""
    input_columns: tuple[int, int]

    @property
    def cell(self) -> str:
        """Where the unit writes."""
        return f"{column_letters(self.input_columns[0])}{self.row}"


_INPUT_WIDTH, _PAIRS = 15, 3
"""Characters that an input of the cover has at the least; pairs side by side."""
_WIDE = 1.05
"""How wide a bold letter is, in characters of the default font."""


def _spans(
    widths: Sequence[float], labels: Sequence[str]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the columns of each label and input, as many pairs side by side as there is room for.

    The last input takes what is left.
    """
    for pairs in range(_PAIRS, 1, -1):
        needed = [max(len(label) for label in labels[at::pairs]) for at in range(pairs)]
        ends: list[tuple[int, int]] = []
        at = 0
        for room in (room for label in needed for room in (label, _INPUT_WIDTH)):
            start, wide = at, 0.0
            while at < len(widths) and wide < room:
                wide += widths[at]
                at += 1
            if wide >= room:
                ends.append((start, at - 1))
        if len(ends) == 2 * pairs:
            ends[-1] = (ends[-1][0], len(widths) - 1)
            return list(zip(ends[::2], ends[1::2], strict=True))
    return [((0, 0), (1, len(widths) - 1))]


def lines_of(text: str, width: float) -> int:
    """Return how many lines a bold text takes in so many characters of the default font."""
    lines = 0
    for part in text.split("\n"):
        room = 0.0
        for word in part.split():
            if not room or room + len(word) + 1 > width / _WIDE:
                lines, room = lines + 1, 0.0
            room += len(word) + (1 if room else 0)
    return max(lines, 1)


# 1-based rows of the Phản hồi tab: label in A, value in B; then the table of findings.
FEEDBACK_ROWS: Mapping[str, int] = {
    "headline": 3, "notice": 4, "deadline": 5, "received": 6, "read_at": 7, "checksum": 8,
}  # fmt: skip
FEEDBACK_LABELS: Mapping[str, str] = {
    "headline": "Kết luận", "notice": "Thông báo", "deadline": "Hạn của đơn vị",
    "received": "Đã nhận", "read_at": "Đọc lúc", "checksum": "Mã kiểm tra (SHA-256)",
}  # fmt: skip
FEEDBACK_HEADER = ("Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức")
FEEDBACK_HEADER_ROW = 10


RETURNED_NOTICE, EXCLUDED_NOTICE = "Trả lại để sửa:", "Không phải đăng ký:"
"""Beginnings of a notice that say the unit is not done, and that nothing is asked of it."""
LOCKED_NOTICE = "Biểu đã khoá"
"""The beginning of a notice that says the unit can write nothing any more."""


def feedback_cell(key: str) -> str:
    """Return where the Phản hồi tab has one of :data:`FEEDBACK_ROWS`, for a formula elsewhere.

    The Đăng ký tab shows the unit's deadline and notice from there: what a sync writes into
    that one tab is seen on both.
    """
    return f"'{TAB_FEEDBACK}'!$B${FEEDBACK_ROWS[key]}"


# What stands for "x" and for "not" (reference/form.md §4).
_TICKS = ("×", "✓", "✔", "☑", "√", "✗", "✘", "✕", "✖", "☒", "✅", "❌", "╳")
_MARKS = (
    "x", "х", "ｘ", "x.", "(x)", "[x]", "v", "*", "+", "1", "01", "có", "true",
    *_TICKS, *(f"{tick}\ufe0f" for tick in _TICKS),
    "\uf0fb", "\uf0fc", "\uf0fd", "\uf0fe",
)  # fmt: skip
"""The last are the cross, tick and ticked boxes of Wingdings: private characters."""
_NOT_MARKS = ("-", "0", "không", "ko", "false", "☐", "□", "\uf06f", "\uf0a8", "[]", "[ ]")


def _without_lead(name: str, called: str) -> str:
    """Return "kinh tế" of a list "Lĩnh vực" that calls it "Lĩnh vực kinh tế"."""
    return re.sub(rf"^{re.escape(called)}\s+", "", nfc(name), flags=re.IGNORECASE)


class Form:
    """The form of one campaign: its declaration, with the campaign's own lists, laid out."""

    def __init__(self, campaign: Campaign, units: Iterable[Unit] = ()) -> None:
        """`units` are those that had other codes before, among others."""
        self.campaign, self.declaration = campaign, campaign.form
        self.columns = self.declaration.column
        self.column: Mapping[str, Column] = {column.key: column for column in self.columns}
        self._codes = {code_key(old): unit.code for unit in units for old in unit.formerly}
        rows = self.declaration.rows
        self.lines = rows.outlined
        self.rows = {"unit": 1, "lines": len(self.lines) + rows.open_tail}.get(
            rows.kind, campaign.form_rows
        )
        depth = max(len(column.header) for column in self.columns)
        self.header_row = max(field.row for field in self.cover) + 1
        self.header_end = self.header_row + depth - 1
        """1-based row of the lowest header."""
        self.numbered = any(column.number for column in self.columns)
        self.first_row = self.header_end + (2 if self.numbered else 1)
        self.last_row = self.first_row + self.rows - 1
        self.minimum_entries = campaign.minimum_entries
        judged_by: tuple[object, ...] = campaign.id, campaign.fields, campaign.minimum_entries
        if not is_brought_along(self.declaration):  # else it is the program's, and no setting
            judged_by += (self.declaration,)
        self.settings = hashlib.sha256(repr(judged_by).encode()).hexdigest()[:16]
        """What of the campaign's settings a return is judged by, as a checksum."""
        # 0-based columns to the right of the input: what is shown, and hidden helpers.
        self.check_column = len(self.columns)
        self.faults_column = self.check_column + 1
        self.row_column = self.check_column + 2
        self.words_column = self.check_column + 3
        self.helper_column = self.check_column + 4
        """The first of the columns that :mod:`dankheo_sheets.form.operands` gives out."""

    def worded(self, sentence: str) -> str:
        """Return a sentence of all forms in this one's words: {entry}, {short}, {action}, {none}.

        {None_} begins a sentence; {minimum} is how many entries are asked for.
        """
        rows, phrases = self.declaration.rows, self.declaration.phrases
        return sentence.format(
            entry=rows.entry, short=rows.short, action=phrases.action, none=phrases.none,
            None_=upper_first(phrases.none), minimum=count(self.minimum_entries),
        )  # fmt: skip

    def code_now(self, code: str) -> str:
        """Return what stands for the unit that a workbook calls `code`: the code it has now."""
        return code_key(self._codes.get(code_key(code), code))

    def width(self, column: Column) -> float:
        """Return how wide a column is, in characters of the default font."""
        return float(column.width or WIDTHS[column.kind])

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """Where each column stands in a workbook we made."""
        return {column.key: column_letters(at) for at, column in enumerate(self.columns)}

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """The columns a unit fills in."""
        return tuple(column for column in self.columns if column.kind in FILLED_IN)

    @cached_property
    def word_columns(self) -> tuple[str, ...]:
        """The keys of the columns of which a hidden cell tells whether words stand in them."""
        return tuple(column.key for column in self.columns if column.kind in ("text", "choice"))

    @cached_property
    def section_names(self) -> tuple[str, ...]:
        """The sections on paper, in their order; () of a form without."""
        key = self.declaration.rows.section
        return tuple(choice.name for choice in self.choices(self.column[key])) if key else ()

    @cached_property
    def names_a_row(self) -> str:
        """The key of the column by which people know a row."""
        if self.declaration.unique:
            return self.declaration.unique[0].columns[0]
        words = [column.key for column in self.columns if column.kind in ("line", "unit", "text")]
        return next(iter(words), self.columns[0].key)

    @cached_property
    def sums(self) -> Sequence[tuple[OutlineLine, list[OutlineLine]]]:
        """Each printed line that is a sum and the lines directly below it, lowest first."""
        return list(sums(self.lines))

    @cached_property
    def summed_columns(self) -> tuple[str, ...]:
        """The columns that lines are summed by; () where no line is a sum."""
        return summed_columns(self.declaration) if self.sums else ()

    @cached_property
    def _sum_lines(self) -> frozenset[str]:
        return frozenset(line.id for line, _ in self.sums)

    def is_sum(self, entry: Entry) -> bool:
        """Tell whether a row is a printed line whose figures are sums."""
        return entry.line in self._sum_lines

    def is_blank(self, entry: Entry) -> bool:
        """Tell whether a row is unused: no words, no marks; placeholders such as "1....." too.

        A printed line of sums is one.
        """
        return self.is_sum(entry) or not any(
            self._is_used(column, entry[column.key]) for column in self.inputs
        )

    def _is_used(self, column: Column, written: str) -> bool:
        if column.kind == "mark":
            return not is_empty(written)
        if column.key in self.word_columns:
            kind = kind_of(written)
            return kind == WORDS or (kind != NOTHING and not self.takes_only_words(column.key))
        return READINGS[column.kind].value(written) is not None

    def takes_only_words(self, key: str) -> bool:
        """Tell whether a number alone is nothing there."""
        return bool(self.column[key].only_words)

    @cached_property
    def cover(self) -> tuple[CoverField, ...]:
        """The block above the table, in rows of as many pairs as the columns have room for."""
        action, none = self.declaration.phrases.action, self.declaration.phrases.none
        cells = (
            ("preparer", "Người lập biểu", "text", "Họ và tên người lập biểu."),
            ("phone", "Điện thoại", "text", "Số điện thoại để cơ quan tổng hợp liên hệ."),
            ("nil_reason", f"Lý do nếu {none}", "text",
             f"Chỉ ghi khi đơn vị {none} {self.declaration.rows.short} nào."),
            ("number", "Số văn bản", "text", "Số văn bản của đơn vị gửi kèm biểu, nếu đã có."),
            ("date", "Ngày văn bản", "text", "Ngày văn bản, ví dụ 08/4/2022."),
            ("confirmed", f"Đã hoàn thành {action} (ghi x)", "mark",
             "Ghi x khi biểu đã xong. Sau đó vẫn sửa được đến hết hạn."),
        )  # fmt: skip
        widths = [*map(self.width, self.columns), CHECK_WIDTH]
        spans = _spans(widths, [label for _, label, _, _ in cells])
        return tuple(
            CoverField(*cell, _COVER_ROW + at // len(spans), *spans[at % len(spans)])
            for at, cell in enumerate(cells)
        )

    @cached_property
    def lists_of(self) -> Lists:
        """What counts as what."""
        return Lists(
            marks=frozenset(sheet_key(s) for mark in _MARKS for s in spellings(mark)),
            not_marks=frozenset(sheet_key(s) for mark in _NOT_MARKS for s in spellings(mark)),
            accepted={c.key: self._accepted(c) for c in self.columns if c.kind == "choice"},
        )

    def choices(self, column: Column) -> Sequence[Choice]:
        """Return what a column of choices offers: its own, or a list of the campaign."""
        if isinstance(column.choices, str):
            return [Choice(name=f.name, aliases=f.aliases) for f in self.campaign.fields]
        return column.choices

    def _accepted(self, column: Column) -> Mapping[str, str]:
        """Return every accepted spelling, as :func:`sheet_key` folds it → its name."""
        called = column.header[-1]
        return {
            sheet_key(spelling): choice.name
            for choice in self.choices(column)
            for name in (choice.name, *choice.aliases)
            for written in (name, f"{called} {name}", _without_lead(name, called))
            for spelling in spellings(written)
        }

    @cached_property
    def checks(self) -> tuple[RowCheck, ...]:
        """The checks of a row."""
        return checks(self.declaration, self.lists_of)

    @cached_property
    def computed(self) -> Mapping[str, Node]:
        """The expression of each computed column, one after all it looks at."""
        return computed(self.declaration)

    @cached_property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The lists the workbook carries on a hidden tab, by defined name."""
        of_choices: dict[str, tuple[str, ...]] = {}
        for key, accepted in self.lists_of.accepted.items():
            names = tuple(choice.name for choice in self.choices(self.column[key]))
            of_choices[choice_list(key)] = names
            of_choices[accepted_list(key)] = tuple(sorted(accepted))
        return of_choices | {
            "ds_dau": tuple(sorted(self.lists_of.marks)),
            "ds_khong": tuple(sorted(self.lists_of.not_marks)),
            NO_WORDS_LIST: NO_WORDS,
            DIGITS_LIST: DIGITS,
        }
