"""Floors: the least that any program has to do in place of a phase, timed in the same run.

A machine's speed drifts by two between runs, so a phase's seconds say little beside the ratio to
these. Each runs in one process of its own over the same campaign, right after its phase; what
it needs to know is prepared before the clock.
"""

import hashlib
import io
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks import campaign
from dankheo_sheets.form.layout import TAB_ENTRIES, TAB_FEEDBACK
from dankheo_sheets.form.ooxml import sheet_parts

_STRINGS = "xl/sharedStrings.xml"


def provision(directory: Path) -> float:
    """Time copying a prepared workbook's bytes for each unit, one part replaced, and writing it."""
    prepared = _workbooks(directory)[0].read_bytes()
    strings = _part(prepared, _STRINGS).decode()
    codes = [path.stem for path in _workbooks(directory)]
    out = _emptied(directory)
    first = codes[0]

    def step() -> None:
        for code in codes:
            part = strings.replace(first, code).encode()
            (out / f"{code}.xlsx").write_bytes(_replaced(prepared, _STRINGS, part))

    return _seconds(step)


def sync(directory: Path) -> float:
    """Time reading each table by calamine, hashing and keeping its bytes, and the master's cells.

    Those are the cells of the master that the sync has just made, written by plain XlsxWriter in
    constant memory: no formats, no charts.
    """
    paths, out = _workbooks(directory), _emptied(directory)
    tabs = _cells((directory / "out" / "tong-hop.xlsx").read_bytes())

    def step() -> None:
        for path in paths:
            data = path.read_bytes()
            with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
                table = workbook.get_sheet_by_name(TAB_ENTRIES).to_python(skip_empty_area=False)
            filled = [row for row in table[9:] if row[1]]
            if len(filled) != campaign.ENTRIES:
                raise RuntimeError(f"{path.name}: {len(filled)} of {campaign.ENTRIES} entries")
            (out / f"{hashlib.sha256(data).hexdigest()}.xlsx").write_bytes(data)
        with xlsxwriter.Workbook(str(out / "master.xlsx"), {"constant_memory": True}) as book:
            for name, rows in tabs.items():
                sheet = book.add_worksheet(name)
                for at, cells in enumerate(rows):
                    for column, value in enumerate(cells):
                        if isinstance(value, str):
                            sheet.write_string(at, column, value)
                        else:
                            sheet.write_number(at, column, value)

    return _seconds(step)


def feedback(directory: Path) -> float:
    """Time replacing one part, the Phản hồi tab, of each unit's bytes, and writing them."""
    paths, out = _workbooks(directory), _emptied(directory)
    told = paths[0].read_bytes()
    with zipfile.ZipFile(io.BytesIO(told)) as package:
        name = sheet_parts(package)[TAB_FEEDBACK]
    part = _part(told, name)

    def step() -> None:
        for path in paths:
            (out / path.name).write_bytes(_replaced(path.read_bytes(), name, part))

    return _seconds(step)


FLOORS: Mapping[str, Callable[[Path], float]] = {
    "provision_floor": provision,
    "sync_floor": sync,
    "feedback_floor": feedback,
}
"""By the name of the phase each stands beside."""


def _seconds(step: Callable[[], None]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def _workbooks(directory: Path) -> list[Path]:
    return sorted((directory / "workbooks").glob("*.xlsx"))


def _emptied(directory: Path) -> Path:
    out = directory / "floor"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return out


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def _replaced(data: bytes, name: str, content: bytes) -> bytes:
    """Return the package with one part replaced; the others are copied as they lie, compressed.

    The old part's bytes stay, out of the directory: taking them out would be more work.
    """
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.filelist.remove(package.NameToInfo.pop(name))
        package.writestr(name, content)
    return out.getvalue()


def _cells(master: bytes) -> Mapping[str, list[list[str | float]]]:
    """Return the cells of each tab, empty ones as "" like in the file itself."""
    with CalamineWorkbook.from_filelike(io.BytesIO(master)) as workbook:
        return {
            name: [
                [value if isinstance(value, str | int | float) else str(value) for value in row]
                for row in workbook.get_sheet_by_name(name).to_python()
            ]
            for name in workbook.sheet_names
        }
