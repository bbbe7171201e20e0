"""What a unit reads in its own workbook: the feedback of the last sync."""

from collections.abc import Container
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.rules import begin
from dankheo_sheets.registration import (
    CellRef,
    Feedback,
    FeedbackLine,
    Finding,
    Registration,
    Scope,
    Severity,
    Standing,
    Status,
)
from dankheo_sheets.standing.counting import findings
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.vietnamese import deadline_text, due_text

FOR_COORDINATOR = frozenset(
    {"emptied", "final-lost", "not-read", "arrived-late", "changed-after-closing", "sheet-missing"}
)
"""Findings that are nothing to a unit: it can mend none of them."""
LEVELS = {Severity.BLOCK: "Phải sửa", Severity.WARN: "Nên xem", Severity.NOTE: "Ghi chú"}


def notice(standing: Standing) -> str:
    """Return what was decided of this unit, for its own sheet; "" where nothing was."""
    terms = standing.terms
    if terms.excluded:
        return f"{layout.EXCLUDED_NOTICE} {sentence(terms.excluded)}"
    parts = [lock_reason(standing.deadline)] if standing.closed else []
    if terms.extended:
        parts.append(f"Gia hạn: {deadline_text(standing.deadline)}.")
    if terms.returned_at:
        told = "Trả lại để sửa, đơn vị đã sửa:" if standing.mended else layout.RETURNED_NOTICE
        parts.append(f"{told} {sentence(terms.return_reason)}")
    return " ".join(parts)


def sentence(text: str) -> str:
    """Return a reason as the end of a sentence."""
    text = vietnamese.nfc(text).strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def feedback(standing: Standing, form: Form) -> Feedback:
    """Return what the unit's Phản hồi tab says; blocking findings first."""
    snapshot = standing.snapshot
    zone = standing.deadline.tzinfo
    headline = WORDS[standing.status].headline
    if standing.status is Status.UNTOUCHED and not standing.closed:
        headline = f"{headline} {begin(form)}"
    return Feedback(
        headline=headline,
        notice=notice(standing),
        deadline=deadline_text(standing.deadline),
        received=_received(standing),
        read_at=vietnamese.moment(snapshot.read_at.astimezone(zone)) if snapshot else "",
        checksum=snapshot.sha256 if snapshot else "",
        lines=tuple(
            line
            for line in finding_lines(standing, form, without=FOR_COORDINATOR)
            if line.level != LEVELS[Severity.NOTE]
        ),
    )


def _received(standing: Standing) -> str:
    entries = len(standing.registration.entries)
    if not entries:
        return "không có mô hình, điển hình nào"
    counted = vietnamese.count(len(standing.counted))
    return f"{vietnamese.count(entries)} mô hình, điển hình; {counted} được tính"


def finding_lines(
    standing: Standing, form: Form, *, without: Container[str] = ()
) -> list[FeedbackLine]:
    """Return the findings in words, blocking ones first, then by place in the sheet.

    `without` are codes of findings that are left out.
    """
    order = list(Severity)
    found = sorted(
        (finding for finding in findings(standing) if finding.code not in without),
        key=lambda finding: (order.index(finding.severity), _position(finding)),
    )
    return [
        FeedbackLine(
            _place(f, standing.registration, form),
            vietnamese.nfc(f.value),
            f.message,
            LEVELS[f.severity],
        )
        for f in found
    ]


def lock_reason(deadline: datetime) -> str:
    """Return why a workbook is read-only."""
    return f"{layout.LOCKED_NOTICE} vì hết hạn {due_text(deadline)}."


def _place(finding: Finding, registration: Registration, form: Form) -> str:
    """Return "C10 · Mô hình tập thể": the cell, and what its column or label is called."""
    cell = finding.cell
    if not cell:
        return "cả tệp" if finding.scope is Scope.FILE else "cả biểu"
    title = _title(cell, registration, form) if cell.column else ""
    return f"{cell} · {title}" if title else str(cell)


def _title(cell: CellRef, registration: Registration, form: Form) -> str:
    for field in form.cover:
        if registration.cover_cells.get(field.key) == cell:
            return field.label
    for key, letter in registration.columns.items():
        if letter == cell.column:
            title = form.column[key].header[-1].partition("\n")[0]
            return title.capitalize() if title.isupper() else title
    return ""


def _position(finding: Finding) -> tuple[int, str]:
    return (finding.cell.row, finding.cell.column) if finding.cell else (0, "")
