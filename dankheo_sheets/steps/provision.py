"""Provision: one sheet per unit, made from the template. Creates only what is missing."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from dankheo_sheets.roster import Unit
from dankheo_sheets.standing import is_untouched
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Plan:
    """What provisioning will do."""

    create: tuple[Unit, ...]
    lost: tuple[Unit, ...]
    """Units whose sheet is gone though something was read of it: a blank one would hide that."""
    share: tuple[tuple[Sheet, tuple[str, ...]], ...]
    """Sheets whose editors differ from the roster's addresses."""


def plan(units: Sequence[Unit], sheets: Sequence[Sheet], filled: Set[str] = frozenset()) -> Plan:
    """Return what is missing; `filled` are units whose sheet was seen filled in. Pure."""
    existing = {sheet.unit: sheet for sheet in sheets}
    missing = [unit for unit in units if unit.code not in existing]
    return Plan(
        create=tuple(unit for unit in missing if unit.code not in filled),
        lost=tuple(unit for unit in missing if unit.code in filled),
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
    sheets = job.workspace.sheets()
    existing = {sheet.unit for sheet in sheets}
    filled = {
        unit.code
        for unit in job.units
        if unit.code not in existing
        and not all(is_untouched(r.registration) for r in job.archive.receipts(unit.code)[0])
    }
    todo = plan(job.units, sheets, filled)
    if not dry_run:
        for unit in track(todo.create, "Phát biểu", len(todo.create)):
            sheet = job.workspace.create(unit)
            if sheet.editors is not None:
                job.workspace.share(sheet, unit.emails)
        for sheet, editors in todo.share:
            job.workspace.share(sheet, editors)
    return todo
