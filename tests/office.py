"""Programs beside Python, where they are installed: what units and printers really use."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

REQUIRED = os.environ.get("DANKHEO_REQUIRE_OFFICE") == "1"
"""Set by CI: a missing program is then a failure, not a skip."""


def needs(*programs: str) -> None:
    """Skip the test, saying why, where one of the programs is absent."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        _without(f"cần {', '.join(missing)}, xem .ci/run: không có trên máy này")


def needs_folder(folder: Path, made_by: str) -> None:
    """Skip the test where a folder is absent that a command makes."""
    if not folder.is_dir():
        _without(f"cần {folder.name}: chạy {made_by}")


def _without(reason: str) -> None:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def convert(files: Sequence[Path], target: str, into: Path) -> list[Path]:
    """Open each file in LibreOffice and save it as `target` ("xlsx", "pdf") in folder `into`.

    Formulas without a stored value are calculated on opening.
    """
    needs("soffice")
    profile = into / "profile"
    into.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{profile.resolve()}", "--headless",
            "--convert-to", target, "--outdir", str(into), *map(str, files),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return [into / f"{file.stem}.{target}" for file in files]
