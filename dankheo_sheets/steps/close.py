"""Close: read everything anew, keep what counts, make the sheets read-only.

Each unit is closed at its own deadline. Running it again changes nothing.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.archive import Final
from dankheo_sheets.errors import Halted, NoFeedback, WorkspaceError
from dankheo_sheets.form import rules
from dankheo_sheets.journal import What
from dankheo_sheets.notices import feedback as notices
from dankheo_sheets.register import STATUS_NAMES
from dankheo_sheets.registration import Standing
from dankheo_sheets.steps.case import deadline, judged, may_be_late_news
from dankheo_sheets.steps.collect import Collected, as_now, collect, reread
from dankheo_sheets.steps.each import each
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.kept import judged_name, kept_name
from dankheo_sheets.steps.marks import (
    CLOSED,
    CLOSED_DUE,
    EXTENDED,
    FINAL,
    FINAL_CHANGED,
    LOCK_AGAIN,
    OPENED,
    decided,
    excluded,
    is_closed,
    moment,
)
from dankheo_sheets.steps.sync import (
    Outcome,
    Told,
    fingerprint,
    give_feedback,
    news_for,
    only_read,
    publish,
    sync,
)
from dankheo_sheets.steps.telling import tell_again
from dankheo_sheets.steps.turn import in_turn
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


def due(job: Job, sheets: Sequence[Sheet], now: datetime) -> list[Sheet]:
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
    open_still = still_open(job, sheets, now)
    if not due(job, sheets, now) and is_settled(job, sheets, now):
        # A run that died after closing the last sheet has not kept the results yet.
        outcome = sync(job, now, keep=any(map(is_closed, sheets)), track=track)
        return Closing(outcome, (), open_still)

    def work() -> Closing:
        sheets = job.workspace.sheets()
        tell_again(job, sheets, now)
        taken = take_back(job, sheets, now, track=track)
        after = job.workspace.sheets()
        taken = replace(taken, collected=as_now(job, taken.collected, after, now))
        mark = fingerprint(job, after, now)
        outcome = publish(job, taken.collected, taken.told, mark, now, keep=True)
        return Closing(outcome, taken.closed, taken.open)

    def read(why: WorkspaceError) -> Closing:
        return Closing(only_read(job, now, why, track=track), (), open_still)

    return in_turn(job, work, read)


def take_back(job: Job, sheets: list[Sheet], now: datetime, *, track: Track = silently) -> Taken:
    """Read what changed, tell the units, close what is due; publish nothing.

    A unit that is closed is told, its sheet locked, and what stands in it then is what counts. A
    sheet that was closed is locked again should somebody have opened it; what appears in it
    later, though it was written before the lock, is taken (:attr:`Workspace.settle`). A decision
    that comes while a sheet is being closed wins: it stays open (docs/adr/0015).
    """
    to_close, open_still = due(job, sheets, now), still_open(job, sheets, now)
    notes = _again(job, sheets, now)
    # Where a lock takes time to settle, all is read again after it anyway.
    anew = bool(to_close) and not job.workspace.settle
    collected = collect(job, sheets, now, anew=anew, track=track)
    if not to_close:
        told = give_feedback(job, collected, track)
        return Taken(collected, replace(told, notes=(*notes, *told.notes)), (), open_still)
    unread = set(collected.unread)
    standings = {
        sheet.unit: replace(collected.register.standings[sheet.unit], closed=True)
        for sheet in to_close
        if sheet.unit not in unread
    }
    shut = _Shut(job, now, standings)
    closing = [sheet for sheet in to_close if sheet.unit in standings]
    workers = job.workspace.workers
    locked = each(shut.tell_and_lock, closing, "Khoá biểu", workers=workers, track=track)
    if locked.halted:
        raise locked.halted  # nothing is marked closed yet: the next run does it all
    left = [one.sheet for _, one in locked.done if one.sheet]
    final = each(shut.take_and_mark, left, "Chốt biểu", workers=workers, track=track)
    if final.halted:
        raise final.halted
    closed = {sheet.unit: standing for sheet, standing in final.done if standing}
    if job.workspace.settle:
        collected = replace(collected, read=max(collected.read, len(closed)))
    collected = _with(collected, closed)
    others = give_feedback(job, _without(collected, closed), track)
    those = [one.told for _, one in locked.done]
    notes += [note for one in those for note in one.notes]
    notes += [f"{sheet.unit}: {error.message}" for sheet, error in (*locked.failed, *final.failed)]
    moved = any(standing != standings[unit] for unit, standing in closed.items())
    everyone = Told(
        count=sum(one.count for one in [*those, others]),
        notes=(*notes, *others.notes),
        again=any(one.again for one in [*those, others])
        or moved
        or len(closed) < len(closing)
        or bool(final.failed),
    )
    return Taken(collected, everyone, tuple(closed), open_still)


def still_open(job: Job, sheets: Sequence[Sheet], now: datetime) -> tuple[str, ...]:
    """Return the units whose deadline has not passed. Pure."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    return tuple(
        unit.code for unit in job.units if now < deadline(job, unit, by_unit.get(unit.code))
    )


