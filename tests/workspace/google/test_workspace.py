"""Google Drive keeps the same promises as a folder, in a shared drive and in a My Drive."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials

from dankheo_sheets.campaign import Campaign, Google
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Sheet, Workspace
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from tests.emulated import google
from tests.google_emulator import Emulator, Fault
from tests.workspace.contract import WorkspaceContract

__all__ = ["google"]  # a fixture

CONFORMS: type[Workspace] = GoogleWorkspace  # mypy is the test

ROBOT = "may@du-an.iam.gserviceaccount.com"
PERSON = "dieu-phoi@example.vn"
HELPER = "van-thu@example.vn"
"""Another member of the shared drive, or owner of nothing: types as a unit would."""


Connect = Callable[..., GoogleWorkspace]


@pytest.fixture
def connect(
    google: Emulator, tmp_path: Path, campaign: Campaign, units: Sequence[Unit]
) -> Iterator[Connect]:
    """Return what connects as an account, with settings of the campaign."""
    opened = []

    def connect(email: str, units: Sequence[Unit] = units, **settings: object) -> GoogleWorkspace:
        credentials = Credentials(token=google.token(email))  # type: ignore[no-untyped-call]
        manners = Manners(endpoint=google.url, sleep=google.clock.advance)
        clients = Clients(credentials, manners)
        opened.append(clients)
        changed = campaign.model_copy(update={"google": Google.model_validate(settings)})
        return GoogleWorkspace(tmp_path, Form(changed), units, clients)

    yield connect
    for clients in opened:
        clients.close()


class _OnGoogle(WorkspaceContract):
    typist = ""
    """Who types into a sheet."""
    account = ""
    """Whom the program signs in as."""

    @pytest.fixture(autouse=True)
    def _emulator(self, google: Emulator, connect: Connect) -> None:
        self.google, self.connect = google, connect

    def with_units(self, workspace: Workspace, units: Sequence[Unit]) -> Workspace:
        assert isinstance(workspace, GoogleWorkspace)
        settings = workspace.settings.model_dump(exclude_defaults=True)
        return self.connect(self.account, units, **settings)

    def throw_away(self, workspace: Workspace, sheet: Sheet) -> None:
        self.google.store.files[sheet.id].trashed = True

    def type_into(self, workspace: Workspace, sheet: Sheet, cell: str, value: str) -> None:
        self.google.clock.advance(60)
        where = f"'{layout.TAB_ENTRIES}'!{cell}"
        self.google.type_into(sheet.id, where, [[value]], self.typist, raw=True)

    def test_nobody_is_left_who_should_not_edit(
        self, workspace: Workspace, units: Sequence[Unit]
    ) -> None:
        """A listing of a shared drive does not name them, but it counts."""
        sheet = self.create(workspace, units[0])
        others = [workspace.access.editors(unit) or () for unit in units]

        for wanted in (others[0], others[1], (), others[2] + others[3]):
            workspace.access.share(self.sheet(workspace, units[0]), sorted(wanted))

            file = self.google.store.files[sheet.id]
            writers = [p for p in file.permissions.values() if p["role"] == "writer"]
            assert sorted(p["emailAddress"] for p in writers) == sorted(wanted)
            seen = self.sheet(workspace, units[0]).editors or ()
            assert len(seen) == len(wanted)
            assert (seen == others[0]) == (wanted == others[0])


class TestSharedDriveKeepsTheContract(_OnGoogle):
    """See :class:`WorkspaceContract`: a service account, in a shared drive."""

    typist, account = HELPER, ROBOT

    @pytest.fixture
    def workspace(self, google: Emulator, connect: Connect) -> GoogleWorkspace:
        drive = google.shared_drive({ROBOT: "organizer", HELPER: "organizer"})
        return connect(ROBOT, shared_drive=drive)


class TestMyDriveKeepsTheContract(_OnGoogle):
    """See :class:`WorkspaceContract`: a person, in a folder the program makes."""

    typist, account = "hcth@so-khcn.example", PERSON

    @pytest.fixture
    def workspace(self, connect: Connect) -> GoogleWorkspace:
        return connect(PERSON)

    def type_into(self, workspace: Workspace, sheet: Sheet, cell: str, value: str) -> None:
        """Type as the unit, which gets its sheet first."""
        file = self.google.store.files[sheet.id]
        if not any(p.get("emailAddress") == self.typist for p in file.permissions.values()):
            self.google.store.grant(file, "user", "writer", self.typist)
        super().type_into(workspace, sheet, cell, value)


class TestMarksThatMoveTheTimeKeepTheContract(TestSharedDriveKeepsTheContract):
    """Whether properties and locks move modifiedTime is not known (reference/google.md §5)."""

    @pytest.fixture(autouse=True)
    def _moving(self, google: Emulator) -> None:
        google.world.metadata_moves_modified = True


@pytest.mark.parametrize("size", [0, 1000, 6_000_000])
def test_what_is_kept_can_be_had_back_whatever_its_size(
    google: Emulator, connect: Connect, size: int
) -> None:
    workspace = connect(PERSON)

    for data in (b"a" * size, b"b" * size, b"b" * size):
        workspace.results.keep("tong-hop.xlsx", data)

    assert connect(PERSON).results.kept("tong-hop.xlsx") == b"b" * size
    assert connect(PERSON).results.kept("khác.xlsx") is None
    assert connect(PERSON).results.keeps() == {
        "tong-hop.xlsx": sha256(b"b" * size).hexdigest()[:16]
    }
    kept = [file for file in google.store.files.values() if file.name == "tong-hop.xlsx"]
    assert len(kept) == 1


def test_what_is_kept_three_times_is_the_last(google: Emulator, connect: Connect) -> None:
    """Also where it is again what it was at first."""
    workspace = connect(PERSON)
    workspace.results.keep("tong-hop.xlsx", b"a")

    for data in (b"b", b"a"):
        workspace.results.keep("tong-hop.xlsx", data)

    assert connect(PERSON).results.kept("tong-hop.xlsx") == b"a"


def test_an_upload_that_was_lost_is_kept_once_and_found_in_the_same_run(
    google: Emulator, connect: Connect
) -> None:
    workspace = connect(PERSON)
    google.faults.add(Fault(method="POST", path="/upload/", action="drop"))

    for data in (b"a", b"b"):
        workspace.results.keep("tong-hop.xlsx", data)

    kept = [file for file in google.store.files.values() if file.name == "tong-hop.xlsx"]
    assert [file.content for file in kept] == [b"b"]
