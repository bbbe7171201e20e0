"""What every step works on, and how it tells how far it got."""

import getpass
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import Campaign, load
from dankheo_sheets.environment import setting
from dankheo_sheets.errors import InUse, NoRoom, Refused, UsageError, WorkspaceError
from dankheo_sheets.form.layout import Form
from dankheo_sheets.journal import FILE, UNKNOWN, Journal, RehearsedJournal, What, event
from dankheo_sheets.operations.fan_out import FanOut, Track, fan_out, silently
from dankheo_sheets.operations.ownership import refuse_a_copy, sign
from dankheo_sheets.roster import Unit, find
from dankheo_sheets.workspace.base import Workspace
from dankheo_sheets.workspace.folder import FolderWorkspace

if TYPE_CHECKING:
    from dankheo_sheets.outputs.word.unit_form import UnitForms

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """One campaign in its folder: who is asked, where the sheets live, what was kept."""

    directory: Path
    campaign: Campaign
    units: Sequence[Unit]
    workspace: Workspace
    archive: Archive
    who: str = field(default_factory=lambda: whoever())
    """Who runs this, for the journal."""
    unkept: dict[str, WorkspaceError] = field(default_factory=dict)
    """What is on this machine only, and why: :meth:`keep` was refused."""
    track: Track = silently
    """How it is shown how far it got."""
    rehearses: bool = False
    """Nothing is changed (:mod:`dankheo_sheets.operations.rehearsal`)."""

    @cached_property
    def journal(self) -> Journal:
        """Who did what, when."""
        kind = RehearsedJournal if self.rehearses else Journal
        return kind(self.directory / "archive" / FILE)

    def note(self, now: datetime, what: What, unit: str, detail: str = "", ref: str = "") -> None:
        """Write one line into the journal."""
        self.journal.add([event(now, self.who, what, unit, detail, ref)])

    def sign(self) -> None:
        """Write down in its folder whose state this is, before there is any."""
        if not self.rehearses:
            sign(self.directory, self.campaign)

    def take_in_journal(self) -> None:
        """Take in what other machines kept of the journal."""
        ours = hashlib.sha256(self.journal.data()).hexdigest()
        theirs = self.workspace.results.keeps().get(FILE, "")
        if theirs and not ours.startswith(theirs) and (others := self.workspace.results.kept(FILE)):
            self.journal.take_in(others)

    def in_turn(
        self,
        work: Callable[[], T],
        only_read: Callable[[WorkspaceError], T],
        *,
        wait: bool = True,
    ) -> T:
        """Do `work` as the only run that writes, knowing the journal of those before it.

        Where another is at work, or this account may not say that it is, `only_read` is told why;
        without `wait` at once (docs/adr/0015).
        """
        with ExitStack() as turn:
            try:
                turn.enter_context(self.workspace.lease(self.who, wait=wait))
            except (InUse, Refused) as why:
                return only_read(why)
            self.take_in_journal()
            return work()

    def keep_journal(self) -> None:
        """Keep the journal, together with what other machines kept of it.

        Where another is at work that is left to the next run of this machine.
        """
        self.in_turn(lambda: self.keep(FILE, self.journal.data()), lambda _: None, wait=False)

    def for_each(self, work: Callable[[S], T], items: Sequence[S], title: str) -> FanOut[S, T]:
        """Call `work` for every item, as many at once as the workspace takes."""
        return fan_out(work, items, title, workers=self.workspace.workers, track=self.track)

    def keep(self, name: str, data: bytes) -> None:
        """Keep a file where the sheets live; of one that cannot be kept :attr:`unkept` tells."""
        try:
            self.workspace.results.keep(name, data)
        except (NoRoom, Refused) as error:
            self.unkept[name] = error
        else:
            self.unkept.pop(name, None)

    @cached_property
    def form(self) -> Form:
        """The campaign's form."""
        return Form(self.campaign, self.units)

    @cached_property
    def unit_forms(self) -> "UnitForms":
        """The units' forms on paper."""
        from dankheo_sheets.outputs.word.unit_form import UnitForms  # heavy

        return UnitForms(self.campaign)

    @property
    def out(self) -> Path:
        """Where the results of the last run are."""
        return self.directory / "out"

    def unit(self, code: str) -> Unit | None:
        """Return the unit of that code, whatever its case."""
        return find(self.units, code)

    def asked(self, code: str) -> Unit:
        """Return the unit of that code. Raises :class:`UsageError`."""
        if unit := self.unit(code):
            return unit
        known = ", ".join(unit.code for unit in self.units[:20])
        raise UsageError(f"Không có đơn vị mã “{code}”", f"các mã: {known}")


WHO = "DANKHEO_WHO"
"""The environment variable that says who runs this, where the account's name does not."""


def whoever(environ: Mapping[str, str] = os.environ) -> str:
    """Return who runs this: as the environment says, GitHub's schedule, or the account's name.

    Raises :class:`~dankheo_sheets.errors.SettingsError` where that is a key.
    """
    if named := setting(WHO, environ):
        return named
    if environ.get("GITHUB_ACTIONS"):
        by = environ.get("GITHUB_EVENT_NAME", "") == "schedule"
        return "GitHub Actions" if by else f"GitHub Actions ({environ.get('GITHUB_ACTOR', '')})"
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return UNKNOWN


def load_context(directory: Path) -> Context:
    """Return the context of a campaign's folder, with the workspace its campaign.toml names.

    Raises :class:`~dankheo_sheets.errors.SettingsError`, also where the folder holds what was kept
    of another campaign, and :class:`~dankheo_sheets.errors.WorkspaceError` where the workspace
    lets nobody in.
    """
    campaign, units = load(directory)
    refuse_a_copy(directory, campaign)
    workspace = open_workspace(directory, campaign, units)
    archive = Archive(directory / "archive", {unit.code: unit.formerly for unit in units})
    return Context(directory, campaign, units, workspace, archive)


def open_workspace(directory: Path, campaign: Campaign, units: Sequence[Unit]) -> Workspace:
    """Return the workspace that campaign.toml names. See :func:`load_context`."""
    form = Form(campaign)
    if campaign.workspace == "folder":
        return FolderWorkspace(directory, form, units)
    from dankheo_sheets.workspace.google.connect import connect  # heavy, and often not needed

    return connect(directory, form, units)
