"""Feedback in a file that is another's: it stays whose it is, also when the run is killed."""

import io
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dankheo_sheets import campaign as campaigns
from dankheo_sheets.errors import NoFeedback
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.folder import FolderWorkspace
from tests.accounts import (
    ACL,
    COORDINATOR,
    GROUP,
    OUTSIDER,
    UNIT,
    acl,
    as_root,
    shared_folder,
)
from tests.conftest import EXAMPLE
from tests.workspace.contract import FEEDBACK

TELL = """
import os, resource, signal, sys
from contextlib import suppress
from pathlib import Path

import encodings.cp437
from dankheo_sheets import campaign as campaigns
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form.feedback import FeedbackImpossible, write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Feedback
from dankheo_sheets.workspace.folder import FolderWorkspace

campaign, units = campaigns.load(Path(sys.argv[1]))
form, feedback = Form(campaign), Feedback("Biểu cần sửa.", "hạn", "", "", "", ())
seen = 0


def tell(folder, fatal, cut):
    def touched(event, arguments):
        global seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if event == "os.rename" and cut and str(arguments[1]).endswith(".dang-ghi"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (cut, cut))
        if writes or event in ("os.rename", "os.chmod", "os.utime", "os.remove"):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    become()
    if fatal < 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the kernel kills in the middle of a write
    sys.addaudithook(touched)
    workspace = FolderWorkspace(folder, form, units)
    workspace.sheets()
    for sheet in workspace.sheets():
        if sheet.properties.get("feedback") != "abc":
            workspace.give_feedback(sheet, feedback, {"feedback": "abc"})


for folder, fatal, cut in zip(*[iter(sys.argv[2:])] * 3):
    with suppress(FeedbackImpossible):  # what this imports, it imports now
        write_feedback(Path(folder, "workbooks", "HCTH.xlsx").read_bytes(), feedback)
    child = os.fork()
    if not child:
        said = 0
        try:
            tell(Path(folder), int(fatal), int(cut))
        except WorkspaceError as error:
            print(error.message, flush=True)
            said = 4
        os._exit(said)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
KILLED, CUT = -9, -25
"""SIGKILL; SIGXFSZ: a file grew beyond what it may."""


def tell(*runs: tuple[Path, int, int]) -> list[str]:
    """Let the coordinator give feedback in folders; return what was said, and how each run ended.

    It dies before its change number `fatal` of the disk (1 is the first; 0 for none). From when
    both contents are laid beside the workbook no file may grow over `cut` bytes (0: as it likes);
    with `fatal` -1 that kills in the middle of a write.
    """
    result = COORDINATOR.run(TELL, EXAMPLE, *(each for run in runs for each in run))
    assert result.stderr == ""
    return result.stdout.splitlines()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a shared folder in which the coordinator gave one unit its workbook."""
    with shared_folder() as folder:
        provision(folder)
        yield folder


def provision(folder: Path) -> None:
    workspace, units = open_workspace(folder)
    workspace.create(units[0])
    for path in (folder / "workbooks", folder / "workbooks" / "HCTH.xlsx"):
        os.chown(path, COORDINATOR.uid, GROUP)
    moment = 1_649_300_000_123_456_789
    os.utime(folder / "workbooks" / "HCTH.xlsx", ns=(moment, moment))


def open_workspace(folder: Path) -> tuple[FolderWorkspace, Sequence[Unit]]:
    campaign, units = campaigns.load(EXAMPLE)
    return FolderWorkspace(folder, Form(campaign), units), units


def only_sheet(folder: Path) -> Sheet:
    (sheet,) = open_workspace(folder)[0].sheets()
    return sheet


def state(folder: Path) -> dict[str, str]:
    path = folder / "workbooks" / ".dankheo" / "HCTH.json"
    found: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    return {key: value for key, value in found.items() if key != "unit_name"}


def hidden(folder: Path) -> list[str]:
    """Return what lies hidden beside the workbook, state files aside."""
    paths = (folder / "workbooks").rglob("*")
    return sorted(p.name for p in paths if p.is_file() and p.suffix in (".tmp", ".dang-ghi"))


def headline(data: bytes) -> object:
    return openpyxl.load_workbook(io.BytesIO(data))[layout.TAB_FEEDBACK]["B3"].value


TOLD = "Biểu cần sửa."


@as_root
def test_a_file_that_the_unit_alone_may_write_is_left_alone_and_this_is_said(folder: Path) -> None:
    """The unit's program saved a new file, readable by the group: the unit is not locked out."""
    path = folder / "workbooks" / "HCTH.xlsx"
    os.chown(path, UNIT.uid, GROUP)
    path.chmod(0o644)
    before, data = path.stat(), path.read_bytes()

    assert tell((folder, 0, 0)) == [
        "HCTH.xlsx: tệp thuộc tài khoản khác và không cho ghi nên để nguyên; "
        "nội dung phản hồi xem ở bảng tổng hợp, hoặc nhờ chủ tệp cho quyền ghi",
        "4",
    ]
    assert path.read_bytes() == data
    assert (path.stat().st_ino, path.stat().st_ctime_ns) == (before.st_ino, before.st_ctime_ns)
    assert UNIT.may_write(path)
    assert (state(folder), hidden(folder)) == ({}, [])


