"""Close sheets: keep what counts, make them read-only; look after those that are closed.

Doing it again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from dankheo_sheets.archive import Final
from dankheo_sheets.decide.closing import ClosingPlan
from dankheo_sheets.decide.feedback import news_for
from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import Halted, NoFeedback, WorkspaceError
from dankheo_sheets.form import rules
from dankheo_sheets.journal import What
from dankheo_sheets.notices.feedback import lock_reason
from dankheo_sheets.operations.case import judged
from dankheo_sheets.operations.collect import read_one, reread
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.kept import judged_name, kept_name
from dankheo_sheets.operations.telling import Told
from dankheo_sheets.registration import Standing
from dankheo_sheets.roster import Unit
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
from dankheo_sheets.vietnamese import due_text
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Closed:
    """What came of closing sheets, or of looking after closed ones."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    """Where the units stand whose sheets were closed."""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    """Those that were changed, as they are then; by unit code."""
    told: Told = field(default_factory=Told)


def look_after(context: Context, todo: ClosingPlan, now: datetime) -> Closed:
    """Lock, open and take again what was closed or reopened before."""
    units, workspace = {unit.code: unit for unit in context.units}, context.workspace

    def lock(sheet: Sheet) -> Sheet:
        reason = lock_reason(deadline(context.campaign, units[sheet.unit], sheet))
        return workspace.lock(sheet, reason, {LOCK_AGAIN: ""})

    locked = context.for_each(lock, todo.relock, "Khoá lại")
    opened = context.for_each(workspace.unlock, todo.unlock, "Mở lại")
    if halted := locked.halted or opened.halted:
        raise halted
    sheets = {sheet.unit: after for sheet, after in (*locked.done, *opened.done)}
    for sheet in todo.settle:
        if after := _settled(context, units[sheet.unit], sheets.get(sheet.unit, sheet), now):
            sheets[sheet.unit] = after
    notes = [f"{sheet.unit}: chưa khoá lại được ({e.message})" for sheet, e in locked.failed]
    notes += [f"{sheet.unit}: chưa mở lại được ({e.message})" for sheet, e in opened.failed]
    return Closed(sheets=sheets, told=Told(notes=tuple(notes)))


def _settled(context: Context, unit: Unit, sheet: Sheet, now: datetime) -> Sheet | None:
    """Let what appeared in a closed sheet after its lock count, where it was there before."""
    standing = read_one(context, unit, sheet, now).standing()
    if standing.snapshot is None or standing.snapshot.sha256 == sheet.properties[FINAL]:
        return None
    return mark_closed(context, sheet, standing, moment(sheet.properties[CLOSED]) or now)


def is_taken(context: Context, sheet: Sheet) -> bool:
    """Tell whether what a closed sheet shows was read, and counts where it should."""
    unit = context.unit(sheet.unit)
    receipts, _ = context.archive.receipts(sheet.unit)
    if unit is None or all(r.snapshot.version != sheet.version for r in receipts):
        return False
    snapshot = judged(context, unit, sheet).snapshot
    return snapshot is not None and snapshot.sha256 == sheet.properties.get(FINAL)


def close_sheets(context: Context, state: State, sheets: Sequence[Sheet], now: datetime) -> Closed:
    """Close sheets that were read: what stands in each then is what counts.

    Its unit is told, the sheet locked, and read once more where a lock takes time to settle. A
    decision that comes while a sheet is being closed wins: it stays open (docs/adr/0015).
    """
    if state.register is None:
        return Closed()
    standings = state.register.standings
    closing = [_Closing(sheet, replace(standings[sheet.unit], closed=True)) for sheet in sheets]
    for do, title in ((_tell_and_lock, "Khoá biểu"), (_take_and_mark, "Chốt biểu")):
        left = [one for one in closing if one.goes_on]
        work = partial(do, context, now)
        done = context.for_each(work, left, title)
        if done.halted:
            raise done.halted  # before all are locked nothing is marked: the next run does it all
        for one, error in done.failed:
            one.fail(error.message)
    closed = {one.unit: one.standing for one in closing if one.goes_on}
    told = Told(
        count=sum(one.told for one in closing),
        notes=tuple(note for one in closing for note in one.notes),
        again=any(one.again for one in closing),
    )
    return Closed(closed, {one.unit: one.sheet for one in closing}, told)


class _Closing:
    """One sheet on its way to being closed."""

    def __init__(self, sheet: Sheet, standing: Standing) -> None:
        self.unit, self.standing = sheet.unit, standing
        self.found = self.sheet = sheet
        """As it was when it was judged that it is due; as it is now."""
        self.notes: list[str] = []
        self.goes_on = self.holds = True
        """Nothing keeps it from being closed; its lock holds."""
        self.told = self.again = False
        """The unit was told; a later run has something to do or to say."""

    def note(self, text: str) -> None:
        """Say something about it to the coordinator."""
        self.notes.append(f"{self.unit}: {text}")

    def fail(self, why: str) -> None:
        """Leave it to a later run."""
        self.note(why)
        self.goes_on, self.again = False, True


def _tell_and_lock(context: Context, now: datetime, one: _Closing) -> None:
    """Tell the unit and lock its sheet.

    What counts is the snapshot, so a sheet that cannot be told or locked is closed all the same,
    with a note.
    """
    if one.sheet.gone:
        return
    news = news_for(one.sheet, one.standing, context.form)
    marks = None
    try:
        if news:
            one.sheet = context.workspace.give_feedback(one.sheet, news.message)
            marks, one.told = news.marks, True
    except Halted:
        raise
    except WorkspaceError as error:
        one.note(error.message)
        one.again = not isinstance(error, NoFeedback)
    try:
        one.sheet = context.workspace.lock(one.sheet, lock_reason(one.standing.deadline), marks)
    except Halted:
        raise
    except WorkspaceError as error:
        one.note(f"chưa khoá được tệp ({error.message}); đã chốt bản được tính")
        one.holds, one.again = False, True
    _yield_to_a_decision(context, one)


def _take_and_mark(context: Context, now: datetime, one: _Closing) -> None:
    """Take what the locked sheet says, keep it, and mark the sheet closed by it."""
    if context.workspace.settle and not one.sheet.gone:
        unit = context.unit(one.unit)
        assert unit is not None
        again = reread(context, unit, one.sheet, one.standing, now)
        one.again |= replace(again, closed=True) != one.standing
        one.standing = replace(again, closed=True)
    mark = {} if one.holds else {LOCK_AGAIN: "1"}
    one.sheet = mark_closed(context, one.sheet, one.standing, now, mark)
    _yield_to_a_decision(context, one)
    if one.goes_on:
        said = WORDS[one.standing.status].name.lower()
        detail = f"hết hạn {due_text(one.standing.deadline)}; {said}"
        context.note(now, What.LOCK, one.unit, detail, one.sheet.properties[CLOSED])


def _yield_to_a_decision(context: Context, one: _Closing) -> None:
    """Open a sheet about whose unit something was decided since it was found due."""
    if decided(one.sheet) == decided(one.found):
        return
    one.goes_on, one.again = False, True
    if is_closed(one.sheet):
        one.sheet = context.workspace.mark(one.sheet, **dict.fromkeys(OPENED, ""))
    if one.sheet.locked:
        one.sheet = context.workspace.unlock(one.sheet)


def mark_closed(
    context: Context,
    sheet: Sheet,
    standing: Standing,
    at: datetime,
    more: Mapping[str, str] | None = None,
) -> Sheet:
    """Keep what counts, and how it is judged now; write on the sheet that it does, and `more`.

    Where nothing that can be read ever came there is nothing that counts.
    """
    snapshot = standing.snapshot
    if snapshot:
        findings = tuple(rules.check(standing.registration, context.form))
        final = Final(context.form.settings, snapshot, standing.registration, findings)
        final_bytes = context.archive.finish(final)
        context.keep(kept_name(sheet.unit, snapshot.sha256), context.archive.load(snapshot))
        context.keep(judged_name(sheet.unit, snapshot.sha256), final_bytes)
    marks = {
        CLOSED: at.isoformat(),
        FINAL: snapshot.sha256 if snapshot else "",
        FINAL_CHANGED: snapshot.modified_at.isoformat() if snapshot else "",
        CLOSED_DUE: standing.deadline.isoformat(),
    }
    return context.workspace.mark(sheet, **marks, **(more or {}))
