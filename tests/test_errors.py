"""Errors: the tree and its exit codes, and a disk that really refuses."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dankheo_sheets import errors, files
from dankheo_sheets.errors import DankheoError, SettingsError, WorkspaceError
from dankheo_sheets.form.layout import Form
from dankheo_sheets.workspace.google import errors as google_errors
from tests.test_cli import Dankheo, campaign_in, contents, dankheo, hand_in

__all__ = ["dankheo"]  # a fixture


# --- the tree ----------------------------------------------------------------------------


def drawn(module: ModuleType = errors, top: str = "DankheoError") -> dict[str, tuple[str, int]]:
    """Return name → (parent, exit code) of each class in the module docstring's tree."""
    lines = re.findall(r"^    ([│ ]*)[├└]── (\w+) *(\d?)", module.__doc__ or "", re.MULTILINE)
    tree: dict[str, tuple[str, int]] = {}
    above = [top]
    for indent, name, code in lines:
        depth = len(indent) // 4
        if code:
            tree[name] = (above[depth], int(code))
        above[depth + 1 :] = [name]
    return tree


def descendants(base: type[DankheoError]) -> Iterator[type[DankheoError]]:
    for below in base.__subclasses__():
        yield below
        yield from descendants(below)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    written = {
        below.__name__: (below.__bases__[0].__name__, below.exit_code)
        for below in descendants(DankheoError)
        if below.__module__ == errors.__name__
    }

    assert drawn() == written
    assert written == {
        "UsageError": ("DankheoError", 2),
        "SettingsError": ("DankheoError", 3),
        "MailError": ("DankheoError", 4),
        "MailHalted": ("MailError", 4),
        "WorkspaceError": ("DankheoError", 4),
        "SheetBusy": ("WorkspaceError", 4),
        "InUse": ("WorkspaceError", 4),
        "NoFeedback": ("WorkspaceError", 4),
        "ServiceError": ("WorkspaceError", 4),
        "Refused": ("ServiceError", 4),
        "OutcomeUnknown": ("ServiceError", 4),
        "Halted": ("ServiceError", 4),
        "NoRoom": ("Halted", 4),
    }


def test_googles_own_errors_are_kinds_of_these() -> None:
    written = {
        below.__name__: (below.__bases__[0].__name__, below.exit_code)
        for below in descendants(DankheoError)
        if below.__module__ == google_errors.__name__
    }

    assert drawn(google_errors, "ServiceError") == written
    assert written == {
        "NotFound": ("Refused", 4),
        "NoAnswer": ("ServiceError", 4),
        "SignInError": ("Halted", 4),
        "LeaseLost": ("Halted", 4),
        "TryLater": ("Halted", 4),
        "SharingLimit": ("TryLater", 4),
    }


def test_findings_have_a_code_of_their_own_and_1_stays_pythons() -> None:
    codes = {error.exit_code for error in descendants(DankheoError)}

    assert errors.EXIT_FINDINGS == 5
    assert codes == {2, 3, 4}
    assert DankheoError("").exit_code == 1


def test_an_error_says_what_and_what_to_do() -> None:
    error = WorkspaceError("đĩa đầy", "xoá bớt")

    assert (str(error), error.message, error.hint) == ("đĩa đầy", "đĩa đầy", "xoá bớt")
    assert WorkspaceError("đĩa đầy").hint == ""


def test_settings_errors_hold_every_mistake() -> None:
    error = SettingsError(["một", "hai"])

    assert error.mistakes == ("một", "hai")
    assert str(error) == "một\nhai"


# --- a disk that refuses -----------------------------------------------------------------

LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
"""
COMMAND = f"{LIMITED}\nfrom dankheo_sheets.cli import main\nmain(sys.argv[2:])"
WRITE = f"""{LIMITED}
from pathlib import Path
from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
try:
    files.write(Path(sys.argv[2]), b"new" * 1000)
except WorkspaceError as error:
    sys.exit(f"{{error.message}}|{{error.hint}}")
