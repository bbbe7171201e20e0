"""Forms: each unit's registration as a document to be printed and signed, out/bieu/<unit>.docx."""

from collections.abc import Mapping
from typing import Any

from dankheo_sheets.register import Register
from dankheo_sheets.registration import Status
from dankheo_sheets.standing import is_untouched
from dankheo_sheets.steps.job import Job

FOLDER = "bieu"
MARKS = "forms"
"""Where the figures keep a mark of what each unit's form was last made of."""


def write(job: Job, register: Register, last: Mapping[str, Any] | None) -> dict[str, str]:
    """Write the forms whose content changed since `last`, or whose file is gone; their marks.

    A unit that wrote nothing, or of which nothing is expected, has none.
    """
    from dankheo_sheets.outputs.word.unit_form import UnitForms

    before = (last or {}).get(MARKS, {})
    forms = UnitForms(register.campaign)
    marks = {}
    for unit in register.units:
        standing = register.standings[unit.code]
        written = standing.snapshot and not is_untouched(standing.registration)
        if not (written or unit.code in before) or standing.status is Status.EXCLUDED:
            continue
        name = f"{FOLDER}/{unit.code}.docx"
        marks[unit.code] = forms.checksum(unit, standing)
        if before.get(unit.code) != marks[unit.code] or not (job.out / name).exists():
            job.workspace.publish({name: forms.form(unit, standing)})
    return marks
