"""Where a unit stands: which of its reads counts, and how far it got.

Pure. Lateness is judged by when the content changed, never by when a run happened (design.md,
decision 7).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from dankheo_sheets.form import rules, unit_rules
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.sheet_text import is_empty
from dankheo_sheets.registration import (
    EVERYBODY,
    Finding,
    Registration,
    Scope,
    Severity,
    Snapshot,
    Standing,
    Status,
    Terms,
)


@dataclass(frozen=True)
class Return:
    """One read of a unit's sheet, checked."""

    snapshot: Snapshot
    registration: Registration
    findings: tuple[Finding, ...]


def check(snapshot: Snapshot, registration: Registration, form: Form) -> Return:
    """Return the read with all its findings."""
    return Return(snapshot, registration, tuple(rules.check(registration, form)))


def standing(
    latest: Return,
    earlier: Sequence[Snapshot],
    reread: Callable[[Snapshot], Return],
    deadline: datetime,
    form: Form,
    notes: Sequence[Finding] = (),
    terms: Terms = EVERYBODY,
) -> Standing:
    """Return where the unit stands, by its latest read, or by the one that counts instead.

    A unit that was done in time stays done: a change after its deadline does not count, and is
    noted (peers.md: nbgrader #1171), unless what it did in time was given back. `earlier` are
    its other snapshots, oldest first; `notes` are findings from outside the workbook.
    """
    counts, notes = latest, list(notes)
    since = terms.returned_at
    if latest.snapshot.modified_at >= deadline:
        in_time = (
            s
            for s in reversed(earlier)
            if s.modified_at < deadline and (since is None or s.modified_at > since)
        )
        done = (r for r in map(reread, in_time) if _status(r, (), form) in _DONE)
        if kept := next(done, None):
            counts = kept
            notes.append(
                Finding(
                    "changed-after-deadline", Severity.NOTE, Scope.UNIT,
                    "Biểu được sửa sau hạn; bản nộp trong hạn vẫn được tính.",
                )
            )  # fmt: skip
    late = counts.snapshot.modified_at >= deadline
    status = _status(counts, notes, form)
    if status is Status.SUBMITTED and late:
        status = Status.SUBMITTED_LATE
    if terms.excluded:
        status = Status.EXCLUDED
    elif since and counts.snapshot.modified_at <= since:
        status = Status.RETURNED
    elif since:
        notes.append(_MENDED)
    return Standing(
        unit=counts.snapshot.unit,
        status=status,
        deadline=deadline,
        registration=counts.registration,
        findings=(*notes, *counts.findings),
        snapshot=counts.snapshot,
        late=late,
        terms=terms,
    )


_MENDED = Finding(
    "mended", Severity.NOTE, Scope.UNIT, "Đơn vị đã sửa sau khi được trả lại: xem lại biểu."
)


def is_untouched(registration: Registration) -> bool:
    """Tell whether nothing was written into the form."""
    cover = registration.cover
    return not registration.entries and all(
        is_empty(getattr(cover, field.name)) for field in fields(cover)
    )


_DONE = (Status.SUBMITTED, Status.NONE_REGISTERED)
_NOT_YET = {"confirmation"}


def _status(read: Return, notes: Sequence[Finding], form: Form) -> Status:
    """Return the status, lateness left aside."""
    registration = read.registration
    blocks = [f for f in (*notes, *read.findings) if f.severity is Severity.BLOCK]
    if any(f.scope is Scope.FILE for f in blocks):
        return Status.NEEDS_FIXING
    cover = registration.cover
    if is_untouched(registration):
        return Status.UNTOUCHED
    confirmed = unit_rules.is_confirmed(cover, form)
    nil = not registration.entries and unit_rules.has_reason(cover)
    if not blocks:
        return Status.NONE_REGISTERED if nil else Status.SUBMITTED
    if confirmed or nil:
        return Status.NEEDS_FIXING
    if {f.code for f in blocks} == _NOT_YET:
        return Status.READY
    return Status.DRAFTING