"""

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="giới hạn kích thước tệp (RLIMIT_FSIZE) chỉ thử trên Linux"
)


def limited(program: str, size: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program that cannot write more than `size` bytes into any file."""
    return subprocess.run(
        [sys.executable, "-B", "-c", program, str(size), *map(str, arguments)],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8", capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@on_linux
def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "cũ.xlsx"
    path.write_bytes(b"old")
    before = contents(tmp_path)

    result = limited(WRITE, 1000, path)

    assert result.returncode == 1
    assert result.stderr == (
        f"{path}: vượt giới hạn kích thước tệp|giải phóng dung lượng rồi chạy lại\n"
    )
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert after["cũ.xlsx"] == before["cũ.xlsx"]


@on_linux
def test_a_file_that_cannot_be_begun_leaves_nothing(tmp_path: Path) -> None:
    result = limited(WRITE, 1000, tmp_path / "mới" / "tệp.xlsx")

    assert result.returncode == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@on_linux
@pytest.mark.parametrize("command", ["provision", "sync", "report", "run"])
def test_a_full_disk_is_4_and_said_in_vietnamese(
    tmp_path: Path, dankheo: Dankheo, form: Form, command: str
) -> None:
    """A unit is new and another handed in: each command has something to write."""
    folder = campaign_in(tmp_path / "đợt")
    dankheo("provision", "-C", folder)
    dankheo("report", "-C", folder)
    hand_in(folder, form, "HCTH")
    with (folder / "units.csv").open("a", encoding="utf-8") as roster:
        roster.write("MOI,Phòng Mới\n")
    before = contents(folder)

    result = limited(COMMAND, 1000, command, "-C", folder)

    assert result.returncode == 4, result.stderr
    assert result.stdout == ""
    error, hint = result.stderr.splitlines()[-2:]
    assert re.fullmatch(rf"Lỗi: {folder}/.+: vượt giới hạn kích thước tệp", error)
    assert hint == "Cách xử lý: giải phóng dung lượng rồi chạy lại."
    assert "Traceback" not in result.stderr
    after = contents(folder)
    assert not [name for name in after if name.endswith(".tmp")]
    assert {name: after[name][1] for name in before} == {n: before[n][1] for n in before}
    assert {name for name in after.keys() - before.keys() if (folder / name).is_file()} == set()


@on_linux
def test_a_report_that_cannot_be_written_stays_the_old_one_until_the_next_run(
    tmp_path: Path, dankheo: Dankheo, form: Form
) -> None:
    """The figures come last: an interrupted run is not taken for a whole one.

    Recipients that cannot be compressed make the report larger than what a unit hands in.
    """
    folder = campaign_in(tmp_path / "đợt")
    names = [hashlib.sha512(str(n).encode()).hexdigest() for n in range(400)]
    settings = folder / "campaign.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[report]\n", f"[report]\nrecipients = {names}\n"), "utf-8")
    dankheo("provision", "-C", folder)
    dankheo("report", "-C", folder)
    workbook = hand_in(folder, form, "HCTH")
    before = contents(folder / "out")
    limit = len(before["bao-cao.docx"][1]) * 9 // 10
    assert workbook.stat().st_size < limit

    result = limited(COMMAND, limit, "report", "-C", folder)

    after = contents(folder / "out")
    assert result.returncode == 4
    assert f"{folder / 'out' / 'bao-cao.docx'}: vượt giới hạn kích thước tệp" in result.stderr
    for changes in (".", "van-ban.json"):  # what is remembered is written first
        del after[changes], before[changes]
    assert after == before
    assert dankheo("sync", "-C", folder).code == 0
    assert contents(folder / "out")["bao-cao.json"] != before["bao-cao.json"]


FORBIDDEN = """
import os, sys
from dankheo_sheets.cli import main
from dankheo_sheets.steps import provision
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
main(sys.argv[2:])
"""


@on_linux
@pytest.mark.parametrize("forbidden", ["đợt", "."])
def test_a_folder_that_may_not_be_opened_is_3_and_names_both_files(forbidden: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = campaign_in(Path(place, "đợt"))
        Path(place, forbidden).chmod(0)
        try:
            result = limited(FORBIDDEN, 0, "provision", "-C", folder)
        finally:
            Path(place, forbidden).chmod(0o755)

    assert (result.returncode, result.stdout, result.stderr) == (
        3, "",
        f"Lỗi: {folder}/campaign.toml: không đọc được; xem lại quyền mở tệp\n"
        f"Lỗi: {folder}/units.csv: không đọc được; xem lại quyền mở tệp\n",
    )  # fmt: skip


@on_linux
def test_a_full_device_is_a_workspace_error() -> None:
    with pytest.raises(WorkspaceError) as caught, files.translated(Path("/dev/full")):
        Path("/dev/full").write_bytes(b"x")

    assert caught.value.message == "/dev/full: đĩa đầy"
    assert caught.value.hint == "giải phóng dung lượng rồi chạy lại"
    assert isinstance(caught.value.__cause__, OSError)
