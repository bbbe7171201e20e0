"""Close sheets: keep what counts, make them read-only; look after those that are closed.

Doing it again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dankheo_sheets.archive import Final
from dankheo_sheets.decide.closing import Closing
from dankheo_sheets.decide.feedback import news_for
from dankheo_sheets.errors import Halted, NoFeedback, WorkspaceError
from dankheo_sheets.form import rules
from dankheo_sheets.journal import What
from dankheo_sheets.notices.feedback import lock_reason
from dankheo_sheets.registration import Standing
from dankheo_sheets.standing.deadlines import deadline
from dankheo_sheets.standing.sheet_properties import (
    CLOSED,
    CLOSED_DUE,
    FINAL,
    FINAL_CHANGED,
    LOCK_AGAIN,
    OPENED,
    decided,
    is_closed,
    moment,
)
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.steps.case import judged
from dankheo_sheets.steps.collect import Collected, collect, reread
from dankheo_sheets.steps.each import each
from dankheo_sheets.steps.feedback import Told
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.kept import judged_name, kept_name
from dankheo_sheets.vietnamese import due_text
from dankheo_sheets.workspace.base import Sheet

_NOTHING: Mapping[str, str] = {}


def look_after(job: Job, todo: Closing, now: datetime) -> list[str]:
    """Lock, open and take again what was closed or reopened before; return what did not work."""
    units, workspace = {unit.code: unit for unit in job.units}, job.workspace

    def lock(sheet: Sheet) -> None:
        reason = lock_reason(deadline(job.campaign, units[sheet.unit], sheet))
        workspace.lock(sheet, reason, {LOCK_AGAIN: ""})

    locked = each(lock, todo.relock, "Khoá lại", workers=workspace.workers)
    opened = each(workspace.unlock, todo.unlock, "Mở lại", workers=workspace.workers)
    if halted := locked.halted or opened.halted:
        raise halted
    settle(job, todo.settle, now)
    notes = [f"{sheet.unit}: chưa khoá lại được ({e.message})" for sheet, e in locked.failed]
    return notes + [f"{sheet.unit}: chưa mở lại được ({e.message})" for sheet, e in opened.failed]


def settle(job: Job, late: Sequence[Sheet], now: datetime) -> None:
    """Let what appeared in closed sheets after their lock count, where it was there before."""
    standings = collect(job, late, now).register.standings if late else {}
    for sheet in late:
        standing = standings[sheet.unit]
        if standing.snapshot and standing.snapshot.sha256 != sheet.properties[FINAL]:
            mark_closed(job, sheet, standing, moment(sheet.properties[CLOSED]) or now)


def is_taken(job: Job, sheet: Sheet) -> bool:
    """Tell whether what a closed sheet shows was read, and counts where it should."""
    unit = job.unit(sheet.unit)
    receipts, _ = job.archive.receipts(sheet.unit)
    if unit is None or all(r.snapshot.version != sheet.version for r in receipts):
        return False
    snapshot = judged(job, unit, sheet).snapshot
    return snapshot is not None and snapshot.sha256 == sheet.properties.get(FINAL)


@dataclass(frozen=True)
class Closed:
    """What closing came to."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    """Where the units stand whose sheets were closed."""
    told: Told = field(default_factory=Told)


def close_sheets(
    job: Job, sheets: Sequence[Sheet], collected: Collected, now: datetime, track: Track = silently
) -> Closed:
    """Close sheets that were read: what stands in each then is what counts.

    Its unit is told, the sheet locked, and read once more where a lock takes time to settle. A
    decision that comes while a sheet is being closed wins: it stays open (docs/adr/0015).
    """
    standings = {
        sheet.unit: replace(collected.register.standings[sheet.unit], closed=True)
        for sheet in sheets
    }
    shut, workers = _Shut(job, now, standings), job.workspace.workers
    locked = each(shut.tell_and_lock, sheets, "Khoá biểu", workers=workers, track=track)
    if locked.halted:
        raise locked.halted  # nothing is marked closed yet: the next run does it all
    left = [one.sheet for _, one in locked.done if one.sheet]
    final = each(shut.take_and_mark, left, "Chốt biểu", workers=workers, track=track)
    if final.halted:
        raise final.halted
    closed = {sheet.unit: standing for sheet, standing in final.done if standing}
    failed = (*locked.failed, *final.failed)
    told = Told(
        notes=tuple(f"{sheet.unit}: {error.message}" for sheet, error in failed),
        again=any(standing != standings[unit] for unit, standing in closed.items())
        or len(closed) < len(sheets),
    )
    return Closed(closed, sum((one.told for _, one in locked.done), Told()) + told)


@dataclass(frozen=True)
class _Locked:
    """A sheet that was locked."""

    sheet: Sheet | None
    """As it is then; None where a decision came meanwhile: it is not closed."""
    told: Told


class _Shut:
    """What is done for each sheet that is closed, by several threads."""

    def __init__(self, job: Job, now: datetime, standings: Mapping[str, Standing]) -> None:
        self._job, self._now, self._standings = job, now, standings
        self._units = {unit.code: unit for unit in job.units}
        self._sheets: dict[str, Sheet] = {}
        """As they were when it was judged that they are due."""
        self._open: set[str] = set()
        """Units whose lock does not hold."""

    def tell_and_lock(self, sheet: Sheet) -> _Locked:
        """Tell the unit and lock its sheet.

        What counts is the snapshot, so a sheet that cannot be told or locked is closed all the
        same, with a note.
        """
        workspace, standing = self._job.workspace, self._standings[sheet.unit]
        self._sheets[sheet.unit] = current = sheet
        if sheet.gone:
            return _Locked(sheet, Told())
        news, notes, again = news_for(sheet, standing), [], False
        marks: Mapping[str, str] = _NOTHING
        try:
            if news:
                current, marks = workspace.give_feedback(sheet, news.message), news.marks
        except Halted:
            raise
        except WorkspaceError as error:
            notes.append(f"{sheet.unit}: {error.message}")
            again = not isinstance(error, NoFeedback)
        try:
            reason = lock_reason(standing.deadline)
            current = workspace.lock(current, reason, marks)
        except Halted:
            raise
        except WorkspaceError as error:
            self._open.add(sheet.unit)
            again = True
            notes.append(
                f"{sheet.unit}: chưa khoá được tệp ({error.message}); đã chốt bản được tính"
            )
        told = Told(int(bool(marks)), tuple(notes), again)
        return _Locked(None if self._overruled(current) else current, told)

    def take_and_mark(self, sheet: Sheet) -> Standing | None:
        """Take what the locked sheet says, keep it, and mark the sheet closed by it.

        Returns None where a decision came meanwhile: it wins, and the sheet is open.
        """
        job, standing = self._job, self._standings[sheet.unit]
        mark = {LOCK_AGAIN: "1"} if sheet.unit in self._open else {}
        if job.workspace.settle and not sheet.gone:
            again = reread(job, self._units[sheet.unit], sheet, standing, self._now)
            standing = replace(again, closed=True)
        marked = mark_closed(job, sheet, standing, self._now, mark)
        if self._overruled(marked):
            return None
        said = WORDS[standing.status].name.lower()
        detail = f"hết hạn {due_text(standing.deadline)}; {said}"
        job.note(self._now, What.LOCK, sheet.unit, detail, marked.properties[CLOSED])
        return standing

    def _overruled(self, sheet: Sheet) -> bool:
        """Tell whether something was decided since the sheet was found due; then it is opened."""
        if decided(sheet) == decided(self._sheets[sheet.unit]):
            return False
        if is_closed(sheet):
            sheet = self._job.workspace.mark(sheet, **dict.fromkeys(OPENED, ""))
        if sheet.locked:
            self._job.workspace.unlock(sheet)
        return True


def mark_closed(
    job: Job, sheet: Sheet, standing: Standing, at: datetime, more: Mapping[str, str] = _NOTHING
) -> Sheet:
    """Keep what counts, and how it is judged now; write on the sheet that it does, and `more`.

    Where nothing that can be read ever came there is nothing that counts.
    """
    snapshot = standing.snapshot
    if snapshot:
        findings = tuple(rules.check(standing.registration, job.form))
        final = Final(job.form.settings, snapshot, standing.registration, findings)
        final_bytes = job.archive.finish(final)
        job.keep(kept_name(sheet.unit, snapshot.sha256), job.archive.load(snapshot))
        job.keep(judged_name(sheet.unit, snapshot.sha256), final_bytes)
    marks = {
        CLOSED: at.isoformat(),
        FINAL: snapshot.sha256 if snapshot else "",
        FINAL_CHANGED: snapshot.modified_at.isoformat() if snapshot else "",
        CLOSED_DUE: standing.deadline.isoformat(),
    }
    return job.workspace.mark(sheet, **marks, **more)