@as_root
def test_a_file_of_the_coordinators_keeps_acl_and_attributes(folder: Path) -> None:
    path = folder / "workbooks" / "HCTH.xlsx"
    path.chmod(0o640)
    opens = acl(owner=6, group=4, mask=6, named=[(OUTSIDER.uid, 6)])
    os.setxattr(path, ACL, opens)
    os.setxattr(path, "user.DOSATTRIB", b"0x20")
    before = path.stat()

    assert tell((folder, 0, 0)) == ["0"]

    after = path.stat()
    assert headline(path.read_bytes()) == TOLD
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == {
        ACL: opens, "user.DOSATTRIB": b"0x20",
    }  # fmt: skip
    assert (after.st_uid, after.st_gid, after.st_mode, after.st_mtime_ns) == (
        before.st_uid, before.st_gid, before.st_mode, before.st_mtime_ns,
    )  # fmt: skip
    assert OUTSIDER.may_write(path)
    assert (state(folder)["feedback"], hidden(folder)) == ("abc", [])


@as_root
def test_a_file_of_the_unit_that_the_group_may_write_is_written_into(folder: Path) -> None:
    """Only its owner could set its time back: what our writing made of it is remembered."""
    path = folder / "workbooks" / "HCTH.xlsx"
    os.chown(path, UNIT.uid, GROUP)
    os.setxattr(path, "user.nhan", b"1")
    path.chmod(0o664)
    before, version = path.stat(), only_sheet(folder).version

    assert tell((folder, 0, 0)) == ["0"]

    after = path.stat()
    assert headline(path.read_bytes()) == TOLD
    assert (after.st_ino, after.st_uid, after.st_gid, after.st_mode) == (
        before.st_ino, before.st_uid, before.st_gid, before.st_mode,
    )  # fmt: skip
    assert os.listxattr(path) == ["user.nhan"]
    ours = f"{after.st_mtime_ns}.{after.st_size} {version}"
    assert state(folder) == {"feedback": "abc", "ours": ours}
    assert only_sheet(folder).properties == {"feedback": "abc"}
    assert hidden(folder) == []


@as_root
def test_a_signed_workbook_is_not_written_into(folder: Path) -> None:
    path = folder / "workbooks" / "HCTH.xlsx"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    data = path.read_bytes()
    workspace, _ = open_workspace(folder)

    with pytest.raises(NoFeedback) as caught:
        workspace.give_feedback(only_sheet(folder), FEEDBACK)

    assert caught.value.message == (
        "HCTH.xlsx: tệp đã ký số nên không ghi thêm, nội dung phản hồi xem ở bảng tổng hợp"
    )
    assert path.read_bytes() == data


# --- killed -----------------------------------------------------------------------------------


def given_to_the_unit(folder: Path) -> Path:
    """Make the workbook one that can only be written into."""
    path = folder / "workbooks" / "HCTH.xlsx"
    os.chown(path, UNIT.uid, GROUP)
    path.chmod(0o664)
    return path


@as_root
def test_a_run_killed_anywhere_is_finished_by_the_next() -> None:
    """Before each change of the disk; the last of these runs makes fewer, and ends."""
    with ExitStack() as places:
        folders = [places.enter_context(shared_folder()) for _ in range(KILLS)]
        for folder in folders:
            provision(folder)
            given_to_the_unit(folder)
        versions = [only_sheet(folder).version for folder in folders]

        ends = tell(*((folder, fatal, 0) for fatal, folder in enumerate(folders, 1)))
        again = tell(*((folder, 0, 0) for folder in folders))

        lived = ends.index("0")
        assert ends == [str(KILLED)] * lived + ["0"] * (KILLS - lived)
        assert lived >= 7  # both contents laid and renamed, written, time, state, taken away
        assert again == ["0"] * KILLS
        for folder, version in zip(folders, versions, strict=True):
            path = folder / "workbooks" / "HCTH.xlsx"
            now = path.stat()
            assert headline(path.read_bytes()) == TOLD
            assert state(folder) == {
                "feedback": "abc", "ours": f"{now.st_mtime_ns}.{now.st_size} {version}",
            }  # fmt: skip
            assert (now.st_uid, stat.S_IMODE(now.st_mode)) == (UNIT.uid, 0o664)
            assert [name for name in hidden(folder) if name.endswith(".dang-ghi")] == []


