"""One run at a time in a folder: a lock of the operating system, and where that is none."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dankheo_sheets.errors import InUse
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.folder import WORKBOOKS, FolderWorkspace
from dankheo_sheets.workspace.folder_lease import HOLDER, LOCK, FolderLease, sync_client
from dankheo_sheets.workspace.health import Check, look

HOLDS = """
import sys
from pathlib import Path
from dankheo_sheets.workspace.folder_lease import FolderLease
with FolderLease(Path(sys.argv[1])).held(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""
"""Holds the lease until its standard input ends."""

Process = subprocess.Popen[str]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Process]:
    """Return another process that holds the lease of `tmp_path`."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path), "Bà Nguyễn Thị Ngữ"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def refusal(directory: Path, patience: float = 0.0, *, wait: bool = True) -> InUse:
    """Return what a comer is told."""
    comer = FolderLease(directory, patience).held("máy-2", wait=wait)
    with pytest.raises(InUse) as refused, comer:
        pass
    return refused.value


# --- between processes --------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [True, False])
def test_who_is_at_work_in_another_process_is_named(
    tmp_path: Path, other: Process, wait: bool
) -> None:
    refused = refusal(tmp_path, wait=wait)

    assert refused.message == "Bà Nguyễn Thị Ngữ đang chạy đợt này trong thư mục này"
    assert refused.hint == "đợi lượt ấy xong rồi chạy lại"
    assert other.poll() is None


def test_what_a_killed_process_held_is_free_at_once(tmp_path: Path, other: Process) -> None:
    """Though its name still stands there."""
    other.kill()
    other.wait()
    left = (tmp_path / HOLDER).read_text("utf-8")

    with FolderLease(tmp_path).held("máy-2", wait=False):
        named = (tmp_path / HOLDER).read_text("utf-8")

    assert (left, named) == ("Bà Nguyễn Thị Ngữ", "máy-2")


def test_what_a_process_gave_back_leaves_no_name(tmp_path: Path, other: Process) -> None:
    assert other.communicate("")[0] == ""

    assert other.returncode == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != LOCK] == []
    with FolderLease(tmp_path).held("máy-2", wait=False):
        pass


@pytest.mark.parametrize("said", [b"", None])
def test_who_left_no_name_is_another_machine(tmp_path: Path, said: bytes | None) -> None:
    """Between its lock and its name, or where the name could not be read."""
    with FolderLease(tmp_path).held("máy-1"):
        (tmp_path / HOLDER).unlink()
        if said is not None:
            (tmp_path / HOLDER).write_bytes(said)

        assert refusal(tmp_path).message == "Một máy khác đang chạy đợt này trong thư mục này"


@pytest.mark.skipif(sys.platform == "win32", reason="a mode is POSIX's")
def test_a_colleague_may_hold_it_next(tmp_path: Path) -> None:
    """Whoever may write the folder may open the file of the lock."""
    tmp_path.chmod(0o770)

    with FolderLease(tmp_path).held("máy-1"):
        pass

    assert (tmp_path / LOCK).stat().st_mode & 0o660 == 0o660


# --- folders that a program copies --------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "client"),
    [
        ("OneDrive", "OneDrive"),
        ("OneDrive - Sở Khoa học", "OneDrive"),
        ("onedrive - Sở Khoa học - Phòng A", "OneDrive"),
        ("Google Drive", "Google Drive"),
        ("My Drive", "Google Drive"),
        ("Drive của tôi", "Google Drive"),
        ("Bộ nhớ dùng chung", "Google Drive"),
        ("CloudStorage/GoogleDrive-canbo@so.example", "Google Drive"),
        ("CloudStorage/OneDrive-SởKhoahọc", "OneDrive"),
        ("Dropbox", "Dropbox"),
        ("Nextcloud", "Nextcloud"),
        ("Dropbox - cũ/Đợt 2022", "Dropbox"),
        ("Đợt 2022", ""),
        ("OneDriveCũ", ""),
        ("Thư mục Google Drive", ""),
    ],
)
def test_a_folder_is_known_by_what_its_program_calls_it(
    tmp_path: Path, folder: str, client: str
) -> None:
    assert sync_client(tmp_path / folder / "dan-van-kheo" / WORKBOOKS) == client
    assert sync_client(tmp_path / folder) == client


@pytest.mark.parametrize(
    ("marker", "client"),
    [
        (".dropbox", "Dropbox"),
        (".dropbox.cache", "Dropbox"),
        (".tmp.drivedownload", "Google Drive"),
        (".stfolder", "Syncthing"),
        (".sync_journal.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
    ],
)
def test_a_folder_is_known_by_what_its_program_leaves_in_it(
    tmp_path: Path, marker: str, client: str
) -> None:
    inside = tmp_path / "của tôi" / "dot"
    inside.mkdir(parents=True)
    before = sync_client(inside)

    (tmp_path / "của tôi" / marker).mkdir()

    assert (before, sync_client(inside)) == ("", client)
    assert sync_client(tmp_path) == ""


@pytest.mark.parametrize("folder", ["OneDrive - Sở Khoa học", "bình thường"])
def test_the_doctor_says_where_two_machines_would_not_know_of_each_other(
    tmp_path: Path, form: Form, units: Sequence[Unit], folder: str
) -> None:
    directory = tmp_path / folder

    checks = list(FolderWorkspace(directory, form, units).doctor())

    assert said(checks, "Thư mục đồng bộ") == (
        [
            look(
                "Thư mục đồng bộ",
                f"{directory / WORKBOOKS} nằm trong OneDrive: hai máy cùng chạy thì không biết "
                "nhau",
                "chỉ chạy dankheo trên một máy, hoặc đặt đợt trên ổ mạng của cơ quan",
            )
        ]
        if folder.startswith("OneDrive")
        else []
    )


def said(checks: Sequence[Check], about: str) -> list[Check]:
    return [check for check in checks if check.about == about]
