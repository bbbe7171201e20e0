"""Files: what is new is as open as its directory, what is replaced stays whose it is; names."""

import os
import stat
import sys
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dankheo_sheets import files
from tests.accounts import ACL, COLLEAGUE, COORDINATOR, GROUP, UNIT, acl, as_root, shared_folder

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows không có umask")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="thuộc tính mở rộng của Linux")

WRITE = """
import sys
from pathlib import Path
from dankheo_sheets import files
become()
files.write(Path(sys.argv[1]), b"new")
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# --- what is new ----------------------------------------------------------------------------


@on_posix
@pytest.mark.parametrize(
    ("directory", "umask", "file", "folder"),
    [
        (0o755, 0o022, 0o644, 0o755),
        (0o755, 0o002, 0o664, 0o775),
        (0o700, 0o077, 0o600, 0o700),
        (0o775, 0o022, 0o664, 0o775),
        (0o770, 0o077, 0o660, 0o770),
        (0o777, 0o022, 0o666, 0o777),
        (0o1777, 0o022, 0o644, 0o755),
    ],
)
def test_what_is_new_is_open_to_whom_its_directory_is(
    tmp_path: Path, directory: int, umask: int, file: int, folder: int
) -> None:
    """Who may write the directory could replace it anyway; in a sticky one he could not."""
    tmp_path.chmod(directory)
    before = os.umask(umask)
    try:
        files.write(tmp_path / "out" / "tệp.json", b"{}")
        files.write(tmp_path / "tệp.json", b"{}")
    finally:
        os.umask(before)

    assert mode(tmp_path / "tệp.json") == file
    assert mode(tmp_path / "out") == folder
    assert names(tmp_path) == ["out", "tệp.json"]


@as_root
@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o664), (0o077, 0o660)])
def test_a_colleague_of_the_group_goes_on_where_another_began(umask: int, expected: int) -> None:
    with shared_folder() as folder:
        path = folder / "workbooks" / ".dankheo" / "HCTH.json"
        for account in (COORDINATOR, COLLEAGUE, COORDINATOR):
            result = account.run(WRITE, path, umask=umask)
            assert (result.returncode, result.stderr) == (0, "")

        found = path.stat()
        assert (found.st_gid, stat.S_IMODE(found.st_mode)) == (GROUP, expected)
        assert COLLEAGUE.may_write(path)


@as_root
def test_a_directory_that_says_itself_what_new_files_get_is_left_alone() -> None:
    with shared_folder() as folder:
        gives = acl(owner=6, group=4, mask=6, named=[(UNIT.uid, 6)])
        os.setxattr(folder, "system.posix_acl_default", gives)

        COORDINATOR.run(WRITE, folder / "tệp.json")

        assert os.getxattr(folder / "tệp.json", ACL) == gives


@on_posix
def test_what_is_to_be_read_only_is_read_only_whoever_may_write_its_directory(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o777)

    files.write(tmp_path / "biên nhận.json", b"{}", mode=0o444)

    assert mode(tmp_path / "biên nhận.json") == 0o444


def test_a_name_may_be_as_long_as_a_disk_holds(tmp_path: Path) -> None:
    path = tmp_path / f"{'Phòng' * 40}{'g' * 10}.xlsx"
    assert len(path.name.encode()) == 255

    for data in (b"old", b"new"):
        files.write(path, data)

    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {path.name: b"new"}


# --- what is replaced -----------------------------------------------------------------------


@on_linux
def test_what_is_replaced_keeps_its_mode_and_its_attributes(tmp_path: Path) -> None:
    path = tmp_path / "tong-hop.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o640)
    os.setxattr(path, "user.nhan", "mật".encode())

    files.write(path, b"new")

    assert path.read_bytes() == b"new"
    assert mode(path) == 0o640
    assert os.getxattr(path, "user.nhan") == "mật".encode()


@as_root
def test_root_leaves_what_it_replaces_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "HCTH.json"
    path.write_bytes(b"old")
    os.chown(path, UNIT.uid, GROUP)

    files.write(path, b"new")

    assert (path.stat().st_uid, path.stat().st_gid) == (UNIT.uid, GROUP)


@on_linux
def test_other_bytes_alone_are_other_bytes_alone(tmp_path: Path) -> None:
    path = tmp_path / "HCTH.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o460)
    os.setxattr(path, "user.DOSATTRIB", b"0x20")
    os.utime(path, ns=(10**18, 10**18 + 1))
    before = path.stat()

    assert files.replace_alike(path, b"newer", before)

    after = path.stat()
    assert path.read_bytes() == b"newer"
    assert (after.st_uid, after.st_gid, after.st_mode, after.st_mtime_ns) == (
        before.st_uid, before.st_gid, before.st_mode, before.st_mtime_ns,
    )  # fmt: skip
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == {
        "user.DOSATTRIB": b"0x20"
    }
    assert names(tmp_path) == ["HCTH.xlsx"]


@as_root
def test_an_acl_of_the_directory_does_not_come_upon_a_file_that_had_none(tmp_path: Path) -> None:
    path = tmp_path / "HCTH.xlsx"
    path.write_bytes(b"old")
    gives = acl(owner=6, group=4, mask=6, named=[(UNIT.uid, 6)])
    os.setxattr(tmp_path, "system.posix_acl_default", gives)

    assert files.replace_alike(path, b"new", path.stat())

    assert os.listxattr(path) == []


ALIKE = """
import sys
from pathlib import Path
from dankheo_sheets import files
become()
path = Path(sys.argv[1])
print(files.replace_alike(path, b"new", path.stat()))
"""


@as_root
@pytest.mark.parametrize("folder_mode", [0o2775, 0o3775, 0o2755])
def test_anothers_file_is_not_replaced_by_one_of_ours(folder_mode: int) -> None:
    with shared_folder(folder_mode) as folder:
        path = folder / "HCTH.xlsx"
        path.write_bytes(b"old")
        os.chown(path, UNIT.uid, GROUP)
        path.chmod(0o664)
        before = path.stat()

        result = COLLEAGUE.run(ALIKE, path)

        assert (result.stdout, result.stderr) == ("False\n", "")
        after = path.stat()
        assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)
        assert path.read_bytes() == b"old"
        assert names(folder) == ["HCTH.xlsx"]


# --- names ----------------------------------------------------------------------------------

VIETNAMESE = st.text(
    "aăâđeêioôơuưyáàảãạấầếềỏõọớờúùứừỳýĐÂƠƯPHÒNG0123456789-_", min_size=1, max_size=12
)


@settings(max_examples=50)
@given(VIETNAMESE, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["lower", "upper", "title"]))
def test_a_name_is_found_however_a_machine_spells_it(name: str, form: str, case: str) -> None:
    spelled = unicodedata.normalize(form, getattr(name, case)())  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as place:
        there = Path(place, spelled)
        there.mkdir()

        found = files.Names(Path(place)).paths(name)

        assert len(found) == 1
        assert found[0].samefile(there)


def test_the_exact_name_comes_first_and_the_others_after_it(tmp_path: Path) -> None:
    spellings = ["PHÒNG1", "phòng1", unicodedata.normalize("NFD", "PHÒNG1")]
    for name in spellings:
        (tmp_path / name).mkdir(exist_ok=True)
    if len(names(tmp_path)) < len(spellings):
        pytest.skip("ổ đĩa này không phân biệt các cách viết")

    paths = files.Names(tmp_path).paths("PHÒNG1")

    assert paths[0] == tmp_path / "PHÒNG1"
    assert sorted(path.name for path in paths) == sorted(spellings)


def test_what_is_not_there_gets_the_exact_name_also_once_it_is_made(tmp_path: Path) -> None:
    found = files.Names(tmp_path / "archive")
    assert found.paths("Đ1") == [tmp_path / "archive" / "Đ1"]

    (tmp_path / "archive" / "Đ1").mkdir(parents=True)

    assert found.path("Đ1") == tmp_path / "archive" / "Đ1"
    assert found.path("KHÁC") == tmp_path / "archive" / "KHÁC"


def test_what_was_renamed_since_it_was_listed_is_not_gone_back_to(tmp_path: Path) -> None:
    spelled = tmp_path / unicodedata.normalize("NFD", "Đồng")
    spelled.mkdir()
    found = files.Names(tmp_path)
    assert found.path("Đồng").samefile(spelled)

    spelled.rmdir()

    assert found.path("Đồng") == tmp_path / "Đồng"
