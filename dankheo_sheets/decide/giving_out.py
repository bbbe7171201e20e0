"""What is missing of the units' sheets: which are to be made, filled in, shared. Pure."""

from dataclasses import dataclass

from dankheo_sheets.decide.state import State
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.sheet_properties import is_closed
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Share:
    """Who may edit one sheet from now on."""

    sheet: Sheet
    editors: tuple[str, ...]


@dataclass(frozen=True)
class GivingOut:
    """What is to be done so that every unit has its sheet."""

    create: tuple[Unit, ...] = ()
    lost: tuple[Unit, ...] = ()
    """Units whose sheet is gone though something was read of it: a blank one would hide that."""
    prepare: tuple[Sheet, ...] = ()
    """Sheets that do not carry their unit's name yet."""
    discard: tuple[Sheet, ...] = ()
    """Sheets with spare copies beside them."""
    share: tuple[Share, ...] = ()
    """Sheets whose editors differ from the roster's."""
    revoke: tuple[Share, ...] = ()
    """Sheets of units that are no longer asked."""
    unreachable: tuple[Unit, ...] = ()
    """Units that nobody can be given a sheet for: no address in the roster."""

    def __bool__(self) -> bool:
        return bool(self.create or self.prepare or self.share or self.revoke or self.discard)


def giving_out(state: State) -> GivingOut:
    """Return what is missing."""
    existing = {sheet.unit: sheet for sheet in state.sheets if sheet.unit and not sheet.gone}
    missing = [unit for unit in state.units if unit.code not in existing]
    issued = [(unit, existing[unit.code]) for unit in state.units if unit.code in existing]
    wanted = {unit.code: state.editors(unit) for unit in state.units}
    return GivingOut(
        create=tuple(unit for unit in missing if unit.code not in state.filled),
        lost=tuple(unit for unit in missing if unit.code in state.filled),
        prepare=tuple(
            sheet
            for _, sheet in issued
            if not (sheet.prepared or sheet.problem or is_closed(sheet))
        ),
        discard=tuple(sheet for sheet in state.sheets if sheet.spares),
        share=tuple(
            Share(sheet, tuple(who))
            for unit, sheet in issued
            if (who := wanted[unit.code]) is not None and sheet.editors != tuple(who)
        ),
        revoke=tuple(
            Share(sheet, ()) for sheet in state.sheets if not sheet.unit and sheet.editors
        ),
        unreachable=tuple(unit for unit in state.units if wanted[unit.code] == ()),
    )
