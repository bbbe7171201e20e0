"""All that a decision is made from: the campaign as it is known at one moment."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from dankheo_sheets.board.model import Board
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Standing
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Sheet

Editors = Callable[[Unit], Sequence[str] | None]


@dataclass(frozen=True)
class State:
    """What is known now. Nothing in it changes; what was done makes another one."""

    campaign: Campaign
    units: Sequence[Unit]
    sheets: Sequence[Sheet]
    editors: Editors = lambda unit: None
    """Who should edit a unit's sheet (:meth:`Workspace.editors`)."""
    settle: timedelta = timedelta()
    """:attr:`Workspace.settle`."""
    filled: Set[str] = frozenset()
    """Units without a sheet of which something written was read."""
    taken: Callable[[Sheet], bool] = lambda sheet: True
    """Whether what a closed sheet shows was read, and counts where it should."""
    mark: str = ""
    """A checksum of all that the results depend on."""
    last: Board | None = None
    """The last board."""
    last_results: str = ""
    """The mark that the results were made from; "" where one of them is not there."""
    last_papers: str = ""
    """Likewise of the results together with the report and the units' forms."""
    register: Register | None = None
    """Where everyone stands; None before anything was read."""
    unread: Collection[str] = ()
    """Units whose sheet could not be read now."""

    @cached_property
    def by_code(self) -> Mapping[str, Sheet]:
        """The sheets of units, by code."""
        return {sheet.unit: sheet for sheet in self.sheets if sheet.unit}

    def with_sheets(self, changed: Mapping[str, Sheet]) -> "State":
        """Return the state with the sheets of those units as they are now."""
        return replace(self, sheets=[changed.get(sheet.unit, sheet) for sheet in self.sheets])

    def with_standings(self, standings: Mapping[str, Standing]) -> "State":
        """Return the state in which those units stand elsewhere than it says."""
        if self.register is None:
            return self
        standings = {**self.register.standings, **standings}
        return replace(self, register=replace(self.register, standings=standings))
