"""The rules of the form: each a sentence, a severity, a Python check and a formula.

A check tells whether the rule is *broken*. The workbook's **Kiểm tra** column and status line,
the guide and the sync's findings all come from :data:`ENTRY_RULES` and :data:`UNIT_RULES`,
so a unit sees at once what the sync will say. Every rule always runs; none raises.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from dankheo_sheets import vietnamese
from dankheo_sheets.form import sheet_text as text
from dankheo_sheets.form.layout import CONTENT_MINIMUM, Form
from dankheo_sheets.registration import (
    Cover,
    Entry,
    Finding,
    Holder,
    Origin,
    Registration,
    Scope,
    Severity,
)

BLOCK, WARN = Severity.BLOCK, Severity.WARN


class Cells(Protocol):
    """Where a formula finds its operands: for a row of the table, or for the cover block."""

    def raw(self, key: str) -> str:
        """Return the cell of an input, by column or cover key."""
        ...

    def folded(self, key: str) -> str:
        """Return the cell or formula of :func:`sheet_text.sheet_key` of an input."""
        ...


FOLDED = ("field", "collective", "individual", "new", "replicated")
"""Columns whose folded text the workbook keeps in a hidden helper cell of the row."""


# --- rules of one row -------------------------------------------------------------------


@dataclass(frozen=True)
class EntryRule:
    """A rule of one row of the table."""

    code: str
    severity: Severity
    column: str
    """The column the finding points at."""
    sentence: str
    """The rule itself, for the guide."""
    message: str
    """What to do where it is broken, for the row."""
    broken: Callable[[Entry, Form], bool]
    formula: Callable[[Cells], str]
    """Twin of `broken`: a spreadsheet condition."""


def _mark_pair(
    first: str, second: str
) -> tuple[
    Callable[[Entry, Form], bool],
    Callable[[Cells], str],
    Callable[[Entry, Form], bool],
    Callable[[Cells], str],
]:
    """Return "not exactly one of the two is filled" and "the filled one is not an x".

    Text other than a known mark (a name, a count) counts as the mark, with a warning, while
    the other cell is empty (domain.md §6.3).
    """

    def unmarked(typed: str, form: Form) -> bool:
        return text.is_empty(typed) or text.in_list(typed, form.not_marks)

    def unmarked_formula(key: str) -> str:
        return f"OR({text.is_empty_formula(key)},{text.in_list_formula(key, 'ds_khong')})"

    def both_or_neither(entry: Entry, form: Form) -> bool:
        return unmarked(getattr(entry, first), form) == unmarked(getattr(entry, second), form)

    def both_or_neither_formula(cells: Cells) -> str:
        return f"{unmarked_formula(cells.folded(first))}={unmarked_formula(cells.folded(second))}"

    def other_text(entry: Entry, form: Form) -> bool:
        return not both_or_neither(entry, form) and not any(
            text.in_list(getattr(entry, key), form.marks) for key in (first, second)
        )

    def other_text_formula(cells: Cells) -> str:
        keys = cells.folded(first), cells.folded(second)
        marked = ",".join(text.in_list_formula(key, "ds_dau") for key in keys)
        return f"AND(NOT({both_or_neither_formula(cells)}),NOT(OR({marked})))"

    return both_or_neither, both_or_neither_formula, other_text, other_text_formula


_holder = _mark_pair("collective", "individual")
_origin = _mark_pair("new", "replicated")


def _lacks(key: str) -> tuple[Callable[[Entry, Form], bool], Callable[[Cells], str]]:
    return (
        lambda entry, form: not text.has_letters(getattr(entry, key)),
        lambda cells: f"NOT({text.has_letters_formula(cells.raw(key))})",
    )


def _unlisted_field(entry: Entry, form: Form) -> bool:
    return text.has_letters(entry.field) and not text.in_list(entry.field, form.field_of.keys())


def _unlisted_field_formula(cells: Cells) -> str:
    listed = text.in_list_formula(cells.folded("field"), "ds_cach_ghi")
    return f"AND({text.has_letters_formula(cells.raw('field'))},NOT({listed}))"


def _short_content(entry: Entry, form: Form) -> bool:
    return text.has_letters(entry.content) and text.length(entry.content) < CONTENT_MINIMUM


def _short_content_formula(cells: Cells) -> str:
    content = cells.raw("content")
    short = f"{text.length_formula(content)}<{CONTENT_MINIMUM}"
    return f"AND({text.has_letters_formula(content)},{short})"


ENTRY_RULES: tuple[EntryRule, ...] = (
    EntryRule(
        "name-required", BLOCK, "name",
        "Mỗi dòng có tên mô hình, điển hình.",
        "Thiếu tên mô hình.",
        *_lacks("name"),
    ),
    EntryRule(
        "field-required", BLOCK, "field",
        "Mỗi mô hình thuộc một lĩnh vực.",
        "Thiếu lĩnh vực.",
        *_lacks("field"),
    ),
    EntryRule(
        "holder-one", BLOCK, "collective",
        "Mỗi mô hình là của tập thể hoặc của cá nhân: ghi x vào đúng một ô.",
        "Ghi x một ô: tập thể hoặc cá nhân.",
        *_holder[:2],
    ),
    EntryRule(
        "place-required", BLOCK, "place",
        "Mỗi mô hình có địa chỉ: nơi thực hiện.",
        "Thiếu địa chỉ.",
        *_lacks("place"),
    ),
    EntryRule(
        "content-required", BLOCK, "content",
        "Mỗi mô hình có nội dung cụ thể.",
        "Thiếu nội dung cụ thể.",
        *_lacks("content"),
    ),
    EntryRule(
        "origin-one", BLOCK, "new",
        "Mỗi mô hình là xây dựng mới hoặc nhân rộng: ghi x vào đúng một ô.",
        "Ghi x một ô: mới hoặc nhân rộng.",
        *_origin[:2],
    ),
    EntryRule(
        "field-listed", WARN, "field",
        "Lĩnh vực lấy trong danh sách.",
        "Lĩnh vực không có trong danh sách.",
        _unlisted_field, _unlisted_field_formula,
    ),
    EntryRule(
        "holder-mark", WARN, "collective",
        "Ô tập thể, cá nhân chỉ ghi x.",
        "Ô tập thể, cá nhân chỉ ghi x.",
        *_holder[2:],
    ),
    EntryRule(
        "origin-mark", WARN, "new",
        "Ô xây dựng mới, nhân rộng chỉ ghi x.",
        "Ô xây dựng mới, nhân rộng chỉ ghi x.",
        *_origin[2:],
    ),
    EntryRule(
        "content-points", WARN, "content",
        "Nội dung nêu đủ ba ý: giải quyết vấn đề gì; ai thực hiện; dự kiến kết quả.",
        "Nội dung quá ngắn, nên nêu đủ ba ý.",
        _short_content, _short_content_formula,
    ),
)  # fmt: skip

DUPLICATE = "duplicate"
DUPLICATE_SENTENCE = "Không ghi hai dòng trùng cả tên và địa chỉ."
DUPLICATE_MESSAGE = "Trùng tên và địa chỉ với dòng trên."
ERROR_VALUE, EMPTY_FORMULA = "error-value", "formula-empty"
ERROR_VALUE_MESSAGE = "Có ô bị lỗi công thức, hãy ghi lại."
PASSED = "Đạt."
REMARK = "Lưu ý: "


def same_key(entry: Entry) -> str:
    """Return what a duplicate within the unit shares: the name and the place."""
    return f"{text.sheet_key(entry.name)}|{text.sheet_key(entry.place)}"


def is_blank(entry: Entry) -> bool:
    """Tell whether a row is unused: no words, no marks; placeholders such as "1....." too."""
    return not any(
        text.has_letters(value) for value in (entry.field, entry.name, entry.place, entry.content)
    ) and all(
        text.is_empty(value)
        for value in (entry.collective, entry.individual, entry.new, entry.replicated)
    )


WORD_COLUMNS = ("field", "name", "place", "content")
MARK_COLUMNS = ("collective", "individual", "new", "replicated")
_PAIRS = {"collective": "individual", "new": "replicated"}


def check_text(findings: Sequence[Finding]) -> str:
    """Return what the Kiểm tra column shows for a used row with these findings."""
    blocks = [f.message for f in findings if f.severity is BLOCK]
    warnings = [REMARK + f.message for f in findings if f.severity is WARN]
    return " ".join(dict.fromkeys([*(blocks or [PASSED]), *warnings]))


# --- rules of the return as a whole -----------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """What the rules of the whole return look at."""

    used: int
    good: int
    cover: Cover


@dataclass(frozen=True)
class UnitRule:
    """A rule of the return as a whole; always blocking."""

    code: str
    cell: str
    """Key of the cover cell the finding points at; "" for none."""
    sentence: str
    message: str
    """May use {minimum}."""
    broken: Callable[[Tally, Form], bool]
    formula: Callable[[Cells], str]
    """Twin of `broken`; besides cover keys, `raw` knows `used`, `good` and `minimum`."""


def is_confirmed(cover: Cover, form: Form) -> bool:
    """Tell whether the unit says it is done."""
    return text.in_list(cover.confirmed, form.marks)


def _confirmed_formula(cells: Cells) -> str:
    return text.in_list_formula(cells.folded("confirmed"), "ds_dau")


def has_reason(cover: Cover) -> bool:
    """Tell whether the unit says why it registers none."""
    return text.has_letters(cover.nil_reason)


def _reason_formula(cells: Cells) -> str:
    return text.has_letters_formula(cells.raw("nil_reason"))


UNIT_RULES: tuple[UnitRule, ...] = (
    UnitRule(
        "nil-with-entries", "nil_reason",
        "Đơn vị đã ghi lý do không đăng ký thì không ghi mô hình.",
        "Đã ghi lý do không đăng ký nhưng vẫn có mô hình: bỏ một trong hai.",
        lambda tally, form: has_reason(tally.cover) and tally.used > 0,
        lambda cells: f"AND({_reason_formula(cells)},{cells.raw('used')}>0)",
    ),
    UnitRule(
        "nil-needs-reason", "nil_reason",
        "Đơn vị không đăng ký mô hình nào thì ghi lý do.",
        "Không có mô hình nào: ghi ít nhất một mô hình hoặc ghi lý do không đăng ký.",
        lambda tally, form: (
            tally.used == 0 and is_confirmed(tally.cover, form) and not has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND({cells.raw('used')}=0,{_confirmed_formula(cells)},NOT({_reason_formula(cells)}))"
        ),
    ),
    UnitRule(
        "minimum", "",
        "Mỗi đơn vị đăng ký ít nhất {minimum} mô hình, điển hình.",
        "Cần ít nhất {minimum} mô hình đạt.",
        lambda tally, form: tally.good < form.minimum_entries and not (
            tally.used == 0 and (has_reason(tally.cover) or is_confirmed(tally.cover, form))
        ),
        lambda cells: (
            f"AND({cells.raw('good')}<{cells.raw('minimum')},NOT(AND({cells.raw('used')}=0,"
            f"OR({_reason_formula(cells)},{_confirmed_formula(cells)}))))"
        ),
    ),
    UnitRule(
        "preparer-required", "preparer",
        "Ghi họ tên người lập biểu.",
        "Chưa ghi người lập biểu.",
        lambda tally, form: not text.has_letters(tally.cover.preparer),
        lambda cells: f"NOT({text.has_letters_formula(cells.raw('preparer'))})",
    ),
    UnitRule(
        "phone-required", "phone",
        "Ghi số điện thoại liên hệ.",
        "Chưa ghi điện thoại.",
        lambda tally, form: text.is_empty(tally.cover.phone),
        lambda cells: text.is_empty_formula(cells.folded("phone")),
    ),
    UnitRule(
        "confirmation", "confirmed",
        "Xong thì ghi x vào ô “Đã hoàn thành đăng ký”; "
        "đơn vị không đăng ký chỉ cần ghi lý do.",
        "Chưa ghi x vào ô “Đã hoàn thành đăng ký”.",
        lambda tally, form: not is_confirmed(tally.cover, form) and not (
            tally.used == 0 and has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND(NOT({_confirmed_formula(cells)}),"
            f"NOT(AND({cells.raw('used')}=0,{_reason_formula(cells)})))"
        ),
    ),
)  # fmt: skip

FAULTY_ROWS = "Còn {count} dòng cần sửa."
COMPLETE = "Đã hoàn thành: {count} mô hình, điển hình."


def status_text(findings: Sequence[Finding], used: int, good: int) -> str:
    """Return what the status line shows for a return with these findings."""
    rows = [FAULTY_ROWS.format(count=used - good)] if used > good else []
    unit = [f.message for f in findings if f.scope is Scope.UNIT]
    return " ".join(rows + unit) or COMPLETE.format(count=good)


# --- applying them -----------------------------------------------------------------------


def check(registration: Registration, form: Form) -> Iterator[Finding]:
    """Yield every finding on one return: what the reader met, its rows, then the whole.

    What would only follow from an earlier finding is left out: nothing more is said of a file
    that cannot be used, nor of a row with a cell that cannot be read.
    """
    yield from registration.problems
    if any(f.scope is Scope.FILE and f.severity is BLOCK for f in registration.problems):
        return
    broken_rows = {
        finding.cell.row
        for finding in registration.problems
        if finding.scope is Scope.ENTRY and finding.severity is BLOCK and finding.cell
    }
    seen: set[str] = set()
    faulty = set(broken_rows)
    for entry in registration.entries:
        if entry.row in broken_rows:
            continue
        for finding in _check_entry(entry, registration, form, seen):
            if finding.severity is BLOCK:
                faulty.add(entry.row)
            yield finding
    used = len(registration.entries)
    good = sum(entry.row not in faulty for entry in registration.entries)
    for rule in UNIT_RULES:
        if rule.broken(Tally(used, good, registration.cover), form):
            yield Finding(
                rule.code, BLOCK, Scope.UNIT,
                rule.message.format(minimum=vietnamese.count(form.minimum_entries)),
                registration.cover_cells.get(rule.cell),
                getattr(registration.cover, rule.cell, ""),
            )  # fmt: skip


def _check_entry(
    entry: Entry, registration: Registration, form: Form, seen: set[str]
) -> Iterator[Finding]:
    for rule in ENTRY_RULES:
        if rule.severity is BLOCK and rule.broken(entry, form):
            yield _finding(rule.code, BLOCK, rule.message, entry, rule.column, registration)
    key = same_key(entry)
    if text.has_letters(entry.name) and key in seen:
        yield _finding(DUPLICATE, BLOCK, DUPLICATE_MESSAGE, entry, "name", registration)
    seen.add(key)
    for rule in ENTRY_RULES:
        if rule.severity is WARN and rule.broken(entry, form):
            yield _finding(rule.code, WARN, rule.message, entry, rule.column, registration)


def _finding(
    code: str, severity: Severity, message: str, entry: Entry, column: str, of: Registration
) -> Finding:
    pair = _PAIRS.get(column)
    if pair and text.is_empty(getattr(entry, column)) and not text.is_empty(getattr(entry, pair)):
        column = pair  # what was written instead of an x stands in the other cell
    value = getattr(entry, column)
    return Finding(code, severity, Scope.ENTRY, message, of.cell(entry, column), value)


def holder_of(entry: Entry, form: Form) -> Holder:
    """Return whose model a countable entry is."""
    marked = not text.is_empty(entry.collective) and not text.in_list(
        entry.collective, form.not_marks
    )
    return Holder.COLLECTIVE if marked else Holder.INDIVIDUAL


def origin_of(entry: Entry, form: Form) -> Origin:
    """Return whether a countable entry is new or replicated."""
    marked = not text.is_empty(entry.new) and not text.in_list(entry.new, form.not_marks)
    return Origin.NEW if marked else Origin.REPLICATED
