"""Give out: one sheet per unit, made from the template and shared; only what is missing.

In phases, so that a run that stops anywhere is gone on with by the next: make all, look again where
an answer was lost (a sheet made twice is found before it is given to anybody), fill in, share.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from dankheo_sheets.decide.giving_out import GivingOut, giving_out
from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import Halted, OutcomeUnknown, WorkspaceError
from dankheo_sheets.journal import What, event
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.fan_out import FanOut
from dankheo_sheets.operations.journal_lines import access
from dankheo_sheets.roster import Unit
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


def give_out(
    context: Context,
    state: State,
    now: datetime,
    *,
    adopt: bool = False,
    restore: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> Provisioned:
    """Make and share what is missing, in a turn that was taken.

    See :func:`dankheo_sheets.steps.provision.provision`.
    """
    context.sign()
    run = _Run(context, now, wait)
    todo, sheets = giving_out(state), state.sheets
    if adopt:
        sheets = run.adopt(sheets, todo.create)
    elif todo.create:
        sheets = run.create(sheets, todo.create)
    if restore and todo.lost:
        sheets = run.restore(sheets, todo.lost)
    run.share_out(giving_out(replace(state, sheets=sheets)))
    made = {sheet.unit for sheet in sheets if not sheet.gone}
    done = tuple(unit for unit in todo.create if unit.code in made)
    if adopt and (left := len(todo.create) - len(done)):
        run.notes.append(f"còn {left} đơn vị chưa có tệp: chép thêm bản sao của mẫu vào thư mục")
    plan = replace(todo, create=done)
    return Provisioned(plan, tuple(run.notes), tuple(run.restored), run.failed, run.halted)


class _Run:
    """One run, phase by phase."""

    def __init__(self, context: Context, now: datetime, wait: Callable[[float], None]) -> None:
        self._context, self._now, self._wait = context, now, wait
        self.notes: list[str] = []
        self.restored: list[str] = []
        self.failed = False
        self.halted: Halted | None = None

    def adopt(self, sheets: Sequence[Sheet], units: Sequence[Unit]) -> Sequence[Sheet]:
        """Take what a person put there; return all sheets as they are then."""
        taken = list(self._context.workspace.adopt(units))
        named = [(sheet.unit, f"nhận tệp “{name}”") for sheet, name in taken if name]
        self.notes += [f"{code}: {what}" for code, what in named]
        self._tell(What.PROVISION, named)
        return _with(sheets, [sheet for sheet, _ in taken])

    def create(self, sheets: Sequence[Sheet], units: Sequence[Unit]) -> Sequence[Sheet]:
        """Make the sheets of `units`; return all sheets as they are then."""
        workspace = self._context.workspace
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
        archive = self._context.archive

        def put_back(unit: Unit) -> Sheet:
            last = archive.own(unit.code)[-1].snapshot
            return self._context.workspace.restore(unit, archive.load(last), last.modified_at)

        done = self._each(put_back, units, "Đặt lại biểu", attrgetter("code"))
        self.restored = [unit.code for unit, _ in done.done]
        self._tell(What.RESTORE, ((code, "bản đọc gần nhất") for code in self.restored))
        return _with(sheets, [sheet for _, sheet in done.done])

    def share_out(self, todo: GivingOut) -> None:
        """Throw spare copies away, fill in, share."""
        workspace = self._context.workspace
        units = {unit.code: unit for unit in self._context.units}
        self._each(workspace.discard_spares, todo.discard, "Dọn bản thừa", _called)
        prepared = self._each(
            lambda sheet: workspace.prepare(sheet, units[sheet.unit]),
            todo.prepare,
            "Ghi tên đơn vị",
            _called,
        )
        bare = {sheet.unit for sheet in (*prepared.left, *(s for s, _ in prepared.failed))}
        to_share = [one for one in todo.share if one.sheet.unit not in bare]
        shared = self._each(
            lambda one: workspace.access.share(one.sheet, one.editors),
            [*to_share, *todo.revoke],
            "Chia sẻ biểu",
            lambda one: _called(one.sheet),
        )
        self._tell(
            What.SHARE,
            ((one.sheet.unit, access(one.sheet, one.editors)) for one, _ in shared.done),
        )

    def _tell(self, what: What, done: Iterable[tuple[str, ...]]) -> None:
        context = self._context
        context.journal.add(event(self._now, context.who, what, *line) for line in done)

    def _each(
        self,
        work: Callable[[T], R],
        items: Sequence[T],
        title: str,
        called: Callable[[T], str] | None = None,
    ) -> FanOut[T, R]:
        """Do it for all; what was refused is noted by what its item is `called`."""
        result = self._context.for_each(work, items, title)
        self.halted = self.halted or result.halted
        if called:
            self._note((called(item), error) for item, error in result.failed)
        return result

    def _note(self, failed: Iterable[tuple[str, WorkspaceError]]) -> None:
        for who, error in failed:
            self.failed = True
            hint = f" ({error.hint})" if error.hint else ""
            self.notes.append(f"{who}: {error.message}{hint}")


def _with(sheets: Sequence[Sheet], new: Sequence[Sheet]) -> Sequence[Sheet]:
    """Return all sheets, the new ones in place of what was there of their units before."""
    units, ids = {sheet.unit for sheet in new}, {sheet.id for sheet in new}
    return [*new, *(s for s in sheets if s.unit not in units and s.id not in ids)]


def _called(sheet: Sheet) -> str:
    return sheet.unit or sheet.name
