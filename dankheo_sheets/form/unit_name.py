"""A unit's new name in a workbook that was issued already: one cell, and nothing else."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from python_calamine import CalamineError, CalamineWorkbook

from dankheo_sheets import vietnamese
from dankheo_sheets.form import layout
from dankheo_sheets.form.ooxml import BROKEN, replace_parts, sheet_parts

_UNREADABLE: tuple[type[Exception], ...] = (CalamineError, *BROKEN)
_CELL = f"A{layout.UNIT_ROW}"
_WRITTEN = re.compile(
    rf'<(?P<x>(?:\w+:)?)c r="{_CELL}"(?P<style>(?: s="\d+")?)[^<>]*?(?:/>|>.*?</(?P=x)c>)'.encode(),
    re.DOTALL,
)


class NotRenamed(Exception):
    """The workbook does not show the name it was issued with where it was issued with it."""


def shown(name: str) -> str:
    """Return a name as the workbook shows it."""
    return vietnamese.clean(name.upper())


def renamed(data: bytes, old: str, new: str) -> bytes:
    """Return the workbook with `new` where it shows the name `old`, all else the same bytes.

    Raises :class:`NotRenamed`.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            rows = workbook.get_sheet_by_name(layout.TAB_ENTRIES).to_python(nrows=1)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = sheet_parts(archive)[layout.TAB_ENTRIES]
            xml = archive.read(part)
    except _UNREADABLE as error:
        raise NotRenamed from error
    cell = _WRITTEN.search(xml)
    if cell is None or not rows or rows[0][:1] != [shown(old)]:
        raise NotRenamed
    prefix, style = cell["x"].decode(), cell["style"].decode()
    text = escape(shown(new))
    written = (
        f'<{prefix}c r="{_CELL}"{style} t="inlineStr"><{prefix}is><{prefix}t>{text}'
        f"</{prefix}t></{prefix}is></{prefix}c>"
    )
    changed = xml[: cell.start()] + written.encode() + xml[cell.end() :]
    return replace_parts(data, {part: changed})
