"""Read the sheets back: download what changed, archive it, read it, judge it.

Nothing of a sheet is derived before its bytes are in the archive. A sheet whose version is
already there is not downloaded again, unless everything is read anew for the closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form import reader
from dankheo_sheets.journal import What
from dankheo_sheets.operations.case import Case, judged
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.fan_out import silently
from dankheo_sheets.operations.journal_lines import tell_reads
from dankheo_sheets.operations.strays import strays
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Standing
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.standing.deadlines import terms_of
from dankheo_sheets.standing.sheet_properties import LOOKED, decided
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Collected:
    """The whole campaign as it was read."""

    register: Register
    downloaded: tuple[str, ...]
    """Units whose sheet was downloaded."""
    unread: tuple[str, ...]
    """Units whose sheet could not be read now; a later run takes them."""
    notes: tuple[str, ...]
    """For the coordinator: files of no unit, sheets that could not be read."""


def reread(context: Context, unit: Unit, sheet: Sheet, before: Standing, now: datetime) -> Standing:
    """Return where a unit stands by what its sheet says now that it is locked.

    `before` where it still says the same. Raises :class:`WorkspaceError` where it cannot be read,
    or is just being changed.
    """
    data = context.workspace.download(sheet, sure=False)
    if reader.read(data, context.form, unit.code) == before.registration:
        return before
    case = read_one(context, unit, sheet, now, anew=True)
    if case.pending:
        raise WorkspaceError(case.failure)
    return case.standing()


def read_one(
    context: Context,
    unit: Unit,
    sheet: Sheet,
    now: datetime,
    *,
    anew: bool = False,
    download: bool = True,
) -> Case:
    """Return one unit's case, its sheet read now. See :func:`collect`."""
    case = Case(context, unit, sheet)
    case.take(now, anew=anew, download=download)
    _tell(context, [case] if download else [])
    return case


def _tell(context: Context, cases: Sequence[Case]) -> None:
    """Write the journal's lines of what was read."""
    receipts = [receipt for case in cases for receipt in case.receipts]
    tell_reads(context, receipts, {case.new.snapshot for case in cases if case.new})


def _issued(context: Context) -> set[str]:
    """Return the codes of units that were given a sheet once, as the journal says."""
    return {
        code_key(event.unit) for event in context.journal.events() if event.what == What.PROVISION
    }


def _codes(unit: Unit) -> set[str]:
    return {code_key(code) for code in (unit.code, *unit.formerly)}


def collect(
    context: Context,
    sheets: Sequence[Sheet],
    now: datetime,
    *,
    anew: bool = False,
    download: bool = True,
) -> Collected:
    """Read the campaign; with `anew`, download every sheet that is not closed.

    Without `download`, judge by what the archive has; `unread` are the sheets it lacks. Nothing
    is written then.
    Raises :class:`~dankheo_sheets.errors.Halted` where no more sheets can be downloaded.
    """
    if download:
        context.sign()
    by_unit = {sheet.unit: sheet for sheet in sheets if sheet.unit}
    issued = _issued(context) if any(unit.code not in by_unit for unit in context.units) else set()
    cases = [
        Case(context, unit, by_unit.get(unit.code), issued=not issued.isdisjoint(_codes(unit)))
        for unit in context.units
    ]

    def take(case: Case) -> None:
        case.take(now, anew=anew, download=download)

    def remember(case: Case) -> None:
        assert case.sheet
        context.workspace.mark(case.sheet, **{LOOKED: now.isoformat()})

    told = context if download else replace(context, track=silently)
    done = told.for_each(take, cases, "Đọc biểu")
    _tell(context, cases if download else [])
    if done.halted:
        raise done.halted  # what was read is in the archive, and is not read again
    for _, error in done.failed:
        raise error  # not of one sheet: the archive cannot be written
    if download:
        context.for_each(remember, [case for case in cases if case.looked(now)], "Ghi lần xem")
    standings = {case.unit.code: case.standing() for case in cases}
    stray = tuple(map(str, strays(context, sheets)))
    notes = [*stray]
    notes += [f"{case.unit.code}: {case.failure}" for case in cases if case.failure]
    notes += [note for case in cases for note in case.notes]
    return Collected(
        register=Register(context.campaign, context.units, standings, stray),
        downloaded=tuple(case.unit.code for case in cases if case.downloaded),
        unread=tuple(case.unit.code for case in cases if case.pending),
        notes=tuple(notes),
    )


def as_now(context: Context, state: State, changed: Mapping[str, Sheet]) -> State:
    """Return the state with sheets as they are now, and what is written on them.

    A unit about which something was decided meanwhile is judged anew, by what was read.
    """
    if state.register is None:
        return state.with_sheets(changed)
    standings = {}
    for code, sheet in changed.items():
        unit, before = context.unit(code), state.by_code[code]
        if unit and decided(sheet) != decided(before):
            standings[code] = judged(context, unit, sheet)
        elif unit:
            terms = terms_of(context.campaign, unit, sheet)
            standings[code] = replace(state.register.standings[code], terms=terms)
    return state.with_sheets(changed).with_standings(standings)
