"""The wheel alone, in an environment of its own and another folder: what a user's machine has.

The libraries are those of the environment that runs the tests; nothing is downloaded.
"""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from dankheo_sheets import program
from tests.conftest import EXAMPLE

ROOT = Path(__file__).parent.parent
PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def shell(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that finds no source tree, neither where it runs nor in its environment."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd, env=environment, encoding="utf-8", capture_output=True, check=False, timeout=600,
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built."""
    place = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", place)
    built = shell(sys.executable, "-m", "pip", "wheel", *options, ROOT, cwd=place)
    assert built.returncode == 0, built.stderr
    (wheel,) = place.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the programs of an environment are that holds the wheel only."""
    place = tmp_path_factory.mktemp("environment")
    made = shell(sys.executable, "-m", "venv", "--without-pip", place, cwd=place)
    assert made.returncode == 0, made.stderr
    programs = place / PROGRAMS
    pip = (sys.executable, "-m", "pip", "--python", programs / "python")
    done = shell(*pip, "install", "--no-deps", "--no-index", wheel, cwd=place)
    assert done.returncode == 0, done.stderr
    # The libraries: a path that is added so brings in no other, so not the editable source tree.
    ours = sysconfig.get_path("purelib", vars={"base": str(place)})
    theirs = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    (Path(ours) / "libraries.pth").write_text("\n".join(sorted(theirs)) + "\n", encoding="utf-8")
    return programs


def test_the_wheel_holds_the_sample_campaign_as_it_is_in_the_tree(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {
            Path(name).name: archive.read(name)
            for name in archive.namelist()
            if name.startswith("dankheo_sheets/example/")
        }
        rooms = {name.split("/")[0] for name in archive.namelist()}

    assert held == {
        name: (EXAMPLE / name).read_bytes()
        for name in ("campaign.toml", "units.csv", "tra-loi-mau.toml")
    }
    assert rooms == {"dankheo_sheets", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}


def test_what_is_installed_is_the_same_program_as_the_source(
    installed: Path, tmp_path: Path
) -> None:
    """So that of two machines, one with the wheel, neither makes the other's results anew."""
    code = "from dankheo_sheets import program; print(program.__file__, program.fingerprint())"

    told = shell(installed / "python", "-c", code, cwd=tmp_path)

    assert told.returncode == 0, told.stderr
    where, fingerprint = told.stdout.rsplit(maxsplit=1)
    assert Path(where).is_relative_to(installed.parent)
    assert fingerprint == program.fingerprint()


def test_the_demonstration_needs_the_wheel_only_and_so_does_a_first_campaign(
    installed: Path, tmp_path: Path
) -> None:
    dankheo = installed / "dankheo"

    shown = shell(dankheo, "demo", "thu", cwd=tmp_path)

    assert shown.returncode == 0, shown.stderr
    assert "Phải gửi 08, đã nhận 05" in shown.stdout
    for name in ("tong-hop.xlsx", "tien-do.html", "cong-van.docx", "bao-cao.docx", "bao-cao.json"):
        assert (tmp_path / "thu" / "out" / name).is_file()

    copied = shell(dankheo, "demo", "--copy", "dot", cwd=tmp_path)
    issued = shell(dankheo, "provision", "-C", "dot", cwd=tmp_path)
    checked = shell(
        dankheo, "check", Path("thu", "workbooks", "HCTH.xlsx"), "-C", "dot", cwd=tmp_path
    )

    assert (copied.returncode, issued.returncode) == (0, 0), copied.stderr + issued.stderr
    assert len(list((tmp_path / "dot" / "workbooks").glob("*.xlsx"))) == 8
    assert (checked.returncode, checked.stdout) == (0, "Biểu đạt.\n")
