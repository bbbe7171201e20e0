"""Sync: read the sheets back, tell each unit what was found, rebuild the results.

Run again with nothing changed, it reads no workbook and writes nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import dankheo_sheets
from dankheo_sheets import notices
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.registration import Standing, Status
from dankheo_sheets.steps.collect import CLOSED, EXTENDED, FINAL, Collected, collect, deadline
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.workspace.base import Sheet

MASTER, FIGURES = "tong-hop.xlsx", "bao-cao.json"
FEEDBACK = "feedback"
"""Property on a sheet: checksum of the feedback it shows."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    figures: dict[str, Any]
    """The content of bao-cao.json."""
    read: int = 0
    told: int = 0
    """Units whose Phản hồi tab was rewritten."""
    changed: bool = True
    pending: tuple[str, ...] = ()
    """Units whose sheet changed and was not read."""

    @property
    def blocking(self) -> int:
        """How many findings must be mended, over all units."""
        return sum(
            finding["severity"] == "block"
            for unit in self.figures["units"]
            for finding in unit["findings"]
        )


def sync(
    job: Job,
    now: datetime,
    *,
    feedback: bool = True,
    track: Track = silently,
) -> Outcome:
    """Bring archive, feedback and results up to date with the sheets."""
    sheets = job.workspace.sheets()
    mark = fingerprint(job, sheets, now)
    if (last := last_figures(job)) and last["fingerprint"] == mark and (job.out / MASTER).exists():
        return Outcome(last, changed=False)
    collected = collect(job, sheets, now, track=track)
    told, silent = give_feedback(job, collected, track) if feedback else (0, [])
    figures = publish(job, collected, silent, mark)
    return Outcome(figures, collected.read, told)


def fingerprint(job: Job, sheets: Sequence[Sheet], now: datetime) -> str:
    """Return a checksum of all that the results depend on."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    state = [
        dankheo_sheets.__version__,
        job.campaign.model_dump_json(),
        [repr(unit) for unit in job.units],
        [[s.unit, s.id, s.version, s.duplicates] for s in sheets],
        [[s.properties.get(key, "") for key in (CLOSED, FINAL, EXTENDED)] for s in sheets],
        [now >= deadline(job, unit, by_unit.get(unit.code)) for unit in job.units],
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def last_figures(job: Job) -> dict[str, Any] | None:
    """Return the bao-cao.json of the last run, if there is a whole one."""
    try:
        figures = json.loads((job.out / FIGURES).read_bytes())
    except (OSError, ValueError):
        return None
    return figures if isinstance(figures, dict) and "fingerprint" in figures else None


def give_feedback(job: Job, collected: Collected, track: Track = silently) -> tuple[int, list[str]]:
    """Write the Phản hồi tab of each unit for which it changed.

    Returns how many were written, and a note for each that could not be.
    """
    told, silent = 0, []
    for unit in track(job.units, "Ghi phản hồi", len(job.units)):
        sheet = collected.sheets.get(unit.code)
        standing = collected.register.standings[unit.code]
        if sheet is None or standing.snapshot is None or unit.code in collected.unread:
            continue
        try:
            told += tell(job, sheet, standing)
        except WorkspaceError as error:
            silent.append(f"{unit.code}: {error.message}")
    return told, silent


def tell(job: Job, sheet: Sheet, standing: Standing) -> bool:
    """Write one unit's feedback if it differs from what its sheet shows; tell whether it did."""
    if standing.status is Status.UNTOUCHED and FEEDBACK not in sheet.properties:
        return False  # the sheet itself already says what to do; leave it as it was given out
    if sheet.duplicates:
        return False  # which of the files the unit will keep is not known yet
    message = notices.feedback(standing)
    mark = hashlib.sha256(json.dumps(asdict(message)).encode()).hexdigest()
    if sheet.properties.get(FEEDBACK) == mark:
        return False
    job.workspace.give_feedback(sheet, message)
    job.workspace.mark(sheet, **{FEEDBACK: mark})
    return True


def publish(
    job: Job,
    collected: Collected,
    silent: Sequence[str],
    mark: str,
    *,
    word: bool = False,
) -> dict[str, Any]:
    """Rebuild the results from what was collected; return the figures.

    The figures come last and carry `mark`, so an interrupted run is not taken for a whole one;
    a run that could not read or tell a unit carries none, so that the next one tries again.
    """
    from dankheo_sheets import register as registers
    from dankheo_sheets.outputs import master, master_xlsx

    register = collected.register
    figures: dict[str, Any] = registers.figures(register)
    figures["notes"] = [*collected.notes, *silent]
    figures["fingerprint"] = "" if collected.unread or silent else mark
    tables = master.tables(register)
    files = {MASTER: master_xlsx.workbook(register, tables)}
    if word:
        from dankheo_sheets.outputs.word.report import report

        files["bao-cao.docx"] = report(register)
    files[FIGURES] = json.dumps(figures, ensure_ascii=False, indent=1).encode()
    job.workspace.publish(tables, files)
    return figures
