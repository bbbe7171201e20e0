"""Where a simulated campaign happens: its folder, its mail server, its units, its coordinator.

One is a folder of workbooks, the other the emulator of Google; units write into either.
"""

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import pytest

from dankheo_sheets.campaign import load
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.sending import Post
from tests.conftest import EXAMPLE
from tests.google_campaign import COORDINATOR, GoogleCampaign
from tests.mail_server import MailServer, trust
from tests.steps.conftest import filled

Row = dict[str, str]
ADDED = (
    "TTKD,Trung tâm Kiểm định,,đơn vị,9,ttkd@so-khcn.example,,,dữ liệu mẫu",
    "BQL,Ban Quản lý Khu thực nghiệm,,đơn vị,10,bql@so-khcn.example,,,dữ liệu mẫu",
)
"""Units beside those of the example."""


class World(Protocol):
    """A campaign that runs come to."""

    directory: Path
    server: MailServer

    def job(self) -> Context:
        """Return the job as a new run sees it."""
        ...

    def now_is(self, moment: datetime) -> None:
        """Move the clock of where the sheets live."""
        ...

    def write(
        self, unit: str, entries: Sequence[Row], cover: Mapping[str, str], at: datetime
    ) -> None:
        """Let a unit fill in its sheet."""
        ...


class FolderWorld:
    """The campaign in a folder."""

    def __init__(self, directory: Path, server: MailServer) -> None:
        self.directory, self.server = directory, server
        directory.mkdir()
        for name in ("campaign.toml", "units.csv"):
            shutil.copy(EXAMPLE / name, directory / name)
        settings(self, ("[authority]", f'coordinator = ["{COORDINATOR}"]\n\n[authority]'))
        _begin(self)

    def job(self) -> Context:
        """See :meth:`World.job`."""
        return load_context(self.directory)

    def now_is(self, moment: datetime) -> None:
        """Do nothing: a folder has no clock."""

    def write(
        self, unit: str, entries: Sequence[Row], cover: Mapping[str, str], at: datetime
    ) -> None:
        """See :meth:`World.write`."""
        path = self.directory / "workbooks" / f"{unit}.xlsx"
        assert path.stat().st_mode & 0o200, f"{unit} cannot write"
        filled(path, entries, cover, at)


class GoogleWorld:
    """The campaign on the emulator."""

    def __init__(self, campaign: GoogleCampaign, server: MailServer) -> None:
        self.campaign, self.directory, self.server = campaign, campaign.directory, server
        google = campaign.google
        google.clock.advance(
            datetime.fromisoformat("2022-04-04T12:00+07:00").timestamp() - google.clock.now()
        )
        google.identities.lifetime = 60 * 86_400.0
        # One worker: a run that is killed cuts no other request in half, as Google does not.
        pace = "workers = 1\nsheets_reads_per_minute = 300\nsheets_writes_per_minute = 300\n"
        settings(self, ("[google]\n", f"[google]\n{pace}"))
        _begin(self)

    def job(self) -> Context:
        """See :meth:`World.job`."""
        return self.campaign.job()

    def now_is(self, moment: datetime) -> None:
        """See :meth:`World.now_is`."""
        self.campaign.now_is(moment)

    def write(
        self, unit: str, entries: Sequence[Row], cover: Mapping[str, str], at: datetime
    ) -> None:
        """See :meth:`World.write`; rows that an earlier answer had stay."""
        units = {each.code: each for each in self.job().units}
        self.campaign.fill(units[unit], entries, cover, at)


@contextmanager
def folder(directory: Path) -> Iterator[World]:
    """Open a campaign in a folder, with a mail server of its own."""
    with _mail_server() as server:
        yield FolderWorld(directory, server)


@contextmanager
def google(directory: Path) -> Iterator[World]:
    """Open a campaign on the emulator, with a mail server of its own."""
    with _mail_server() as server, GoogleCampaign(directory) as campaign:
        yield GoogleWorld(campaign, server)
        assert campaign.google.violations == []


Opener = Callable[[Path], AbstractContextManager[World]]
WORLDS: Mapping[str, Opener] = {"folder": folder, "google": google}


@contextmanager
def _mail_server() -> Iterator[MailServer]:
    with (
        MailServer(users={"may": "mat-khau-may"}) as server,
        pytest.MonkeyPatch.context() as environment,
    ):
        trust(server, environment)
        yield server


def post_of(job: Context, environ: Mapping[str, str]) -> Post:
    """Return the way to the mail server, as the command line opens it."""
    return lambda: Mailer(job.campaign, environ)


# --- settings and roster ----------------------------------------------------------------------


def _begin(world: World) -> None:
    settings(world, ("", world.server.toml()))
    assert date(2022, 4, 11) in load(world.directory)[0].holidays
    with roster(world) as rows:
        rows.append(_row(rows, ADDED[0]))
        _of(rows, "TTUD")["Gia hạn đến"] = "15/4/2022"


def settings(world: World, *changes: tuple[str, str]) -> None:
    """Replace pieces of campaign.toml; each must be there. "" adds to its end."""
    path = world.directory / "campaign.toml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1) if old else f"{text}{new}\n"
    path.write_text(text, "utf-8")


@contextmanager
def roster(world: World) -> Iterator[list[Row]]:
    """Change units.csv: its rows, by header."""
    path = world.directory / "units.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    yield rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def add_unit(world: World, line: str = ADDED[1]) -> None:
    """Ask one more unit."""
    with roster(world) as rows:
        rows.append(_row(rows, line))


def remove_unit(world: World, code: str) -> None:
    """Ask a unit no more."""
    with roster(world) as rows:
        rows.remove(_of(rows, code))


def change_address(world: World, code: str, address: str) -> None:
    """Give a unit another address."""
    with roster(world) as rows:
        _of(rows, code)["Email"] = address


def _of(rows: list[Row], code: str) -> Row:
    return next(row for row in rows if row["Mã"] == code)


def _row(rows: list[Row], line: str) -> Row:
    return dict(zip(rows[0], line.split(","), strict=True))
