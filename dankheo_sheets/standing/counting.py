"""Where a unit stands: which of its reads counts, and how far it got (docs/adr/0013).

Pure. Lateness is judged by when the content changed, never by when a run happened. A file that
cannot be read is no return: it never takes the place of one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import chain

from dankheo_sheets.declaration.sheet_text import is_empty
from dankheo_sheets.form import rules, unit_rules
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import (
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


@dataclass(frozen=True)
class Counting:
    """Which return counts, of all that a unit handed in."""

    counts: Return
    newest: Return
    """What it handed in last."""
    given_back: bool = False
    """What counts was given back, and nothing else was handed in since."""


def counting(
    returns: Iterable[Return], deadline: datetime, form: Form, terms: Terms
) -> Counting | None:
    """Return which of `returns` counts: readable ones only, newest first, taken as needed.

    The newest, where it was in time. Else the newest that was done in time: a change after the
    deadline takes nobody's place (reference/practice.md §2). Else the newest. What the
    coordinator gave back does not count again, nor does what was handed in before it; what he
    accepted counts until something newer is in time. None where there is none.
    """
    found = iter(returns)
    newest = next(found, None)
    if newest is None:
        return None
    since = terms.returned_at
    standing_in: Return | None = None
    for each in chain((newest,), found):
        if since and each.registration.content == terms.returned:
            if standing_in is None:
                return Counting(each, newest, given_back=True)
            break
        if since and each.snapshot.read_at <= since:
            continue
        standing_in = standing_in or each
        in_time = as_received(each, terms).modified_at < deadline
        if in_time and (each is newest or is_done(each, form)):
            return Counting(each, newest)
        if each.registration.content == terms.accepted:
            return Counting(each, newest)
    return Counting(standing_in or newest, newest, given_back=bool(since) and standing_in is None)


def was_given_back(read: Return, terms: Terms) -> bool:
    """Tell whether a return is the one that the coordinator gave back."""
    since = terms.returned_at
    if since is None:
        return False
    return read.registration.content == terms.returned or read.snapshot.read_at <= since


def as_received(read: Return, terms: Terms) -> Snapshot:
    """Return its snapshot, with the time at which the coordinator says it was received."""
    if terms.received_at and read.registration.content == terms.received:
        return replace(read.snapshot, modified_at=terms.received_at, said_at=None)
    return read.snapshot


def standing(
    counted: Counting,
    deadline: datetime,
    form: Form,
    terms: Terms,
    notes: Sequence[Finding] = (),
    *,
    closed: bool = False,
) -> Standing:
    """Return where a unit stands by what counts; `notes` are findings from outside the workbook."""
    counts, newest = counted.counts, counted.newest
    snapshot = as_received(counts, terms)
    notes = list(notes)
    if newest is not counts and newest.registration.content != counts.registration.content:
        notes.append(_CHANGED_AFTER_DEADLINE)
    late = snapshot.modified_at >= deadline
    status = _status(counts, notes, form)
    if status is Status.SUBMITTED and late:
        status = Status.SUBMITTED_LATE
    if terms.excluded:
        status = Status.EXCLUDED
    elif counted.given_back:
        status = Status.RETURNED
    elif terms.returned_at:
        notes.append(_MENDED)
    return Standing(
        unit=snapshot.unit,
        status=status,
        deadline=deadline,
        registration=counts.registration,
        findings=(*notes, *counts.findings),
        snapshot=snapshot,
        late=late,
        closed=closed,
        terms=terms,
    )


_CHANGED_AFTER_DEADLINE = Finding(
    "changed-after-deadline", Severity.NOTE, Scope.UNIT,
    "Biểu được sửa sau hạn; bản nộp trong hạn vẫn được tính.",
)  # fmt: skip
_MENDED = Finding(
    "mended", Severity.NOTE, Scope.UNIT, "Đơn vị đã sửa sau khi được trả lại: xem lại biểu."
)


def findings(standing: Standing) -> tuple[Finding, ...]:
    """Return what is to be mended or seen: nothing of a unit that is excluded.

    Nor what an untouched form lacks: that is all of it, as its status says.
    """
    if standing.status is Status.EXCLUDED:
        return ()
    if is_untouched(standing.registration):
        return tuple(f for f in standing.findings if f.code not in _OF_THE_WHOLE)
    return standing.findings


_OF_THE_WHOLE = frozenset(rule.code for rule in unit_rules.UNIT_RULES)


def is_untouched(registration: Registration) -> bool:
    """Tell whether nothing was written into the form."""
    cover = registration.cover
    return not registration.entries and all(
        is_empty(getattr(cover, field.name)) for field in fields(cover)
    )


DONE = (Status.SUBMITTED, Status.NONE_REGISTERED)
"""A return that lacks nothing, lateness left aside."""
_NOT_YET = {"confirmation"}


def is_done(read: Return, form: Form) -> bool:
    """Tell whether nothing is left to do about a return."""
    return _status(read, (), form) in DONE


def _status(read: Return, notes: Sequence[Finding], form: Form) -> Status:
    """Return the status, lateness left aside."""
    registration = read.registration
    blocks = [f for f in read.findings if f.severity is Severity.BLOCK]
    # What blocks from outside the workbook was not written by the unit: it has begun or not.
    if any(f.severity is Severity.BLOCK for f in notes) or any(
        f.scope is Scope.FILE for f in blocks
    ):
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