def is_settled(job: Job, sheets: Sequence[Sheet], now: datetime) -> bool:
    """Tell whether what was closed or reopened before needs no looking after."""
    if _opened(job, sheets) or _shut(job, sheets, now):
        return False
    return all(_is_taken(job, sheet) for sheet in _late(job, sheets))


def _is_taken(job: Job, sheet: Sheet) -> bool:
    """Tell whether what a closed sheet shows was read, and counts where it should."""
    unit = job.unit(sheet.unit)
    receipts, _ = job.archive.receipts(sheet.unit)
    if unit is None or all(r.snapshot.version != sheet.version for r in receipts):
        return False
    snapshot = judged(job, unit, sheet).snapshot
    return snapshot is not None and snapshot.sha256 == sheet.properties.get(FINAL)


def _again(job: Job, sheets: Sequence[Sheet], now: datetime) -> list[str]:
    """Look after what was closed or reopened before; return what did not work."""
    units, workspace = {unit.code: unit for unit in job.units}, job.workspace

    def lock(sheet: Sheet) -> None:
        reason = notices.lock_reason(deadline(job, units[sheet.unit], sheet))
        workspace.lock(sheet, reason, {LOCK_AGAIN: ""})

    locked = each(lock, _opened(job, sheets), "Khoá lại", workers=workspace.workers)
    shut = _shut(job, sheets, now)
    opened = each(workspace.unlock, shut, "Mở lại", workers=workspace.workers)
    if halted := locked.halted or opened.halted:
        raise halted
    _settle(job, _late(job, sheets), now)
    notes = [f"{sheet.unit}: chưa khoá lại được ({e.message})" for sheet, e in locked.failed]
    return notes + [f"{sheet.unit}: chưa mở lại được ({e.message})" for sheet, e in opened.failed]


def _opened(job: Job, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return closed sheets that are not locked, or not well."""
    codes = {unit.code for unit in job.units}
    return [
        sheet
        for sheet in sheets
        if sheet.unit in codes
        and is_closed(sheet)
        and not sheet.gone
        and (LOCK_AGAIN in sheet.properties or not sheet.locked)
    ]


def _shut(job: Job, sheets: Sequence[Sheet], now: datetime) -> list[Sheet]:
    """Return reopened sheets that are locked: a lock came in between, or the opening died."""
    units = {unit.code: unit for unit in job.units}
    return [
        sheet
        for sheet in sheets
        if sheet.locked
        and EXTENDED in sheet.properties
        and (unit := units.get(sheet.unit))
        and not (is_closed(sheet) or sheet.gone or sheet.problem)
        and now < deadline(job, unit, sheet)
    ]


def _late(job: Job, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return closed sheets that show a change which may be older than their lock."""
    return [s for s in sheets if s.unit and not s.gone and may_be_late_news(job, s)]


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
            reason = notices.lock_reason(standing.deadline)
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
        said = STATUS_NAMES[standing.status].lower()
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
        judged = job.archive.finish(final)
        job.keep(kept_name(sheet.unit, snapshot.sha256), job.archive.load(snapshot))
        job.keep(judged_name(sheet.unit, snapshot.sha256), judged)
    marks = {
        CLOSED: at.isoformat(),
        FINAL: snapshot.sha256 if snapshot else "",
        FINAL_CHANGED: snapshot.modified_at.isoformat() if snapshot else "",
        CLOSED_DUE: standing.deadline.isoformat(),
    }
    return job.workspace.mark(sheet, **marks, **more)


def _settle(job: Job, late: Sequence[Sheet], now: datetime) -> None:
    """Let what appeared in closed sheets after their lock count, where it was there before."""
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
