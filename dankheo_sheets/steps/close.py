"""Close: read everything anew, keep what counts, make the sheets read-only; and reopen one.

Each unit is closed at its own deadline. Running it again changes nothing.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets import notices
from dankheo_sheets.errors import UsageError, WorkspaceError
from dankheo_sheets.registration import Standing
from dankheo_sheets.steps.collect import (
    CLOSED,
    CLOSED_DUE,
    EXTENDED,
    FINAL,
    Collected,
    collect,
    deadline,
)
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.sync import Outcome, Told, fingerprint, give_feedback, publish, sync, tell
from dankheo_sheets.vietnamese import due_text
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Closing:
    """What closing came to."""

    outcome: Outcome
    closed: tuple[str, ...]
    """Units closed by this run."""
    open: tuple[str, ...]
    """Units whose deadline has not passed."""


def due(job: Job, sheets: list[Sheet], now: datetime) -> list[Sheet]:
    """Return the sheets to be closed now: past their deadline and not closed. Pure."""
    units = {unit.code: unit for unit in job.units}
    return [
        sheet
        for sheet in sheets
        if (unit := units.get(sheet.unit))
        and CLOSED not in sheet.properties
        and not sheet.problem
        and now >= deadline(job, unit, sheet)
    ]


def close(job: Job, now: datetime, *, track: Track = silently) -> Closing:
    """Close every sheet that is due; read all open ones anew first."""
    sheets = job.workspace.sheets()
    by_unit = {sheet.unit: sheet for sheet in sheets}
    to_close = due(job, sheets, now)
    still_open = tuple(
        unit.code for unit in job.units if now < deadline(job, unit, by_unit.get(unit.code))
    )
    if not to_close:
        return Closing(sync(job, now, track=track), (), still_open)
    collected = collect(job, sheets, now, anew=True, track=track)
    closed: dict[str, Standing] = {}
    notes: list[str] = []
    told = 0
    for sheet in track(to_close, "Khoá biểu", len(to_close)):
        if sheet.unit not in collected.unread:
            standing = replace(collected.register.standings[sheet.unit], closed=True)
            told += _close(job, sheet, standing, now, notes)
            closed[sheet.unit] = standing
    collected = _with(collected, closed)
    others = give_feedback(job, _without(collected, closed), track)
    everyone = Told(told + others.count, (*notes, *others.notes), others.again)
    mark = fingerprint(job, job.workspace.sheets(), now)
    figures = publish(job, collected, everyone, mark)
    return Closing(Outcome(figures, collected.read, everyone.count), tuple(closed), still_open)


def _close(job: Job, sheet: Sheet, standing: Standing, now: datetime, notes: list[str]) -> bool:
    """Tell the unit, lock its sheet, mark it closed; return whether it was told.

    What counts is the snapshot, so a sheet that cannot be told or locked is closed all the same,
    with a note.
    """
    told = False
    try:
        told = tell(job, sheet, standing)
    except WorkspaceError as error:
        notes.append(f"{sheet.unit}: {error.message}")
    try:
        job.workspace.lock(sheet, notices.lock_reason(standing.deadline))
    except WorkspaceError as error:
        notes.append(f"{sheet.unit}: chưa khoá được tệp ({error.message}); đã chốt bản được tính")
    final = standing.snapshot.sha256 if standing.snapshot else ""
    marks = {CLOSED: now.isoformat(), FINAL: final, CLOSED_DUE: standing.deadline.isoformat()}
    job.workspace.mark(sheet, **marks)
    return told


def _with(collected: Collected, closed: Mapping[str, Standing]) -> Collected:
    standings = {**collected.register.standings, **closed}
    return replace(collected, register=replace(collected.register, standings=standings))


def _without(collected: Collected, units: Container[str]) -> Collected:
    sheets = {code: sheet for code, sheet in collected.sheets.items() if code not in units}
    return replace(collected, sheets=sheets)


def reopen(job: Job, code: str, until: datetime, now: datetime, *, dry_run: bool = False) -> None:
    """Give one unit more time: its sheet is unlocked, `until` is its new deadline.

    Raises :class:`UsageError` where there is no such unit or sheet, `until` is past, or the sheet
    is open for longer than that already.
    """
    unit = job.unit(code)
    if unit is None:
        known = ", ".join(unit.code for unit in job.units[:20])
        raise UsageError(f"Không có đơn vị mã “{code}”", f"các mã: {known}")
    sheet = next((s for s in job.workspace.sheets() if s.unit == unit.code), None)
    if sheet is None:
        raise UsageError(f"{unit.code}: đơn vị chưa có biểu", "chạy dankheo provision trước")
    if until <= now:
        raise UsageError(f"Hạn mới {due_text(until)} đã qua", "--until cần một ngày chưa qua")
    now_due = deadline(job, unit, sheet)
    if until <= now_due and CLOSED not in sheet.properties:
        raise UsageError(
            f"{unit.code}: biểu đang mở, hạn hiện nay là {due_text(now_due)}",
            "--until cần một ngày muộn hơn",
        )
    if not dry_run:
        job.workspace.unlock(sheet)
        reopened = {CLOSED: "", FINAL: "", CLOSED_DUE: "", EXTENDED: until.isoformat()}
        job.workspace.mark(sheet, **reopened)
