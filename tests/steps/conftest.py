"""A campaign in a folder, and units that fill in their workbooks at a time of their own."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dankheo_sheets.board.model import Board
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.vietnamese import moment
from tests.conftest import EXAMPLE

ENTRY = {
    "field": "Kinh tế", "name": "Mô hình mẫu", "collective": "x", "place": "Xã mẫu",
    "content": "Đất còn bỏ hoang nhiều; hội viên cùng nhau trồng rau; dự kiến 20 hộ có thu nhập.",
    "new": "x",
}  # fmt: skip
COVER = {"preparer": "Nguyễn Văn Mẫu", "phone": "0900000001", "confirmed": "x"}

Fill = Callable[..., Path]


def at(text: str) -> datetime:
    """Return a moment of April 2022 in Vietnam: "11 23:59"."""
    return datetime.fromisoformat(f"2022-04-{text.replace(' ', 'T')}:00+07:00")


@pytest.fixture(scope="session")
def _given_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("given-out")
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, directory / name)
    provision(load_context(directory), now=at("05 08:00"))
    return directory


@pytest.fixture
def job(_given_out: Path, tmp_path: Path) -> Context:
    """Return the example campaign, its workbooks given out."""
    shutil.copytree(_given_out, tmp_path, dirs_exist_ok=True)
    return load_context(tmp_path)


def filled(
    path: Path, entries: Sequence[Mapping[str, str]], cover: Mapping[str, str], at: datetime
) -> None:
    """Do as `fill` does; of what was filled in before in the same way, the bytes are known."""
    before = path.read_bytes()
    said = tuple(tuple(entry.items()) for entry in entries), tuple(cover.items())
    if (before, said) not in _FILLED:
        fill(path, entries, cover, at)
        _FILLED[before, said] = path.read_bytes()
    path.write_bytes(_FILLED[before, said])
    os.utime(path, (at.timestamp(), at.timestamp()))


_FILLED: dict[tuple[bytes, object], bytes] = {}


@pytest.fixture
def fill_in(job: Context) -> Fill:
    """Let a unit fill in its workbook and save it."""

    def fill_in(
        unit: str,
        when: str,
        entries: Sequence[Mapping[str, str]] = (ENTRY,),
        cover: Mapping[str, str] = COVER,
    ) -> Path:
        path = job.directory / "workbooks" / f"{unit}.xlsx"
        filled(path, entries, cover, at(when))
        return path

    return fill_in


def opened(path: Path, zone: ZoneInfo) -> str:
    """Let a person have a workbook open in Excel; return since when, as it is said."""
    lock = path.with_name(f"~${path.name}")
    lock.touch()
    return moment(datetime.fromtimestamp(lock.stat().st_mtime, zone))


def everything(directory: Path) -> dict[str, tuple[int, int, str]]:
    """Return each file with its inode, time and checksum: equal only if nothing was written."""
    return {
        str(path.relative_to(directory)): (
            (status := path.stat()).st_ino,
            status.st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def unit_of(figures: Board | Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return one unit's part of the board, as bao-cao.json has it."""
    figures = figures.model_dump(mode="json") if isinstance(figures, Board) else figures
    found: dict[str, Any] = next(unit for unit in figures["units"] if unit["unit"] == code)
    return found
