"""What is timed, each run by bench.py in a process of its own so that memory peaks are apart.

A phase does its step on the campaign in a folder and returns the seconds of the step alone:
interpreter start, imports and reading the settings come before the clock.
"""

import resource
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import campaign, floors, formatted_rows, ordinary_script
from dankheo_sheets import register as registers
from dankheo_sheets.operations import collect, publishing
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.outputs import master
from dankheo_sheets.outputs.word import report as word
from dankheo_sheets.steps import provision
from dankheo_sheets.steps import run as steps

LOADED = (registers, master, word)
"""Imported here because the steps import them late, inside what is timed."""


def peak_mb() -> float:
    """Return the largest memory this process or any one of its workers had, in MB (10^6 bytes).

    ru_maxrss is in KiB on Linux.
    """
    largest = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return largest * 1024 / 1e6


def run(name: str, directory: Path) -> float:
    """Run one phase on the campaign in `directory`; return its seconds."""
    return PHASES[name](directory)


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def _fill(directory: Path) -> float:
    return _seconds(lambda: campaign.fill(directory))


def _provision(directory: Path) -> float:
    """Time making every workbook, in a folder that has none."""
    job = load_context(directory)
    seconds = _seconds(lambda: provision.provision(job))
    _expect(len(list((directory / "workbooks").glob("*.xlsx"))), len(job.units))
    return seconds


def _sync(directory: Path) -> float:
    """Time a sync for which everything is new: read, archive, rules, register, master."""
    for made in ("archive", "out"):
        shutil.rmtree(directory / made, ignore_errors=True)
    job = load_context(directory)
    return _seconds(lambda: _expect(_sync_job(job, feedback=False).read, len(job.units)))


def _feedback(directory: Path) -> float:
    """Time a sync that reads all from the archive and writes every unit's feedback."""
    job = load_context(directory)
    (job.out / publishing.FIGURES).unlink()
    return _seconds(lambda: _expect(_sync_job(job, feedback=True).told, len(job.units)))


def _unchanged(directory: Path) -> float:
    """Time a sync that finds nothing to do."""
    job = load_context(directory)
    return _seconds(lambda: _expect(_sync_job(job, feedback=True).changed, False))


def _report(directory: Path) -> float:
    """Time rebuilding all results, the Word report among them."""
    job = load_context(directory)
    seconds = _seconds(lambda: steps.report(job, campaign.NOW))
    totals = publishing.last_board(job)
    assert totals is not None
    _expect(totals.totals.total, len(job.units) * campaign.ENTRIES)
    return seconds


def _report_alone(directory: Path) -> float:
    """Time what `report` does beside the forms to sign: all results anew, and bao-cao.docx."""
    job = load_context(directory)
    (job.out / publishing.FIGURES).unlink()

    def step() -> None:
        _expect(_sync_job(job, feedback=True).changed, True)
        read = collect.collect(job, job.workspace.sheets(), campaign.NOW)
        (job.out / "bao-cao.docx").write_bytes(word.report(read.register))

    return _seconds(step)


def _ordinary(directory: Path) -> float:
    """Time the ordinary script over the same workbooks."""
    out = directory / "ordinary"
    out.mkdir(exist_ok=True)
    workbooks = directory / "workbooks"
    rows = len(list(workbooks.glob("*.xlsx"))) * campaign.ENTRIES
    return _seconds(lambda: _expect(ordinary_script.run(workbooks, out), rows))


PHASES: Mapping[str, Callable[[Path], float]] = {
    "provision": _provision,
    "fill": _fill,
    "sync": _sync,
    "feedback": _feedback,
    "unchanged": _unchanged,
    "report": _report,
    "report_alone": _report_alone,
    "ordinary": _ordinary,
    "formatted_rows": lambda directory: _seconds(lambda: formatted_rows.make(directory)),
    **floors.FLOORS,
}


def _sync_job(job: Context, *, feedback: bool) -> publishing.Outcome:
    return steps.sync(job, campaign.NOW, feedback=feedback)


def _expect(found: int, expected: int) -> None:
    """Refuse to give a figure for work that was not done."""
    if found != expected:
        raise RuntimeError(f"the phase did {found} of {expected}")
