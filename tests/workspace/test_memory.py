"""What is abstract of a workspace is enough: such a place keeps the contract, runs a campaign."""

import io
import json
import re
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import load
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.sheet_properties import CLOSED
from dankheo_sheets.steps.audit import audit
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report, sync
from dankheo_sheets.workspace.base import Access, Results, Sheet, Workspace
from tests.conftest import EXAMPLE
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.workspace.contract import WorkspaceContract
from tests.workspace.memory import MemoryWorkspace, Place

CONTRIBUTING = Path(__file__).parent.parent.parent / "CONTRIBUTING.md"


class TestMemoryKeepsTheContract(WorkspaceContract):
    """See :class:`WorkspaceContract`."""

    @pytest.fixture
    def workspace(self, tmp_path: Path, form: Form, units: Sequence[Unit]) -> MemoryWorkspace:
        self._out, self._form = tmp_path, form
        return MemoryWorkspace(Place(), tmp_path, form, units)

    def with_units(self, workspace: Workspace, units: Sequence[Unit]) -> Workspace:
        assert isinstance(workspace, MemoryWorkspace)
        return MemoryWorkspace(workspace.place, self._out, self._form, units)

    def throw_away(self, workspace: Workspace, sheet: Sheet) -> None:
        assert isinstance(workspace, MemoryWorkspace)
        workspace.place.files[sheet.unit].gone = True

    def type_into(self, workspace: Workspace, sheet: Sheet, cell: str, value: str) -> None:
        assert isinstance(workspace, MemoryWorkspace)
        file = workspace.place.files[sheet.unit]
        book, saved = openpyxl.load_workbook(io.BytesIO(file.data)), io.BytesIO()
        book[layout.TAB_ENTRIES][cell] = value
        book[layout.TAB_ENTRIES][cell].data_type = "s"
        book.save(saved)
        file.save(saved.getvalue(), sheet.modified_at + timedelta(minutes=1))


def test_it_has_nothing_but_what_every_place_must_have() -> None:
    own = {name for name in vars(MemoryWorkspace) if not name.startswith("_")}

    assert own == Workspace.__abstractmethods__ | {"where"}


def test_a_whole_campaign_runs_on_it(tmp_path: Path) -> None:
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, tmp_path / name)
    campaign, units = load(tmp_path)
    place = Place()

    def context() -> Context:
        workspace = MemoryWorkspace(
            place, tmp_path / "out", Form(campaign), units, lambda: at("05 08:00")
        )
        return Context(tmp_path, campaign, units, workspace, Archive(tmp_path / "archive"))

    planned = provision(rehearsed(context()), now=at("05 08:00"))
    assert place.files == {}
    given_out = provision(context(), now=at("05 08:00"))
    again = provision(context(), now=at("05 09:00"))
    book = tmp_path / "HCTH.xlsx"
    book.write_bytes(place.files["HCTH"].data)
    fill(book, [ENTRY], COVER, at("07 09:00"))
    place.files["HCTH"].save(book.read_bytes(), at("07 09:00"))
    read = sync(context(), at("08 09:00"))
    quiet = sync(context(), at("08 10:00"))
    closed = close(context(), at("12 09:00"))
    reported = report(context(), at("12 10:00"))

    assert planned.plan.create == given_out.plan.create == units
    assert (given_out.failed, again.plan.create, again.plan.share) == (False, (), ())
    assert (unit_of(read.board, "HCTH")["status"], quiet.changed) == ("submitted", False)
    assert sorted(closed.closed) == sorted(place.files)
    assert all(file.locked and file.properties[CLOSED] for file in place.files.values())
    assert unit_of(reported.board, "HCTH")["entries"] == 1
    kept = json.loads((tmp_path / "out" / "bao-cao.json").read_text("utf-8"))
    assert kept["units"] == reported.board.model_dump(mode="json")["units"]
    assert (tmp_path / "out" / "bao-cao.docx").exists()
    assert not audit(context()).managed


def methods(kind: type) -> set[str]:
    """Return what a part of the port asks for or has."""
    named = {*vars(kind), *vars(kind).get("__annotations__", {})}
    return {name for name in named if not name.startswith("_")}


def test_contributing_lists_what_a_workspace_writes_and_what_it_may() -> None:
    text = CONTRIBUTING.read_text("utf-8").partition("## A new workspace")[2]
    must, _, may = text.partition("What it may change")
    written = [set(re.findall(r"^\| `(\w+)`", part, re.MULTILINE)) for part in (must, may)]
    every = methods(Workspace) | methods(Results) | methods(Access)

    assert written[0] == Workspace.__abstractmethods__ | {"where", "results"}
    assert written[1] == every - written[0]
