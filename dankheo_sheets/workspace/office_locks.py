"""The files that say a workbook is open: since when, and whose they are.

Excel lays ``~$NAME`` beside the workbook NAME, LibreOffice ``.~lock.NAME#``, WPS ``.~NAME``. What
is in them was read out of LibreOffice's own code for both (svl/source/misc), which knows
Microsoft's by trial; nothing says what WPS writes, so its file is read as Microsoft's.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dankheo_sheets import vietnamese
from dankheo_sheets.workspace.file_kinds import FileKind, kind_of

LEFT_BEHIND = timedelta(days=3)
"""The age from which a lock file is taken for one that a crash, or a machine switched off, left
there. A workbook may well stay open from Friday to Monday. Where one is open longer all the same,
its program saves over what was written into it: feedback is lost and given again, nothing typed.
"""
_LARGEST = 4096
"""Bytes of a lock file that are read; Microsoft's have 165."""
_LONGEST_NAME = 52
"""Characters of a name in Microsoft's."""


@dataclass(frozen=True)
class OfficeLock:
    """A file that says a workbook is open."""

    path: Path
    since: datetime
    """In UTC."""
    holder: str
    """Who has it open, as the program knows them; "" where it does not say."""

    def is_left_behind(self, now: datetime) -> bool:
        """Tell whether it is too old to be believed."""
        return now - self.since >= LEFT_BEHIND


def lock_of(path: Path) -> OfficeLock | None:
    """Return the newest lock of a workbook, also where that is a link. Raises OSError."""
    places = {path, path.resolve()} if path.is_symlink() else {path}
    found = (lock for place in places for name in _names(place.name)
             if (lock := read_lock(place.with_name(name))))  # fmt: skip
    return max(found, key=lambda lock: lock.since, default=None)


def read_lock(path: Path) -> OfficeLock | None:
    """Return what a lock file says; None where there is none. Raises OSError."""
    try:
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    return OfficeLock(path, since, _holder(path))


def left_behind(directory: Path, now: datetime) -> list[OfficeLock]:
    """Return the locks in a directory that are too old to be believed. Raises OSError."""
    if not directory.is_dir():
        return []
    paths = (path for path in sorted(directory.iterdir()) if kind_of(path.name) is FileKind.LOCK)
    return [lock for path in paths if (lock := read_lock(path)) and lock.is_left_behind(now)]


def _names(name: str) -> Iterator[str]:
    """Yield what a workbook's lock may be called, as each machine spells it.

    Excel keeps the whole name; it is Word that drops its first letters.
    """
    for spelling in {name, vietnamese.nfc(name), unicodedata.normalize("NFD", name)}:
        yield from (f"~${spelling}", f".~lock.{spelling}#", f".~{spelling}")


def _holder(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:  # Excel keeps its own from being read on Windows
        return ""
    name = _libreoffices(data) if path.name.startswith(".~lock.") else _microsofts(data)
    return vietnamese.nfc(" ".join(vietnamese.clean(name).split()))


def _microsofts(data: bytes) -> str:
    """Return the name: its length in a byte and itself in 8 bits, from byte 55 on in 16."""
    size = int.from_bytes(data[55:57], "little")
    wide = data[57 : 57 + 2 * size]
    if 0 < size <= _LONGEST_NAME and len(wide) == 2 * size:
        return wide.decode("utf-16-le", errors="replace")
    return data[1 : 1 + data[0]].decode("ascii", errors="replace") if data else ""


def _libreoffices(data: bytes) -> str:
    """Return the first of its values that is a name: the person's, else the account's."""
    values = re.findall(r"(?s)((?:\\.|[^\\,;])*)[,;]", data.decode("utf-8", errors="replace"))
    names = (re.sub(r"(?s)\\(.)", r"\1", value) for value in values[:2])
    return next((name for name in names if name.strip()), "")
