"""What a unit handed in (.xlsx bytes) → :class:`Registration`; never an exception.

A file that cannot be used yields one finding on the whole file; cells that calamine would
silently read as blank (errors, formulas without a value: reference/measurements.md §4.1, §4.2),
and rows that look as if they did not count, are looked for in the tab's XML.
"""

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from dankheo_sheets import registration, vietnamese
from dankheo_sheets.declaration import (
    bundled,
    consistency,
    derived,
    evaluation,
    expressions,
    formulas,
    load,
    model,
    printed,
    sheet_text,
    typed,
)
from dankheo_sheets.form import (
    appearance,
    cell_findings,
    checks,
    judged,
    layout,
    odd_cells,
    ooxml,
    opening,
    table,
)
from dankheo_sheets.form.appearance import Styles, formatted_cells
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import BROKEN, sheet_parts
from dankheo_sheets.form.opening import Unusable
from dankheo_sheets.form.table import Table
from dankheo_sheets.registration import Finding, Registration, Scope, Severity

_UNREADABLE: tuple[type[Exception], ...] = (CalamineError, *BROKEN)


def read(data: bytes, form: Form, unit: str) -> Registration:
    """Return the registration of `unit`; what was wrong with the file is in its `problems`."""
    try:
        return _read(data, form, unit)
    except Unusable as unusable:
        return Registration(unit, problems=(unusable.finding,))


SOURCES = (
    appearance, bundled, cell_findings, checks, consistency, derived, evaluation, expressions,
    formulas, judged, layout, load, model, odd_cells, ooxml, opening, printed, registration,
    sheet_text, sys.modules[__name__], table, typed, vietnamese,
)  # fmt: skip
"""The modules that decide what is read of a file."""
LIBRARIES = ("lxml", "python-calamine")


@cache
def version(campaign_id: str) -> str:
    """Return what a registration depends on besides its bytes: the campaign, and this code."""
    read = [Path(module.__file__ or "").read_bytes() for module in SOURCES]
    read += [path.read_bytes() for path in bundled.files()]
    read += [f"{name} {metadata.version(name)}".encode() for name in LIBRARIES]
    return f"{campaign_id}:{hashlib.sha256(b''.join(read)).hexdigest()[:16]}"


def identity_of(data: bytes) -> tuple[str, str] | None:
    """Return (campaign id, unit code) the workbook says it is of, or None."""
    try:
        with (
            opening.opened(data) as archive,
            CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook,
        ):
            identity = _identity(workbook, archive, sheet_parts(archive))
    except Unusable:
        return None
    except _UNREADABLE:
        return None
    return (identity.get("campaign", ""), identity.get("unit", "")) if identity else None


def _read(data: bytes, form: Form, unit: str) -> Registration:
    archive = opening.opened(data)
    try:
        light = opening.without_empty_rows(data, archive)
        if light is not data:
            archive = zipfile.ZipFile(io.BytesIO(light))
        return _taken(light, archive, form, unit)
    except _UNREADABLE as error:
        raise Unusable(
            "unreadable", "Tệp bị hỏng, không đọc được: mở bằng Excel, lưu lại thành .xlsx."
        ) from error


def _taken(data: bytes, archive: zipfile.ZipFile, form: Form, unit: str) -> Registration:
    parts = sheet_parts(archive)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        problems = list(_check_identity(_identity(workbook, archive, parts), form, unit))
        found, others = table.find_table(workbook, archive, parts, form)
        problems += others
    cover, cover_cells = table.cover(found, form)
    letters = found.letters
    columns = {*letters.values(), *(cell.column for cell in cover_cells.values())}
    odd = odd_cells.odd_cells(found.xml, columns)
    looks = _Looks(archive, found)
    entries = tuple(table.entries(found, form, odd, lambda *at: at in looks.percent))
    taken = Registration(
        unit,
        entries,
        cover,
        found.tab,
        letters,
        cover_cells,
        first_row=table.first_row(found, form),
    )
    problems += cell_findings.cell_findings(taken, found, form, odd, lambda: looks.struck)
    return replace(taken, problems=tuple(problems))


class _Looks:
    """The formats of the table's cells, of which the file is asked only when they matter."""

    def __init__(self, archive: zipfile.ZipFile, found: Table) -> None:
        self._archive, self._table = archive, found

    @cached_property
    def _styles(self) -> Styles:
        name = "xl/styles.xml"
        return Styles(self._archive.read(name) if name in self._archive.namelist() else b"")

    @cached_property
    def percent(self) -> frozenset[tuple[int, int]]:
        """The cells, 0-based, that show a percentage."""
        return formatted_cells(self._table.xml, self._styles.percent())

    @cached_property
    def struck(self) -> frozenset[tuple[int, int]]:
        """The cells, 0-based, that are struck out."""
        return formatted_cells(self._table.xml, self._styles.struck())


# --- whose workbook is it -------------------------------------------------------------


def _identity(
    workbook: CalamineWorkbook, archive: zipfile.ZipFile, parts: Mapping[str, str]
) -> Mapping[str, str]:
    if layout.TAB_IDENTITY not in parts:
        return {}
    xml = archive.read(parts[layout.TAB_IDENTITY])
    rows = table.grid_of(workbook, layout.TAB_IDENTITY, xml)
    return {
        vietnamese.visible(str(row[0])): vietnamese.nfc(vietnamese.visible(table.text_of(row[1])))
        for row in rows
        if len(row) > 1 and row[0]
    }


def _check_identity(identity: Mapping[str, str], form: Form, unit: str) -> Iterator[Finding]:
    """Yield a note where the hidden tab is gone; raise where it names something else."""
    if not identity:
        yield Finding(
            "no-identity", Severity.WARN, Scope.FILE,
            "Tệp không còn trang ẩn của mẫu đã phát: được nhận theo tên tệp.",
        )  # fmt: skip
        return
    for key, expected, code, message in (
        ("campaign", form.campaign.id, "wrong-campaign", "Biểu của đợt khác (“{found}”)"),
        (
            "version",
            form.declaration.version,
            "wrong-version",
            "Mẫu cũ hoặc mẫu khác (bản “{found}”)",
        ),
        ("unit", unit, "wrong-unit", "Biểu của đơn vị khác (mã “{found}”)"),
    ):
        found = identity.get(key, "")
        same_unit = key == "unit" and form.code_now(found) == form.code_now(unit)
        if found != expected and not same_unit:
            what = message.format(found=found)
            raise Unusable(code, f"{what}: ghi vào đúng tệp đã phát cho đơn vị.")
