"""The port: where the units' sheets live, behind one interface in three parts.

:class:`Workspace` is the units' sheets; its :attr:`~Workspace.results` are what a run leaves, its
:attr:`~Workspace.access` is who may open what. A place writes what is abstract; the rest are plain
defaults, which it changes where it has more (CONTRIBUTING.md lists both). Every place keeps the
same promises (tests/workspace/contract.py). The port speaks bytes, text and frozen values only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from dankheo_sheets import files
from dankheo_sheets.registration import Feedback, Registration
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.access_findings import AccessFinding, Guarded, Watch
from dankheo_sheets.workspace.file_kinds import FileKind
from dankheo_sheets.workspace.health import Check

Cell = str | int | None

LATER = "ở lần tới chạy dankheo run, sync, close hay report"
"""When what could not be read or told now is tried again: each of these commands does both."""
ANYONE = "anyone"
"""Stands among a sheet's editors for whoever has its link."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's sheet, as it stands now."""

    unit: str
    """The unit's code; "" for a file that belongs to no unit of the roster."""
    id: str
    name: str
    """What people see it called."""
    url: str
    """Where a person opens it."""
    version: str
    """Changes whenever a person changes the sheet, never by our own writing."""
    modified_at: datetime
    """When a person last changed it; aware."""
    locked: bool = False
    editors: tuple[str, ...] | None = None
    """Who may edit (read, where it is locked), sorted; None where the workspace does not say."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """What :meth:`Workspace.mark` wrote."""
    beside: tuple["Sheet", ...] = ()
    """Other files that seem to be this unit's; none of them was taken."""
    prepared: bool = True
    """It carries the unit's name and deadline."""
    spares: tuple[str, ...] = ()
    """Copies made by mistake that nobody was given or has changed."""
    problem: str = ""
    """Why its properties could not be read, and what to do; "" where they could."""
    gone: bool = False
    """It was issued and is not there now; its properties are. `version` is "" then."""
    kind: FileKind = FileKind.WORKBOOK
    said_unit: str = ""
    """Of a file of no unit: the code that is written in it, or in its name."""
    is_folder: bool = False


class Drawing(Protocol):
    """The master, ready to be drawn on a workbook."""

    def draw(self, book: Any) -> Sequence[Any]:
        """Draw it on XlsxWriter's workbook, or on one that understands the same calls.

        Returns the long rows, to be streamed in (:mod:`dankheo_sheets.outputs.sheet_rows`).
        """
        ...

    def checksum(self) -> str:
        """Return what is the same only for the same content."""
        ...


class Results:
    """What a run leaves: files on this machine, and, where a place can, more beside the sheets."""

    are_kept_apart = False
    """Whether what :meth:`keep` is given is kept elsewhere than on this machine."""

    def __init__(self, out: Path) -> None:
        """`out` is the folder of this machine in which the coordinator finds them."""
        self.out = out

    def publish(self, results: Mapping[str, bytes]) -> None:
        """Write each that changed, in their order: with the last of them they are whole."""
        for name, data in results.items():
            files.write_if_changed(self.out / name, data)

    def show(self, master: Drawing) -> str:
        """Show the master where people look at it; return where, "" where that is the files.

        Raises :class:`~dankheo_sheets.errors.NoRoom`, whose message says what to do, or
        :class:`~dankheo_sheets.errors.Refused`: everything else can go on.
        """
        return ""

    def keep(self, name: str, data: bytes) -> None:
        """Keep a file beside the sheets, in place of an older one: it outlives this machine.

        Raises :class:`~dankheo_sheets.errors.NoRoom`: everything else can go on.
        """

    def kept(self, name: str) -> bytes | None:
        """Return what is kept under that name, where it is to be had."""
        return None

    def keeps(self) -> Mapping[str, str]:
        """Return what is kept: names, and the first 16 hex digits of what was kept's SHA-256."""
        return {}


class Access:
    """Who may open what; where a place does not manage it, there is nothing to do or to tell."""

    def editors(self, unit: Unit) -> tuple[str, ...] | None:
        """Return who should edit the unit's sheet, sorted; None where it does not manage that."""
        return None

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """Let exactly `editors` edit (read, where it is locked)."""

    def guarded(self, sheets: Sequence[Sheet], is_closed: Callable[[Sheet], bool]) -> Watch | None:
        """Return the files whose access :meth:`audit` looks at; None where it does not manage it.

        `sheets` were just listed; `is_closed` tells which of them nobody should be able to change.
        """
        return None

    def audit(self, file: Guarded, *, fix: bool = False) -> Sequence[AccessFinding]:
        """Return in what the access to one of :meth:`guarded`'s files differs from the roster.

        With `fix` it first takes away what can be taken away, adds nobody, and returns what is
        left, read back.
        """
        return ()


