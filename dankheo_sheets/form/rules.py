"""The rules applied: a registration → its findings, in the words the workbook itself shows.

The workbook's **Kiểm tra** column and status line, the guide and the sync's findings all come
from :data:`ENTRY_RULES` and :data:`UNIT_RULES`, so a unit sees at once what the sync will say.
Every rule always runs.
"""

from collections.abc import Iterator, Mapping, Sequence

from dankheo_sheets import vietnamese
from dankheo_sheets.form import sheet_text as text
from dankheo_sheets.form.entry_rules import (
    BLOCK,
    DUPLICATE,
    DUPLICATE_MESSAGE,
    ENTRY_RULES,
    ERROR_VALUE,
    ERROR_VALUE_MESSAGE,
    PASSED,
    REMARK,
    WARN,
    same_key,
)
from dankheo_sheets.form.layout import FIRST_ROW, Form
from dankheo_sheets.form.unit_rules import UNIT_RULES, Tally
from dankheo_sheets.registration import Entry, Finding, Registration, Scope, Severity

_PAIRS = {"collective": "individual", "new": "replicated"}
_IN_SHEET: Mapping[Severity, dict[str, str]] = {
    severity: {
        rule.code: rule.message
        for rule in ENTRY_RULES
        if rule.formula and rule.severity is severity
    }
    for severity in (BLOCK, WARN)
}
"""What the Kiểm tra column can say, in its order: code → message; the rest only a sync finds."""
FAULTY_ROWS = "Còn {count} dòng cần sửa."
UNCHECKED_ROWS = "Có {count} dòng chèn thêm, cột Kiểm tra không xem được: xem trang Phản hồi."
"""Only the sheet says so; a sync checks such rows as all others."""
COMPLETE = "Đã hoàn thành: {count} mô hình, điển hình."
COMPLETE_WITHOUT = "Đã hoàn thành: đơn vị không đăng ký mô hình, điển hình nào."
INCOMPLETE = "Đơn vị chưa hoàn thành đăng ký."
"""What a locked form says in place of what is still to be done."""
BEGIN = (
    f"Bắt đầu: ghi mỗi mô hình, điển hình một dòng, từ dòng {FIRST_ROW}; ghi người lập biểu, điện "
    "thoại; xong thì ghi x vào ô “Đã hoàn thành đăng ký”. Không đăng ký thì chỉ cần ghi lý do."
)
"""What a form says that nobody has written into, in place of all that it lacks."""
UNBEGUN = ("preparer-required", "phone-required", "confirmation")
"""Rules of the whole that all are broken where no row is used and the cover is empty."""


def status_text(findings: Sequence[Finding], used: int, good: int) -> str:
    """Return what the status line shows for a return with these findings."""
    if not used and {finding.code for finding in findings} >= set(UNBEGUN):
        return BEGIN
    rows = [FAULTY_ROWS.format(count=used - good)] if used > good else []
    unit = [f.message for f in findings if f.scope is Scope.UNIT]
    return " ".join(rows + unit) or complete_text(good)


def complete_text(good: int | str) -> str:
    """Return what the status line shows of a return with nothing wrong and so many good rows."""
    return COMPLETE_WITHOUT if str(good) == "0" else COMPLETE.format(count=good)


def check_text(findings: Sequence[Finding]) -> str:
    """Return what the Kiểm tra column shows for a used row with these findings."""
    codes = {finding.code for finding in findings}
    if ERROR_VALUE in codes:
        return ERROR_VALUE_MESSAGE
    said = _IN_SHEET[BLOCK] | {DUPLICATE: DUPLICATE_MESSAGE}
    blocks = [message for code, message in said.items() if code in codes]
    warnings = [REMARK + said for code, said in _IN_SHEET[WARN].items() if code in codes]
    return " ".join([*(blocks or [PASSED]), *warnings])


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
    broken_rows = {row for row, code in met if code not in _IN_SHEET[BLOCK]}
    seen: set[str] = set()
    faulty = {row for row, _ in met}
    for entry in registration.entries:
        if entry.row in broken_rows:
            continue
        for finding in _check_entry(entry, registration, form, seen):
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
    if text.has_words(entry.name) and key in seen:
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
