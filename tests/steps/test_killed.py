"""A kill at any moment leaves every file whole, and the next run ends where it would have."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import close, report, sync
from tests.steps.conftest import Fill, at

CAMPAIGN = """
import os, signal, sys
from datetime import datetime
from pathlib import Path

from dankheo_sheets.steps.run import close
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.steps.run import report
from dankheo_sheets.steps.run import sync
import dankheo_sheets.outputs.master, dankheo_sheets.outputs.word.report

job, fatal, seen = load_context(Path(sys.argv[1])), int(sys.argv[2]), 0


def touched(event, arguments):
    global seen
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
    if writes or event in ("os.rename", "os.chmod", "os.utime", "os.mkdir", "os.remove"):
        seen += 1
        if seen == fatal:
            os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(touched)
sync(job, datetime.fromisoformat("2022-04-08T17:00:00+07:00"))
close(job, datetime.fromisoformat("2022-04-12T08:00:00+07:00"))
report(job, datetime.fromisoformat("2022-04-12T08:00:00+07:00"))
print(seen)
"""
POINTS = 12
"""Moments at which a run is killed, spread over all its writes."""


def play(directory: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CAMPAIGN, str(directory), str(fatal)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def assert_whole(directory: Path) -> None:
    """Assert that every file is readable to its end."""
    for path in directory.rglob("*"):
        if path.name.endswith(".tmp"):
            continue
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None, path
        elif path.suffix == ".json":
            json.loads(path.read_bytes())


def what_counts(directory: Path) -> Any:
    """Return the figures, without the checksums: feedback may have been read back."""
    figures = json.loads((directory / "out" / "bao-cao.json").read_bytes())
    for unit in figures["units"]:
        del unit["sha256"]
    del figures["fingerprint"], figures["papers"]
    return figures


_undisturbed: list[tuple[int, Any]] = []


@pytest.fixture
def undisturbed(job: Context, fill_in: Fill, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return how often a campaign that nobody kills writes, and what it ends in; played once."""
    fill_in("HCTH", "07 09:00")
    fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    if not _undisturbed:
        directory = tmp_path_factory.mktemp("undisturbed") / "job"
        shutil.copytree(job.directory, directory)
        writes = int(play(directory, fatal=0).stdout)
        _undisturbed.append((writes, what_counts(directory)))
    return _undisturbed[0]


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("part", range(POINTS))
def test_a_killed_campaign_is_whole_and_goes_on(
    job: Context, undisturbed: tuple[int, Any], part: int
) -> None:
    writes, expected = undisturbed
    fatal = 1 + part * (writes - 1) // (POINTS - 1)

    killed = play(job.directory, fatal)

    assert killed.returncode == -9
    assert_whole(job.directory)
    again = load_context(job.directory)
    sync(again, at("08 17:00"))
    close(again, at("12 08:00"))
    report(again, at("12 08:00"))
    assert_whole(job.directory)
    ended = what_counts(job.directory)
    assert ended["units"] == expected["units"]
    assert ended == expected
    shelf = job.out / "phien-ban"
    assert (shelf / "bao-cao-1.docx").read_bytes() == (job.out / "bao-cao.docx").read_bytes()
    assert not list(job.out.rglob("*-2.docx"))
