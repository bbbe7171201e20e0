"""Close: read everything anew, keep what counts, make the sheets read-only; and reopen one.

Each unit is closed at its own deadline. Running it again changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets import notices
from dankheo_sheets.errors import UsageError, WorkspaceError
from dankheo_sheets.registration import Standing
from dankheo_sheets.steps.collect import CLOSED, EXTENDED, FINAL, Collected, collect, deadline
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.sync import Outcome, fingerprint, give_feedback, publish, sync, tell
from dankheo_sheets.vietnamese import deadline_text
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
        and now >= deadline(job, unit, sheet)
    ]


def close(job: Job, now: datetime, *, track: Track = silently) -> Closing:
    """Close every sheet that is due; read all open ones anew first."""
    sheets = job.workspace.sheets()
    to_close = due(job, sheets, now)
    still_open = tuple(
        unit.code
        for unit in job.units
        if now < deadline(job, unit, next((s for s in sheets if s.unit == unit.code), None))
    )
    if not to_close:
        return Closing(sync(job, now, track=track), (), still_open)
    collected = collect(job, sheets, now, anew=True, track=track)
    closed, silent = [], []
    for sheet in to_close:
        if sheet.unit in collected.unread:
            continue
        standing = replace(collected.register.standings[sheet.unit], closed=True)
        collected = _with(collected, standing)
        silent += _close(job, sheet, standing, now)
        closed.append(sheet.unit)
    told, unheard = give_feedback(job, _without(collected, closed), track)
    mark = fingerprint(job, job.workspace.sheets(), now)
    figures = publish(job, collected, [*silent, *unheard], mark)
    outcome = Outcome(figures, collected.read, told + len(closed))
    return Closing(outcome, tuple(closed), still_open)


def _close(job: Job, sheet: Sheet, standing: Standing, now: datetime) -> list[str]:
    """Tell the unit, lock its sheet, then mark it closed; return a note if it was not told."""
    silent = []
    try:
        tell(job, sheet, standing)
    except WorkspaceError as error:
        silent.append(f"{sheet.unit}: {error.message}")
    job.workspace.lock(sheet, notices.lock_reason(standing.deadline))
    final = standing.snapshot.sha256 if standing.snapshot else ""
    job.workspace.mark(sheet, **{CLOSED: now.isoformat(), FINAL: final})
    return silent


def _with(collected: Collected, standing: Standing) -> Collected:
    standings = {**collected.register.standings, standing.unit: standing}
    return replace(collected, register=replace(collected.register, standings=standings))


def _without(collected: Collected, units: list[str]) -> Collected:
    sheets = {code: sheet for code, sheet in collected.sheets.items() if code not in units}
    return replace(collected, sheets=sheets)


def reopen(job: Job, code: str, until: datetime, now: datetime, *, dry_run: bool = False) -> None:
    """Give one unit more time: its sheet is unlocked, `until` is its new deadline.

    Raises :class:`UsageError` where there is no such unit or sheet, or `until` is past.
    """
    unit = job.unit(code)
    if unit is None:
        known = ", ".join(unit.code for unit in job.units[:20])
        raise UsageError(f"Không có đơn vị mã “{code}”", f"các mã: {known}")
    sheet = next((s for s in job.workspace.sheets() if s.unit == unit.code), None)
    if sheet is None:
        raise UsageError(f"{unit.code}: đơn vị chưa có biểu", "chạy dankheo provision trước")
    if until <= now:
        raise UsageError(
            f"Thời hạn mới ({deadline_text(until)}) đã qua", "--until cần một ngày chưa qua"
        )
    if not dry_run:
        job.workspace.unlock(sheet)
        job.workspace.mark(sheet, **{CLOSED: "", FINAL: "", EXTENDED: until.isoformat()})
