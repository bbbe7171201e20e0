"""What the coordinator takes in by his own word: mailed, handed over, or come after the closing.

`receive` says when something was received, `accept` that what lies there now counts. Each is on
the unit's sheet and in the journal (docs/adr/0013).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.archive import taken
from dankheo_sheets.errors import UsageError, WorkspaceError
from dankheo_sheets.journal import What
from dankheo_sheets.operations.case import Case, judged
from dankheo_sheets.operations.closing import mark_closed
from dankheo_sheets.operations.collect import read_one
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.kept import kept_name
from dankheo_sheets.operations.reads import read_return
from dankheo_sheets.registration import Snapshot, Standing, Way
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import Return, is_untouched
from dankheo_sheets.standing.sheet_properties import (
    ACCEPTED,
    CLOSED,
    DECISION,
    REASON,
    RECEIVED,
    RECEIVED_REASON,
    is_closed,
    short,
    terms,
)
from dankheo_sheets.steps.unit_decisions import checked_reason, sheet_of
from dankheo_sheets.vietnamese import moment as in_words
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class TakenIn:
    """What came of it."""

    unit: Unit
    standing: Standing
    already: bool = False
    """It was so before; nothing was written."""


def receive(
    context: Context,
    code: str,
    at: datetime,
    reason: str,
    now: datetime,
    *,
    source: Path | None = None,
) -> TakenIn:
    """Say that a unit's return was received at a moment that has passed, and how.

    The return is what stands in its sheet now, or in the file `source`, which then needs no place
    in the workspace. What counts follows from when it was received, as for every other return.
    Raises :class:`UsageError` before anything is written.
    """
    reason = checked_reason(reason)
    unit, sheet = sheet_of(context, code)
    if at > now:
        raise UsageError(f"--at: {in_words(at)} chưa đến", "ghi lúc đã nhận")
    if at < context.campaign.opening:
        opening = in_words(context.campaign.opening)
        raise UsageError(f"--at: {in_words(at)} trước khi mở đợt ({opening})", "xem lại ngày")
    if source is None:
        read = _usable(_read(context, unit, sheet, now).there)
    else:
        snapshot, data = _file(unit, source, at, now)
        read = _usable(read_return(context, snapshot, data, store=False))
    content, before = read.registration.content, terms(sheet, extended=False)
    if (before.received_at, before.received) == (at, content):
        return TakenIn(unit, judged(context, unit, sheet), already=True)
    if source is not None:
        read_return(context, snapshot, data)
        context.workspace.results.keep(kept_name(unit.code, snapshot.sha256), data)
    what = [at.isoformat(), now.isoformat(timespec="seconds"), content]
    what += [short(read.snapshot.sha256)] if source else []
    marks = {RECEIVED: " ".join(what), RECEIVED_REASON: reason}
    where = f"; tệp {source.name}" if source else ""
    detail = f"lúc {in_words(at.astimezone(context.campaign.zone))}: {reason}{where}"
    return _decided(context, unit, sheet, marks, What.RECEIVE, detail, now)


def accept(context: Context, code: str, now: datetime, *, reason: str = "") -> TakenIn:
    """Let what stands in a unit's sheet now count: after a return, a closing, or the deadline.

    Raises :class:`UsageError` before anything is written.
    """
    reason = checked_reason(reason) if reason else ""
    unit, sheet = sheet_of(context, code)
    case = _read(context, unit, sheet, now)
    read = _usable(case.there)
    if case.counts_already:
        return TakenIn(unit, case.standing(), already=True)
    marks = {ACCEPTED: read.registration.content, DECISION: "", REASON: ""}
    detail = f"mã kiểm tra {short(read.snapshot.sha256)}" + (f": {reason}" if reason else "")
    return _decided(context, unit, sheet, marks, What.ACCEPT, detail, now)


def _decided(
    context: Context,
    unit: Unit,
    sheet: Sheet,
    marks: dict[str, str],
    what: What,
    detail: str,
    now: datetime,
) -> TakenIn:
    """Write a decision down; a closed sheet is closed anew by what counts then."""
    properties = {key: value for key, value in {**sheet.properties, **marks}.items() if value}
    decided = replace(sheet, properties=properties)
    standing = Case(context, unit, decided, reconsidered=True).standing()
    undone = (sheet.properties.get(key, "") for key in (DECISION, CLOSED))
    ref = marks.get(RECEIVED) or " ".join([*filter(None, marks.values()), *undone])
    context.note(now, what, unit.code, detail, ref)
    context.workspace.mark(sheet, **marks)
    if is_closed(sheet):
        mark_closed(context, decided, standing, now)
    context.keep_journal()
    return TakenIn(unit, standing)


def _read(context: Context, unit: Unit, sheet: Sheet, now: datetime) -> Case:
    """Return what stands in a unit's sheet, read now. Raises :class:`UsageError`."""
    if sheet.gone:
        raise UsageError(
            f"{unit.code}: không thấy biểu của đơn vị",
            "chép lại tệp vào thư mục, hoặc ghi --from với tệp đã nhận",
        )
    case = read_one(context, unit, sheet, now)
    if case.pending:
        raise WorkspaceError(f"{unit.code}: chưa đọc được biểu", case.failure or "chạy lại sau")
    return case


def _usable(read: Return | None) -> Return:
    """Return a read that can be taken in. Raises :class:`UsageError`."""
    assert read is not None  # it was just read
    registration, name = read.registration, read.snapshot.name or read.snapshot.unit
    if not registration.readable:
        raise UsageError(f"{name}: {registration.problems[-1].message}", "cần một biểu đọc được")
    if is_untouched(registration):
        raise UsageError(f"{name}: biểu chưa ghi gì", "xem lại có đúng tệp đơn vị gửi không")
    return read


def _file(unit: Unit, source: Path, at: datetime, now: datetime) -> tuple[Snapshot, bytes]:
    """Return what stands in a file that was received."""
    if not source.is_file():
        raise UsageError(f"{source}: không có tệp này", "ghi đường dẫn đến tệp đã nhận")
    data = files.read(source)
    snapshot = taken(
        unit.code, data, version="", modified_at=at, now=now, way=Way.RECEIVED, name=source.name
    )
    return snapshot, data
