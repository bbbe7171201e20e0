"""Provision: one sheet per unit, made from the template. Creates only what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Plan:
    """What provisioning will do."""

    create: tuple[Unit, ...]
    share: tuple[tuple[Sheet, tuple[str, ...]], ...]
    """Sheets whose editors differ from the roster's addresses."""


def plan(units: Sequence[Unit], sheets: Sequence[Sheet]) -> Plan:
    """Return what is missing. Pure."""
    existing = {sheet.unit: sheet for sheet in sheets}
    return Plan(
        create=tuple(unit for unit in units if unit.code not in existing),
        share=tuple(
            (sheet, unit.emails)
            for unit in units
            if (sheet := existing.get(unit.code))
            and sheet.editors is not None
            and set(sheet.editors) != set(unit.emails)
        ),
    )


def provision(job: Job, *, dry_run: bool = False, track: Track = silently) -> Plan:
    """Make and share the sheets that are missing; return what was (or would be) done."""
    todo = plan(job.units, job.workspace.sheets())
    if not dry_run:
        for unit in track(todo.create, "Phát biểu", len(todo.create)):
            sheet = job.workspace.create(unit)
            if sheet.editors is not None:
                job.workspace.share(sheet, unit.emails)
        for sheet, editors in todo.share:
            job.workspace.share(sheet, editors)
    return todo
