"""Provision: one sheet per unit, made from the template and shared. Makes only what is missing.

In phases, so that a run that stops anywhere is gone on with by the next: make all, look again where
an answer was lost (a sheet made twice is found before it is given to anybody), fill in, share.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from dankheo_sheets.decide.giving_out import GivingOut, Share, giving_out
from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import Halted, OutcomeUnknown, WorkspaceError
from dankheo_sheets.journal import What, event
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.each import Each, each
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.look import look
from dankheo_sheets.steps.telling import access
from dankheo_sheets.workspace.base import Sheet

LOOK_AFTER = 60.0
"""Seconds after which a sheet whose making is in doubt is looked for (reference/google.md §6.1)."""
_LOOKS = 3

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Provisioned:
    """What came of it."""

    plan: GivingOut = field(default_factory=GivingOut)
    notes: tuple[str, ...] = ()
    """For the coordinator: what was done beside, what did not work, for whom and why."""
    restored: tuple[str, ...] = ()
    """Units whose sheet was put back."""
    failed: bool = False
    """Something did not work for somebody."""
    halted: Halted | None = None
    """Why the rest is left to a later run."""


def provision(
    job: Job,
    *,
    adopt: bool = False,
    restore: bool = False,
    now: datetime | None = None,
    track: Track = silently,
    wait: Callable[[float], None] = time.sleep,
) -> Provisioned:
    """Make and share the sheets that are missing.

    Raises the :class:`WorkspaceError` that kept all of them from being made. With `adopt`, take
    files that a person put into the place instead of making them. With `restore`, put sheets that
    are gone back as they were read last. `now` is what the journal says,
    else the clock; `wait` passes the seconds it is given.
    """
    now = now or datetime.now(job.campaign.zone)
    todo = giving_out(look(job))
    if not (todo or (restore and todo.lost)):
        return Provisioned(todo)
    with job.workspace.lease(job.who):
        run = _Run(job, now, track, wait)
        return run.all(look(job), adopt=adopt, restore=restore)


def give_out(job: Job, state: State, now: datetime, *, track: Track = silently) -> Provisioned:
    """Make and share what is missing, in a turn that was taken."""
    return _Run(job, now, track, time.sleep).all(state)


class _Run:
    """One run, phase by phase."""

    def __init__(
        self, job: Job, now: datetime, track: Track, wait: Callable[[float], None]
    ) -> None:
        self._job, self._now, self._track, self._wait = job, now, track, wait
        self.notes: list[str] = []
        self.restored: list[str] = []
        self.failed = False
        self.halted: Halted | None = None

    def all(self, state: State, *, adopt: bool = False, restore: bool = False) -> Provisioned:
        """Do all that is missing now."""
        self._job.sign()
        todo, sheets = giving_out(state), state.sheets
        if adopt:
            sheets = self.adopt(sheets, todo.create)
        elif todo.create:
            sheets = self.create(sheets, todo.create)
        if restore and todo.lost:
            sheets = self.restore(sheets, todo.lost)
        self.give_out(giving_out(replace(state, sheets=sheets)))
        made = {sheet.unit for sheet in sheets if not sheet.gone}
        done = tuple(unit for unit in todo.create if unit.code in made)
        left = len(todo.create) - len(done)
        if adopt and left:
            self.notes.append(
                f"còn {left} đơn vị chưa có tệp: chép thêm bản sao của mẫu vào thư mục"
            )
        plan, restored = replace(todo, create=done), tuple(self.restored)
        return Provisioned(plan, tuple(self.notes), restored, self.failed, self.halted)

    def adopt(self, sheets: Sequence[Sheet], units: Sequence[Unit]) -> Sequence[Sheet]:
        """Take what a person put there; return all sheets as they are then."""
        taken = list(self._job.workspace.adopt(units))
        named = [(sheet.unit, f"nhận tệp “{name}”") for sheet, name in taken if name]
        self.notes += [f"{code}: {what}" for code, what in named]
        self._tell(What.PROVISION, named)
        return _with(sheets, [sheet for sheet, _ in taken])

    def create(self, sheets: Sequence[Sheet], units: Sequence[Unit]) -> Sequence[Sheet]:
        """Make the sheets of `units`; return all sheets as they are then."""
        workspace = self._job.workspace
        missing = list(units)
        for attempt in range(_LOOKS):
            made = self._each(workspace.create, missing, "Phát biểu mẫu")
            unknown = [unit for unit, e in made.failed if isinstance(e, OutcomeUnknown)]
            if made.failed and not (made.done or unknown or attempt):
                raise made.failed[0][1]
            sheets = _with(sheets, [sheet for _, sheet in made.done])
            if unknown:
                self._wait(LOOK_AFTER)
                sheets = workspace.sheets()
            existing = {sheet.unit for sheet in sheets if not sheet.gone}
            missing = [unit for unit in unknown if unit.code not in existing]
            last = attempt == _LOOKS - 1
            self._note(
                (unit.code, e)
                for unit, e in made.failed
                if unit not in unknown or (last and unit in missing)
            )
            if not missing:
                break
        wanted = {unit.code for unit in units}
        new = [sheet for sheet in sheets if sheet.unit in wanted and not sheet.gone]
        self._tell(What.PROVISION, ((sheet.unit, sheet.name, sheet.id) for sheet in new))
        return sheets

    def restore(self, sheets: Sequence[Sheet], units: Sequence[Unit]) -> Sequence[Sheet]:
        """Put back what was read last of units whose sheet is gone; return all sheets then."""
        archive = self._job.archive

        def put_back(unit: Unit) -> Sheet:
            last = archive.own(unit.code)[-1].snapshot
            return self._job.workspace.restore(unit, archive.load(last), last.modified_at)

        done = self._each(put_back, units, "Đặt lại biểu")
        self._note((unit.code, error) for unit, error in done.failed)
        self.restored = [unit.code for unit, _ in done.done]
        self._tell(What.RESTORE, ((code, "bản đọc gần nhất") for code in self.restored))
        return _with(sheets, [sheet for _, sheet in done.done])

    def give_out(self, todo: GivingOut) -> None:
        """Throw spare copies away, fill in, share."""
        workspace = self._job.workspace
        units = {unit.code: unit for unit in self._job.units}
        self._note_sheets(self._each(workspace.discard_spares, todo.discard, "Dọn bản thừa"))

        def prepare(sheet: Sheet) -> None:
            workspace.prepare(sheet, units[sheet.unit])

        prepared = self._each(prepare, todo.prepare, "Ghi tên đơn vị")
        self._note_sheets(prepared)
        bare = {sheet.unit for sheet in (*prepared.left, *(s for s, _ in prepared.failed))}

        def share(each_one: Share) -> None:
            workspace.access.share(each_one.sheet, each_one.editors)

        to_share = [one for one in todo.share if one.sheet.unit not in bare]
        shared = self._each(share, [*to_share, *todo.revoke], "Chia sẻ biểu")
        self._note((_called(one.sheet), error) for one, error in shared.failed)
        self._tell(
            What.SHARE,
            ((one.sheet.unit, access(one.sheet, one.editors)) for one, _ in shared.done),
        )

    def _tell(self, what: What, done: Iterable[tuple[str, ...]]) -> None:
        job = self._job
        job.journal.add(event(self._now, job.who, what, *line) for line in done)

    def _each(self, work: Callable[[T], R], items: Sequence[T], title: str) -> Each[T, R]:
        workers = self._job.workspace.workers
        result = each(work, items, title, workers=workers, track=self._track)
        self.halted = self.halted or result.halted
        return result

    def _note(self, failed: Iterable[tuple[str, WorkspaceError]]) -> None:
        for who, error in failed:
            self.failed = True
            hint = f" ({error.hint})" if error.hint else ""
            self.notes.append(f"{who}: {error.message}{hint}")

    def _note_sheets(self, result: Each[Sheet, Any]) -> None:
        self._note((_called(sheet), error) for sheet, error in result.failed)


def _with(sheets: Sequence[Sheet], new: Sequence[Sheet]) -> Sequence[Sheet]:
    """Return all sheets, the new ones in place of what was there of their units before."""
    units, ids = {sheet.unit for sheet in new}, {sheet.id for sheet in new}
    return [*new, *(s for s in sheets if s.unit not in units and s.id not in ids)]


def _called(sheet: Sheet) -> str:
    return sheet.unit or sheet.name
