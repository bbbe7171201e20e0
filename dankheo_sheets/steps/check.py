"""Check: judge one file as if it had come back; write nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dankheo_sheets import campaign as campaigns
from dankheo_sheets import files, roster
from dankheo_sheets.archive import taken
from dankheo_sheets.errors import UsageError
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Finding
from dankheo_sheets.standing import Return
from dankheo_sheets.standing import check as judged
from dankheo_sheets.steps import circumstances
from dankheo_sheets.steps.case import Case
from dankheo_sheets.steps.job import load_job


def check(directory: Path, file: Path) -> list[Finding]:
    """Return what is to be said of a file, with the campaign's form and roster.

    Where its unit is closed by another return, that too, if what was closed is on this machine.
    Raises :class:`UsageError` where there is no such file, and SettingsError.
    """
    campaign, units = campaigns.load(directory)
    if not file.is_file():
        raise UsageError(f"{file}: không có tệp này", "ghi đường dẫn đến một tệp .xlsx")
    form, data = Form(campaign, units), files.read(file)
    identity = reader.identity_of(data)
    unit = roster.find(units, file.stem) or (roster.find(units, identity[1]) if identity else None)
    code = unit.code if unit else identity[1] if identity else file.stem
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    snapshot = taken(code, data, version="", modified_at=at, now=at)
    read = judged(snapshot, reader.read(data, form, code), form)
    later = _against_what_was_closed(directory, read) if campaign.workspace == "folder" else ()
    return [*later, *read.findings]


def _against_what_was_closed(directory: Path, read: Return) -> Iterator[Finding]:
    job = load_job(directory)
    unit = job.unit(read.snapshot.unit)
    sheet = next((s for s in job.workspace.sheets() if unit and s.unit == unit.code), None)
    if unit and sheet and Case(job, unit, sheet).closed_differently(read):
        yield circumstances.differs(unit, read, job.campaign.zone)