KILLS = 24


@as_root
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_run_killed_in_the_middle_of_writing_is_finished_by_the_next(
    folder: Path, part: float
) -> None:
    path = given_to_the_unit(folder)
    old = path.read_bytes()
    cut = 1 + int(part * len(old))

    ends = tell((folder, -1, cut))

    torn = path.read_bytes()
    assert ends == [str(CUT)]
    assert torn != old
    assert torn[cut:] == old[cut:]
    assert hidden(folder) == ["HCTH.dang-ghi"]
    assert tell((folder, 0, 0)) == ["0"]
    assert headline(path.read_bytes()) == TOLD
    assert state(folder)["feedback"] == "abc"
    assert hidden(folder) == []


@as_root
def test_where_there_is_no_room_the_old_content_is_put_back(folder: Path) -> None:
    path = given_to_the_unit(folder)
    old = path.read_bytes()

    said = tell((folder, 0, len(old)))

    assert said == [f"{path}: vượt giới hạn kích thước tệp", "4"]
    assert path.read_bytes() == old
    assert (state(folder), hidden(folder)) == ({}, [])


@pytest.fixture(scope="module")
def interrupted() -> Iterator[tuple[Path, bytes, bytes]]:
    """Return a folder as a killed run left it, the old content and the new one."""
    with shared_folder() as folder:
        provision(folder)
        path = given_to_the_unit(folder)
        old = path.read_bytes()
        assert tell((folder, -1, 1)) == [str(CUT)]
        laid = folder / "workbooks" / ".dankheo" / "HCTH.dang-ghi"
        contents = laid.read_bytes().partition(b"\n")[2]
        assert contents.startswith(old)
        yield folder, old, contents.removeprefix(old)


BLOCKS = 64
"""More than a workbook of the example has, of 512 bytes each."""


@as_root
@settings(max_examples=50)
@given(st.floats(0, 1), st.lists(st.booleans(), min_size=BLOCKS, max_size=BLOCKS))
def test_whatever_was_written_of_it_is_finished(
    interrupted: tuple[Path, bytes, bytes], size: float, written: list[bool]
) -> None:
    """In whatever order the disk took it: each block is the old one, the new one or empty."""
    folder, old, new = interrupted
    longest = max(len(old), len(new))
    assert longest <= 512 * BLOCKS
    blocks = (
        (new if done else old)[512 * at : 512 * (at + 1)].ljust(512, b"\0")
        for at, done in enumerate(written)
    )
    shortest = min(len(old), len(new))
    torn = b"".join(blocks)[: shortest + round(size * (longest - shortest))]
    with tempfile.TemporaryDirectory() as place:
        copy = shutil.copytree(folder, Path(place, "chung"))
        path = copy / "workbooks" / "HCTH.xlsx"
        path.write_bytes(torn)

        open_workspace(copy)[0].sheets()

        begun = torn != old
        assert path.read_bytes() == (new if begun else old)
        assert state(copy).get("feedback") == ("abc" if begun else None)
        assert hidden(copy) == []


@as_root
@settings(max_examples=50)
@given(st.floats(0, 0.999), st.booleans(), st.sampled_from(["a byte", "cut", "longer", "empty"]))
def test_what_a_person_saved_meanwhile_stays(
    interrupted: tuple[Path, bytes, bytes], where: float, from_new: bool, how: str
) -> None:
    folder, old, new = interrupted
    at = int(where * min(len(old), len(new)))
    other = next(byte for byte in range(3) if byte not in (old[at], new[at]))
    base = new if from_new else old
    saved = {
        "a byte": base[:at] + bytes([other]) + base[at + 1 :],
        "cut": base[:at],
        "longer": max(old, new, key=len) + b"x",
        "empty": b"",
    }[how]
    with tempfile.TemporaryDirectory() as place:
        copy = shutil.copytree(folder, Path(place, "chung"))
        path = copy / "workbooks" / "HCTH.xlsx"
        path.write_bytes(saved)

        open_workspace(copy)[0].sheets()

        assert path.read_bytes() == saved
        assert (state(copy), hidden(copy)) == ({}, [])


@as_root
@pytest.mark.parametrize("damage", ["", "{}\n", "khác", '{"bytes": "x"}\nab'])
def test_what_was_laid_beside_and_is_damaged_is_thrown_away(folder: Path, damage: str) -> None:
    laid = folder / "workbooks" / ".dankheo" / "HCTH.dang-ghi"
    laid.parent.mkdir(exist_ok=True)
    laid.write_text(damage, encoding="utf-8")
    data = (folder / "workbooks" / "HCTH.xlsx").read_bytes()

    open_workspace(folder)[0].sheets()

    assert (folder / "workbooks" / "HCTH.xlsx").read_bytes() == data
    assert hidden(folder) == []
