"""Which sheets are to be closed now, and which of the closed ones need looking after. Pure."""

from dataclasses import dataclass
from datetime import datetime

from dankheo_sheets.decide.state import State
from dankheo_sheets.standing.deadlines import deadline, may_be_late_news, to_close
from dankheo_sheets.standing.sheet_properties import EXTENDED, LOCK_AGAIN, is_closed
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class ClosingPlan:
    """What is to be done so that the right sheets are read-only."""

    close: tuple[Sheet, ...] = ()
    """Past their deadline, and not closed."""
    relock: tuple[Sheet, ...] = ()
    """Closed ones that are not locked, or not well."""
    unlock: tuple[Sheet, ...] = ()
    """Reopened ones that are locked: a lock came in between, or the opening died."""
    settle: tuple[Sheet, ...] = ()
    """Closed ones that show a change which may be older than their lock, and was not taken."""

    def __bool__(self) -> bool:
        return bool(self.close or self.relock or self.unlock or self.settle)


def closing(state: State, now: datetime) -> ClosingPlan:
    """Return what is to be done."""
    campaign, units = state.campaign, {unit.code: unit for unit in state.units}
    ours = [sheet for sheet in state.sheets if sheet.unit in units and not sheet.gone]
    return ClosingPlan(
        close=tuple(
            sheet
            for sheet in to_close(campaign, state.units, state.sheets, now)
            if sheet.unit not in state.unread
        ),
        relock=tuple(
            sheet
            for sheet in ours
            if is_closed(sheet) and (LOCK_AGAIN in sheet.properties or not sheet.locked)
        ),
        unlock=tuple(
            sheet
            for sheet in ours
            if sheet.locked
            and EXTENDED in sheet.properties
            and not (is_closed(sheet) or sheet.problem)
            and now < deadline(campaign, units[sheet.unit], sheet)
        ),
        settle=tuple(
            sheet
            for sheet in ours
            if may_be_late_news(sheet, state.settle) and not state.taken(sheet)
        ),
    )
