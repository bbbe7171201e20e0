"""The port: where the units' sheets live, behind one interface.

Two adapters keep the same promises (tests/workspace/contract.py): a folder of .xlsx files and
Google Drive. The port speaks bytes, text and frozen values only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dankheo_sheets.registration import Feedback
from dankheo_sheets.roster import Unit

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's sheet, as it stands now."""

    unit: str
    """The unit's code; "" for a file that belongs to no unit of the roster."""
    id: str
    url: str
    """Where a person opens it."""
    version: str
    """Changes whenever a person changes the sheet, never by our own writing."""
    modified_at: datetime
    """When a person last changed it; aware."""
    locked: bool = False
    editors: tuple[str, ...] | None = None
    """Who may edit, where the workspace manages it; else None."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """What :meth:`Workspace.mark` wrote."""
    duplicates: tuple[str, ...] = ()
    """Other sheets that claim to be this unit's; none of them was taken."""
    problem: str = ""
    """Why its properties could not be read, and what to do; "" where they could."""


@dataclass(frozen=True, slots=True)
class Table:
    """One tab of the master: rows of cells under its column titles."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


MasterTables = Sequence[Table]


class Workspace(Protocol):
    """Where the units' sheets live. Every call is idempotent, or says why it cannot be.

    All of them raise :class:`~dankheo_sheets.errors.WorkspaceError` where the place refuses.
    """

    def sheets(self) -> list[Sheet]:
        """Return all sheets of the campaign, whole or not at all; one per unit at most."""
        ...

    def create(self, unit: Unit) -> Sheet:
        """Make the unit's sheet from the template, unshared; an existing one is returned."""
        ...

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """Let exactly `editors` edit, where the workspace manages it."""
        ...

    def download(self, sheet: Sheet) -> bytes:
        """Return the sheet as .xlsx.

        Raises :class:`~dankheo_sheets.errors.SheetBusy` if it changed since `sheet` was listed.
        """
        ...

    def give_feedback(self, sheet: Sheet, feedback: Feedback) -> None:
        """Show `feedback` in the unit's own sheet and change nothing else in it.

        Raises :class:`~dankheo_sheets.errors.SheetBusy` if a person has it open or changed it
        since `sheet` was listed, :class:`~dankheo_sheets.errors.NoFeedback` if its tab is gone.
        """
        ...

    def lock(self, sheet: Sheet, reason: str) -> None:
        """Make the sheet read-only for the unit; verified by reading back."""
        ...

    def unlock(self, sheet: Sheet) -> None:
        """Undo :meth:`lock`."""
        ...

    def mark(self, sheet: Sheet, **properties: str) -> None:
        """Write properties on the sheet; "" removes one. The content is not touched."""
        ...

    def publish(self, master: MasterTables, files: Mapping[str, bytes]) -> str:
        """Put the results where the coordinator finds them; return where that is."""
        ...
