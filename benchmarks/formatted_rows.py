"""Measure one `dankheo check` of a workbook with many formatted empty rows, in its own process.

Somebody coloured whole columns, or deleted what had been pasted: the rows are there and empty.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure

ROWS = 120_000
"""A 2 MB file whose tab is 24 MB of XML; people's tools write up to 1,048,576."""
_FIRST, _COLUMNS = 200, "ABCDEFGH"


def make(directory: Path) -> None:
    """Add the rows below the table of the first unit's workbook of the campaign there."""
    import zipfile

    from dankheo_sheets.form.layout import TAB_ENTRIES
    from dankheo_sheets.form.ooxml import replace_parts, sheet_parts

    path = workbook(directory)
    with zipfile.ZipFile(path) as package:
        name = sheet_parts(package)[TAB_ENTRIES]
        head, tail = package.read(name).split(b"</sheetData>")
    path.write_bytes(
        replace_parts(path.read_bytes(), {name: [head, *_rows(), b"</sheetData>", tail]})
    )


def _rows() -> Iterator[bytes]:
    for row in range(_FIRST, _FIRST + ROWS):
        cells = "".join(f'<c r="{column}{row}" s="1"/>' for column in _COLUMNS)
        yield f'<row r="{row}" s="1" customFormat="1">{cells}</row>'.encode()


def workbook(directory: Path) -> Path:
    """Return the workbook that gets the rows: that of the campaign's only unit."""
    (path,) = (directory / "workbooks").glob("*.xlsx")
    return path


def measures(directory: Path) -> Iterator[Measure]:
    """Yield memory and time of checking it; the smallest seconds of three: noise only adds."""
    command = [str(Path(sys.executable).with_name("dankheo")), "check", str(workbook(directory))]
    command += ["-C", str(directory)]
    runs = [_run(command) for _ in range(3)]
    remark = f"dankheo check, {ROWS} dòng trống có định dạng"
    yield Measure("check_formatted_rows_mb", max(mb for mb, _ in runs), "MB", 150, remark=remark)
    yield Measure("check_formatted_rows_seconds", min(seconds for _, seconds in runs), "s")


def _run(command: list[str]) -> tuple[float, float]:
    """Return peak memory in MB (10^6 bytes) and seconds of a command that finds nothing wrong.

    Its own, whatever other children had: ru_maxrss is in KiB on Linux.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"dankheo check ended with {process.returncode}")
    return usage.ru_maxrss * 1024 / 1e6, seconds
