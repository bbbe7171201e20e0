"""Close: read everything anew, keep what counts, make the sheets read-only.

Each unit is closed at its own deadline. Running it again changes nothing.
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.archive import Final
from dankheo_sheets.errors import Halted, NoFeedback, NoRoom, WorkspaceError
from dankheo_sheets.form import rules
from dankheo_sheets.journal import What
from dankheo_sheets.notices import feedback as notices
from dankheo_sheets.register import STATUS_NAMES
from dankheo_sheets.registration import Standing
from dankheo_sheets.steps.case import deadline, may_be_late_news
from dankheo_sheets.steps.collect import Collected, collect, reread
from dankheo_sheets.steps.each import each
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.kept import judged_name, kept_name
from dankheo_sheets.steps.marks import (
    CLOSED,
    CLOSED_DUE,
    FINAL,
    FINAL_CHANGED,
    LOCK_AGAIN,
    excluded,
    is_closed,
    moment,
)
from dankheo_sheets.steps.sync import Outcome, Told, fingerprint, give_feedback, publish, sync, tell
from dankheo_sheets.vietnamese import due_text
from dankheo_sheets.workspace.base import Sheet

_NOTHING: Mapping[str, str] = {}


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
        and not is_closed(sheet)
        and not sheet.problem
        and not excluded(sheet)
        and now >= deadline(job, unit, sheet)
    ]


@dataclass(frozen=True)
class Taken:
    """The campaign as it was taken back: read, told, and closed where that was due."""

    collected: Collected
    told: Told
    closed: tuple[str, ...] = ()
    """Units closed by this run."""
    open: tuple[str, ...] = ()
    """Units whose deadline has not passed."""


def close(job: Job, now: datetime, *, track: Track = silently) -> Closing:
    """Close every sheet that is due; read all open ones anew first. See :func:`take_back`."""
    sheets = job.workspace.sheets()
    if not due(job, sheets, now):
        notes = _again(job, sheets, now)
        # A run that died after closing the last sheet has not kept the results yet.
        closed_before = any(map(is_closed, sheets))
        outcome = sync(job, now, keep=closed_before, track=track)
        return Closing(_noting(outcome, notes), (), _still_open(job, sheets, now))
    taken = take_back(job, sheets, now, track=track)
    mark = fingerprint(job, job.workspace.sheets(), now)
    outcome = publish(job, taken.collected, taken.told, mark, now, keep=True)
    return Closing(outcome, taken.closed, taken.open)


def take_back(job: Job, sheets: list[Sheet], now: datetime, *, track: Track = silently) -> Taken:
    """Read what changed, tell the units, close what is due; publish nothing.

    A unit that is closed is told, its sheet locked, and what stands in it then is what counts. A
    sheet that was closed is locked again should somebody have opened it; what appears in it
    later, though it was written before the lock, is taken (:attr:`Workspace.settle`).
    """
    to_close, still_open = due(job, sheets, now), _still_open(job, sheets, now)
    notes = _again(job, sheets, now)
    # Where a lock takes time to settle, all is read again after it anyway.
    anew = bool(to_close) and not job.workspace.settle
    collected = collect(job, sheets, now, anew=anew, track=track)
    if not to_close:
        told = give_feedback(job, collected, track)
        return Taken(collected, replace(told, notes=(*notes, *told.notes)), (), still_open)
    unread = set(collected.unread)
    standings = {
        sheet.unit: replace(collected.register.standings[sheet.unit], closed=True)
        for sheet in to_close
        if sheet.unit not in unread
    }
    shut = _Shut(job, now, standings)
    closing = [sheet for sheet in to_close if sheet.unit in standings]
    workers = job.workspace.workers
    told_each = each(shut.tell_and_lock, closing, "Khoá biểu", workers=workers, track=track)
    if told_each.halted:
        raise told_each.halted  # nothing is marked closed yet: the next run does it all
    if job.workspace.settle:
        locked = {sheet.unit: sheet for sheet in job.workspace.sheets()}
        closing = [locked.get(sheet.unit, sheet) for sheet in closing]
    final = each(shut.take_and_mark, closing, "Chốt biểu", workers=workers, track=track)
    if final.halted:
        raise final.halted
    closed = dict(standing for _, standing in final.done)
    if job.workspace.settle:
        collected = replace(collected, read=max(collected.read, len(closed)))
    collected = _with(collected, closed)
    others = give_feedback(job, _without(collected, closed), track)
    those = [one for _, one in told_each.done]
    notes += [note for one in those for note in one.notes]
    notes += [f"{sheet.unit}: {error.message}" for sheet, error in final.failed]
    moved = any(standing != standings[unit] for unit, standing in closed.items())
    everyone = Told(
        count=sum(one.count for one in [*those, others]),
        notes=(*notes, *others.notes),
        again=any(one.again for one in [*those, others]) or moved or bool(final.failed),
    )
    return Taken(collected, everyone, tuple(closed), still_open)


def _still_open(job: Job, sheets: Sequence[Sheet], now: datetime) -> tuple[str, ...]:
    by_unit = {sheet.unit: sheet for sheet in sheets}
    return tuple(
        unit.code for unit in job.units if now < deadline(job, unit, by_unit.get(unit.code))
    )


def _again(job: Job, sheets: Sequence[Sheet], now: datetime) -> list[str]:
    """Look after what was closed before; return what did not work."""
    notes = _lock_again(job, sheets)
    _settle(job, sheets, now)
    return notes


def _noting(outcome: Outcome, notes: Sequence[str]) -> Outcome:
    figures = {**outcome.figures, "notes": [*outcome.figures["notes"], *notes]}
    return replace(outcome, figures=figures)


class _Shut:
    """What is done for each sheet that is closed, by several threads."""

    def __init__(self, job: Job, now: datetime, standings: Mapping[str, Standing]) -> None:
        self._job, self._now, self._standings = job, now, standings
        self._units = {unit.code: unit for unit in job.units}
        self._open: set[str] = set()
        """Units whose lock does not hold."""

    def tell_and_lock(self, sheet: Sheet) -> Told:
        """Tell the unit and lock its sheet.

        What counts is the snapshot, so a sheet that cannot be told or locked is closed all the
        same, with a note.
        """
        told, notes, again = False, [], False
        standing = self._standings[sheet.unit]
        if sheet.gone:
            return Told()
        try:
            told = tell(self._job, sheet, standing)
        except Halted:
            raise
        except WorkspaceError as error:
            notes.append(f"{sheet.unit}: {error.message}")
            again = not isinstance(error, NoFeedback)
        try:
            self._job.workspace.lock(sheet, notices.lock_reason(standing.deadline))
        except Halted:
            raise
        except WorkspaceError as error:
            self._open.add(sheet.unit)
            again = True
            notes.append(
                f"{sheet.unit}: chưa khoá được tệp ({error.message}); đã chốt bản được tính"
            )
        return Told(int(told), tuple(notes), again)

    def take_and_mark(self, sheet: Sheet) -> tuple[str, Standing]:
        """Take what the locked sheet says, keep it, and mark the sheet closed by it."""
        standing = self._standings[sheet.unit]
        if self._job.workspace.settle and not sheet.gone:
            again = reread(self._job, self._units[sheet.unit], sheet, standing, self._now)
            standing = replace(again, closed=True)
        mark = {LOCK_AGAIN: "1"} if sheet.unit in self._open else {}
        said = STATUS_NAMES[standing.status].lower()
        due_then = due_text(standing.deadline)
        self._job.note(self._now, What.LOCK, sheet.unit, f"hết hạn {due_then}; {said}")
        mark_closed(self._job, sheet, standing, self._now, mark)
        return sheet.unit, standing


def mark_closed(
    job: Job, sheet: Sheet, standing: Standing, at: datetime, more: Mapping[str, str] = _NOTHING
) -> None:
    """Keep what counts, and how it is judged now; write on the sheet that it does, and `more`.

    Where nothing that can be read ever came there is nothing that counts.
    """
    snapshot = standing.snapshot
    if snapshot:
        findings = tuple(rules.check(standing.registration, job.form))
        final = Final(job.form.settings, snapshot, standing.registration, findings)
        judged = job.archive.finish(final)
        with suppress(NoRoom):  # both are in the archive here all the same
            job.workspace.keep(kept_name(sheet.unit, snapshot.sha256), job.archive.load(snapshot))
            job.workspace.keep(judged_name(sheet.unit, snapshot.sha256), judged)
    marks = {
        CLOSED: at.isoformat(),
        FINAL: snapshot.sha256 if snapshot else "",
        FINAL_CHANGED: snapshot.modified_at.isoformat() if snapshot else "",
        CLOSED_DUE: standing.deadline.isoformat(),
    }
    job.workspace.mark(sheet, **marks, **more)


def _lock_again(job: Job, sheets: Sequence[Sheet]) -> list[str]:
    """Lock closed sheets that are not locked, or not well; return what did not work."""
    units = {unit.code: unit for unit in job.units}
    opened = [
        sheet
        for sheet in sheets
        if sheet.unit in units
        and is_closed(sheet)
        and not sheet.gone
        and (LOCK_AGAIN in sheet.properties or not sheet.locked)
    ]

    def lock(sheet: Sheet) -> None:
        reason = notices.lock_reason(deadline(job, units[sheet.unit], sheet))
        job.workspace.lock(sheet, reason)
        if LOCK_AGAIN in sheet.properties:
            job.workspace.mark(sheet, **{LOCK_AGAIN: ""})

    locked = each(lock, opened, "Khoá lại", workers=job.workspace.workers)
    if locked.halted:
        raise locked.halted
    return [f"{sheet.unit}: chưa khoá lại được ({e.message})" for sheet, e in locked.failed]


def _settle(job: Job, sheets: Sequence[Sheet], now: datetime) -> None:
    """Let what appeared in closed sheets after their lock count, where it was there before."""
    late = [s for s in sheets if s.unit and not s.gone and may_be_late_news(job, s)]
    if not late:
        return
    standings = collect(job, late, now).register.standings
    for sheet in late:
        snapshot = standings[sheet.unit].snapshot
        if snapshot and snapshot.sha256 != sheet.properties[FINAL]:
            closed_at = moment(sheet.properties[CLOSED]) or now
            mark_closed(job, sheet, standings[sheet.unit], closed_at)


def _with(collected: Collected, closed: Mapping[str, Standing]) -> Collected:
    standings = {**collected.register.standings, **closed}
    return replace(collected, register=replace(collected.register, standings=standings))


def _without(collected: Collected, units: Container[str]) -> Collected:
    sheets = {code: sheet for code, sheet in collected.sheets.items() if code not in units}
    return replace(collected, sheets=sheets)
