"""The checks applied: a registration → its findings, in the words the workbook itself shows.

The workbook's **Kiểm tra** column and status line, the guide and the sync's findings all come
from :attr:`Form.checks` and :data:`UNIT_RULES`, so a unit sees at once what the sync will say.
Every check always runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from dankheo_sheets import vietnamese
from dankheo_sheets.declaration import sheet_text as text
from dankheo_sheets.declaration.model import Unique
from dankheo_sheets.form.checks import (
    BLOCK,
    ERROR_VALUE,
    ERROR_VALUE_MESSAGE,
    WARN,
    RowCheck,
    kind_of,
)
from dankheo_sheets.form.judged import Judged
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.reckoning import reckoned
from dankheo_sheets.form.unit_rules import UNIT_RULES, Tally
from dankheo_sheets.registration import Entry, Finding, Registration, Scope, Severity

PASSED = "Đạt."
REMARK = "Lưu ý: "
FAULTY_ROWS = "Còn {count} dòng cần sửa."
UNCHECKED_ROWS = "Có {count} dòng chèn thêm, cột Kiểm tra không xem được: xem trang Phản hồi."
"""Only the sheet says so; a sync checks such rows as all others."""
COMPLETE = "Đã hoàn thành: {{count}} {entry}."
COMPLETE_WITHOUT = "Đã hoàn thành: đơn vị {none} {entry} nào."
INCOMPLETE = "Đơn vị chưa hoàn thành {action}."
"""What a locked form says in place of what is still to be done."""
UNBEGUN = ("preparer-required", "phone-required", "confirmation")
"""Rules of the whole that all are broken where no row is used and the cover is empty."""


_BEGIN = {
    "list": "Bắt đầu: ghi mỗi {entry} một dòng, từ dòng {row}; ",
    "": "Bắt đầu: ghi số vào các ô nền vàng, từ dòng {row}; ",
}


def begin(form: Form) -> str:
    """Return what a form says that nobody has written into, in place of all that it lacks."""
    first = _BEGIN.get(form.declaration.gather, _BEGIN[""]).format(
        entry=form.declaration.rows.entry, row=form.first_row
    )
    return form.worded(
        first + "ghi người lập biểu, điện thoại; xong thì ghi x vào ô “Đã hoàn thành {action}”. "
        "{None_} thì chỉ cần ghi lý do."
    )


def unique_message(unique: Unique, form: Form) -> str:
    """Return what is said of a row that is like one above."""
    return unique.message or f"Trùng {_named(unique, form)} với dòng trên."


def unique_sentence(unique: Unique, form: Form) -> str:
    """Return the rule itself, for the guide."""
    return unique.sentence or f"Không ghi hai dòng trùng {_named(unique, form)}."


def _named(unique: Unique, form: Form) -> str:
    return vietnamese.listed([form.column[key].called for key in unique.columns])


@lru_cache(maxsize=16)
def in_sheet(form: Form, severity: Severity) -> Mapping[str, str]:
    """Return what the Kiểm tra column can say, in its order: code → message."""
    said = {
        check.code: check.message
        for check in form.checks
        if check.formula and check.severity is severity
    }
    if severity is BLOCK:
        said |= {_code(unique): unique_message(unique, form) for unique in form.declaration.unique}
    return said


def _code(unique: Unique) -> str:
    return unique.code or f"{unique.columns[0]}-unique"


def status_text(findings: Sequence[Finding], used: int, good: int, form: Form) -> str:
    """Return what the status line shows for a return with these findings."""
    if not used and {finding.code for finding in findings} >= set(UNBEGUN):
        return begin(form)
    rows = [FAULTY_ROWS.format(count=used - good)] if used > good else []
    unit = [f.message for f in findings if f.scope is Scope.UNIT]
    return " ".join(rows + unit) or complete_text(good, form)


def complete_text(good: int, form: Form) -> str:
    """Return what the status line shows of a return with nothing wrong and so many good rows."""
    return form.worded(COMPLETE if good else COMPLETE_WITHOUT).format(count=good)


def check_text(findings: Sequence[Finding], form: Form) -> str:
    """Return what the Kiểm tra column shows for a used row with these findings."""
    codes = {finding.code for finding in findings}
    if ERROR_VALUE in codes:
        return ERROR_VALUE_MESSAGE
    blocks = [message for code, message in in_sheet(form, BLOCK).items() if code in codes]
    warnings = [REMARK + said for code, said in in_sheet(form, WARN).items() if code in codes]
    return " ".join([*(blocks or [PASSED]), *warnings])


def kinds_of(entry: Entry, form: Form) -> str:
    """Return :func:`kind_of` each column of words, in one text."""
    return "".join(kind_of(entry[key]) for key in form.word_columns)


def same_key(entry: Entry, unique: Unique) -> str:
    """Return what two rows share that are alike."""
    return "|".join(text.sheet_key(entry[key]) for key in unique.columns)


def check(registration: Registration, form: Form) -> Iterator[Finding]:
    """Yield every finding on one return: what the reader met, its rows, then the whole.

    What would only follow from an earlier finding is left out: nothing more is said of a file
    that cannot be used, nor of a row with a cell that cannot be read.
    """
    yield from registration.problems
    if not registration.readable:
        return
    met = [
        (finding.cell.row, finding.code)
        for finding in registration.problems
        if finding.scope is Scope.ENTRY and finding.severity is BLOCK and finding.cell
    ]
    in_the_sheet = in_sheet(form, BLOCK)
    broken_rows = {row for row, code in met if code not in in_the_sheet}
    faulty = {row for row, _ in met}
    judged = reckoned(registration.entries, form)
    seen: set[tuple[int, str]] = set()
    for entry, row in zip(registration.entries, judged, strict=True):
        if entry.row in broken_rows:
            continue
        for finding in _check_entry(entry, row, registration, form, seen):
            if (entry.row, finding.code) in met:
                continue  # the reader said it, and more exactly
            if finding.severity is BLOCK:
                faulty.add(entry.row)
            yield finding
    used = len(registration.entries)
    good = sum(entry.row not in faulty for entry in registration.entries)
    for rule in UNIT_RULES:
        if rule.broken(Tally(used, good, registration.cover), form):
            yield Finding(
                rule.code, BLOCK, Scope.UNIT, form.worded(rule.message),
                registration.cover_cells.get(rule.cell),
                getattr(registration.cover, rule.cell, ""),
            )  # fmt: skip


def _check_entry(
    entry: Entry, row: Judged, registration: Registration, form: Form, seen: set[tuple[int, str]]
) -> Iterator[Finding]:
    def broken(severity: Severity) -> Iterator[RowCheck]:
        return (each for each in form.checks if each.severity is severity and each.broken(row))

    for each in broken(BLOCK):
        yield _finding(each.code, BLOCK, each.message, entry, each.column, registration, form)
    for number, unique in enumerate(form.declaration.unique):
        key, first = same_key(entry, unique), unique.columns[0]
        if text.has_words(entry[first]) and (number, key) in seen:
            message = unique_message(unique, form)
            yield _finding(_code(unique), BLOCK, message, entry, first, registration, form)
        seen.add((number, key))
    for each in broken(WARN):
        yield _finding(each.code, WARN, each.message, entry, each.column, registration, form)


def _finding(
    code: str, severity: Severity, message: str, entry: Entry, column: str, of: Registration,
    form: Form,
) -> Finding:  # fmt: skip
    group = form.declaration.group_of(column)
    if group and text.is_empty(entry[column]):  # what stands instead of an x is in another cell
        column = next((key for key in group.names if not text.is_empty(entry[key])), column)
    return Finding(code, severity, Scope.ENTRY, message, of.cell(entry, column), entry[column])
