"""LibreOffice and poppler, where they are installed: the real programs units and printers use."""

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
        reason = f"cần {', '.join(missing)} (LibreOffice, poppler-utils): không có trên máy này"
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
