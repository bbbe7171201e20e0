"""Locking takes the write bits away; unlocking gives back those that were there."""

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace import write_rights
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.folder import FolderWorkspace
from dankheo_sheets.workspace.state_files import StateFiles
from tests.accounts import COLLEAGUE, COORDINATOR, UNIT, as_root, shared_folder

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows không có quyền của nhóm")


@pytest.fixture
def workspace(tmp_path: Path, form: Form, units: Sequence[Unit]) -> FolderWorkspace:
    workspace = FolderWorkspace(tmp_path, form, units)
    workspace.create(units[0])
    return workspace


def only(workspace: FolderWorkspace) -> Sheet:
    (sheet,) = workspace.sheets()
    return sheet


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


@on_posix
@pytest.mark.parametrize("before", [0o644, 0o664, 0o666, 0o660, 0o600, 0o620, 0o755])
def test_a_form_that_is_opened_again_is_open_to_whom_it_was(
    workspace: FolderWorkspace, before: int
) -> None:
    sheet = only(workspace)
    Path(sheet.url).chmod(before)

    for _ in range(2):
        workspace.lock(sheet, "hết hạn")
    locked = mode(sheet.url)
    properties = only(workspace).properties
    for _ in range(2):
        workspace.unlock(sheet)

    assert locked == before & ~0o222
    assert properties == {"locked": "hết hạn"}
    assert mode(sheet.url) == before
    assert only(workspace).properties == {}


@on_posix
@settings(max_examples=50)
@given(st.lists(st.integers(0, 0o777).map(lambda bits: bits | 0o600), min_size=1, max_size=4))
def test_what_was_opened_while_it_was_locked_takes_nothing_away(
    tmp_path_factory: pytest.TempPathFactory, modes: list[int]
) -> None:
    """A lock that does not hold is set again; what could be written before any of them can be."""
    place = tmp_path_factory.mktemp("quyền")
    path, states = place / "HCTH.xlsx", StateFiles(place / ".dankheo")
    path.touch()
    for each in modes:
        path.chmod(each)
        write_rights.take_away(path, states, "HCTH")
        assert mode(path) == each & ~0o222

    write_rights.give_back(path, states, "HCTH")

    writable = 0
    for each in modes:
        writable |= each & 0o222
    assert mode(path) == modes[-1] | writable


@on_posix
@pytest.mark.parametrize(
    ("directory", "expected"), [(0o755, 0o644), (0o775, 0o664), (0o777, 0o666), (0o1777, 0o644)]
)
@pytest.mark.parametrize("damage", ["", "khác"])
def test_a_form_locked_by_an_older_version_is_open_to_whom_its_folder_is(
    workspace: FolderWorkspace, directory: int, expected: int, damage: str
) -> None:
    sheet = only(workspace)
    Path(sheet.url).chmod(0o444)
    workspace.mark(sheet, locked="hết hạn", mode_before_lock=damage)
    Path(sheet.url).parent.chmod(directory)

    workspace.unlock(sheet)

    assert mode(sheet.url) == expected


def test_who_could_write_is_remembered_before_the_lock_and_forgotten_after_it(
    workspace: FolderWorkspace,
) -> None:
    sheet = only(workspace)
    Path(sheet.url).chmod(0o664)
    state = Path(sheet.url).parent / ".dankheo" / "HCTH.json"

    workspace.lock(sheet, "hết hạn")
    remembered = json.loads(state.read_bytes())
    workspace.unlock(sheet)

    assert remembered.pop("unit_name") == "Phòng Hành chính - Tổng hợp"
    assert remembered == {"mode_before_lock": f"{mode(sheet.url):o}", "locked": "hết hạn"}
    assert list(json.loads(state.read_bytes())) == ["unit_name"]


LOCK = """
import sys
from pathlib import Path
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.workspace import write_rights
from dankheo_sheets.workspace.state_files import StateFiles
path = Path(sys.argv[1])
become()
try:
    getattr(write_rights, sys.argv[2])(path, StateFiles(path.parent / ".dankheo"), "HCTH")
except WorkspaceError as error:
    print(error.message, error.hint, sep="|")
"""


@as_root
def test_a_colleague_of_the_group_can_write_a_form_that_is_opened_again() -> None:
    with shared_folder() as folder:
        path = folder / "HCTH.xlsx"
        path.write_bytes(b"x")
        os.chown(path, COORDINATOR.uid, COORDINATOR.gid)
        path.chmod(0o664)

        COORDINATOR.run(LOCK, path, "take_away")
        while_locked = COLLEAGUE.may_write(path)
        COORDINATOR.run(LOCK, path, "give_back")

        assert (while_locked, COLLEAGUE.may_write(path)) == (False, True)


@as_root
def test_that_anothers_form_cannot_be_locked_is_said() -> None:
    """Opening it again needs nothing then: it was never closed."""
    with shared_folder() as folder:
        path = folder / "HCTH.xlsx"
        path.write_bytes(b"x")
        os.chown(path, UNIT.uid, UNIT.gid)
        path.chmod(0o664)

        locked = COORDINATOR.run(LOCK, path, "take_away")
        opened = COORDINATOR.run(LOCK, path, "give_back")

        assert (locked.stdout, locked.stderr) == (
            "HCTH.xlsx: tệp thuộc tài khoản khác, không đổi được quyền ghi|"
            "nhờ chủ tệp hoặc người quản trị máy chủ\n",
            "",
        )
        assert (opened.stdout, opened.stderr) == ("", "")
        assert mode(path) == 0o664


def test_a_form_that_is_gone_cannot_be_locked(workspace: FolderWorkspace) -> None:
    sheet = only(workspace)
    Path(sheet.url).unlink()

    with pytest.raises(WorkspaceError, match="không có tệp"):
        workspace.lock(sheet, "hết hạn")
