"""Which program this is: a change of anything that judges or draws is another one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dankheo_sheets

PACKAGE = Path(dankheo_sheets.__file__).parent
PRINT = "from dankheo_sheets import program; print(program.fingerprint())"


def fingerprint(place: Path) -> str:
    """Return the fingerprint of the package that lies in `place`."""
    run = [sys.executable, "-c", PRINT]
    return subprocess.run(run, cwd=place, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("chuong-trinh")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, place / PACKAGE.name, ignore=ignore)
    return place


@pytest.mark.parametrize(
    "part",
    [
        "form/unit_rules.py", "form/rules.py", "standing/counting.py", "register.py",
        "outputs/word/report.py", "board/page.css", "board/page.html.j2",
    ],
)  # fmt: skip
def test_a_change_of_whatever_judges_or_draws_is_another_program(copied: Path, part: str) -> None:
    before = fingerprint(copied)
    path = copied / PACKAGE.name / part
    kept = path.read_bytes()
    comment = b"\n# \n" if path.suffix == ".py" else b"\n"
    path.write_bytes(kept + comment)
    changed = fingerprint(copied)
    path.write_bytes(kept)

    assert changed != before
    assert fingerprint(copied) == before
