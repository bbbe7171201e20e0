"""Programs beside Python, where they are installed: what units and printers really use."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
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
    into.mkdir(parents=True, exist_ok=True)
    command = [*_warm(), "--convert-to", target, "--outdir", str(into), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = [into / f"{file.stem}.{target}" for file in files]
    missing = [path.name for path in saved if not path.exists()]
    assert not missing, f"LibreOffice saved no {missing}"
    return saved


@cache
def _warm() -> list[str]:
    """Start the LibreOffice of this process; return the command that hands work to it.

    It ends with the last document it has open, so it is given one that nobody closes.
    """
    profile = Path(tempfile.mkdtemp(prefix="libreoffice-"))
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    kept_open = profile / "kept-open.txt"
    kept_open.touch()
    office = subprocess.Popen(
        [*command, str(kept_open)],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def end() -> None:
        with suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)
        office.wait()
        shutil.rmtree(profile, ignore_errors=True)

    atexit.register(end)
    lock = kept_open.with_name(f".~lock.{kept_open.name}#")
    for _ in range(600):
        if lock.exists():
            return command
        assert office.poll() is None, "LibreOffice ended before it had opened anything"
        time.sleep(0.1)
    raise AssertionError("LibreOffice did not start within a minute")