class Workspace(ABC):
    """The units' sheets. Every call is idempotent, or says why it cannot be.

    What changes a sheet returns it as it is then, with what others wrote on it meanwhile.

    All of them raise :class:`~dankheo_sheets.errors.WorkspaceError` where the place refuses;
    of these :class:`~dankheo_sheets.errors.Halted` where it refuses everybody.
    """

    name = ""
    """The service that is asked, in people's words; "" where there is none."""
    where: str
    """Where people find the sheets, in their words."""
    results: Results
    access: Access = Access()

    workers = 1
    """How many calls it takes at once, from as many threads; each for a sheet of its own."""
    settle = timedelta()
    """How long after a lock a change made before it may still appear."""
    dates_are_sure = False
    """Whether the place itself says when a sheet was changed, not whoever copies a file there."""

    # --- what every place writes ----------------------------------------------------------

    @abstractmethod
    def lease(self, holder: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """Be the only run that writes there, as long as it lasts; nested, nothing more is asked.

        `holder` is who is told to those who come meanwhile. Decisions about single units do not
        need it. Raises :class:`~dankheo_sheets.errors.InUse` where another is at work: after a
        minute, or without `wait` at once.
        """

    @abstractmethod
    def sheets(self) -> list[Sheet]:
        """Return all sheets of the campaign, whole or not at all; one per unit at most.

        Files of no unit come last, with unit "". What is known to be gone is among them.
        """

    @abstractmethod
    def create(self, unit: Unit) -> Sheet:
        """Make the unit's sheet from the template, unshared, where it has none.

        Raises :class:`~dankheo_sheets.errors.OutcomeUnknown`: look at :meth:`sheets` after a
        minute before asking again. A second sheet made by mistake is among its `spares`.
        """

    @abstractmethod
    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> Sheet:
        """Put a unit's sheet, which is gone, back as it was read last.

        Raises :class:`~dankheo_sheets.errors.WorkspaceError` where only a person can do that.
        """

    @abstractmethod
    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """Write the unit's name and deadline into a sheet that is not prepared.

        Of one that was given out only the name is written: what was typed is not touched. Its
        version may be another then, until it was shared.
        """

    @abstractmethod
    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        """Return the sheet, or one :attr:`Sheet.beside` it: a sheet as .xlsx, a file as it is.

        Raises :class:`~dankheo_sheets.errors.SheetBusy` if it changed since `sheet` was listed;
        who is not `sure` looks at that by what the next change returns.
        """

    @abstractmethod
    def give_feedback(
        self,
        sheet: Sheet,
        feedback: Feedback,
        marks: Mapping[str, str] | None = None,
        read: Registration | None = None,
    ) -> Sheet:
        """Show `feedback` in the unit's own sheet, change nothing else in it, and mark it.

        `read` is what was read of the sheet: where something else was typed into it until this was
        written, the sheet has a new version.

        Raises :class:`~dankheo_sheets.errors.SheetBusy` if a person has it open or changed it
        since `sheet` was listed, :class:`~dankheo_sheets.errors.NoFeedback` if its tab is gone, or
        the file is signed or not ours to write into.
        """

    @abstractmethod
    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        """Make the sheet read-only for the unit, verified by what is then there; and mark it."""

    @abstractmethod
    def unlock(self, sheet: Sheet) -> Sheet:
        """Undo :meth:`lock`."""

    @abstractmethod
    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """Write properties on the sheet; "" removes one. The content is not touched."""

    # --- what most places have not --------------------------------------------------------

    def foreseen(self, unit: Unit) -> Sheet:
        """Return the unit's sheet as :meth:`create` would make it, as far as that is known."""
        return Sheet(unit.code, unit.code, unit.code, "", "new", modified_at=datetime.now(UTC))

    def adopt(self, units: Sequence[Unit]) -> Iterable[tuple[Sheet, str]]:
        """Make files that a person put there the sheets of `units`, as far as they go.

        Returns each with what the file was called. For accounts that may not create any.
        """
        return ()

    def discard_spares(self, sheet: Sheet) -> Sheet:
        """Throw away what `sheet.spares` names."""
        return sheet

    def time(self) -> datetime | None:
        """Return what time it is there; None where only this machine's clock tells."""
        return None

    def requests(self) -> Mapping[str, int]:
        """Return what was asked of a remote service so far, by kind; empty where there is none."""
        return {}

    def doctor(self) -> Iterator[Check]:
        """Look at all the place needs, yielding a check at a time. Changes nothing.

        What it is there to find it does not raise.
        """
        yield from ()
