"""Versions of a document: the same content keeps its number, another gets the next one.

``out/cong-van.docx`` is the newest; ``out/phien-ban/`` keeps every version as it was made, with
a list of what it changed. Nothing there is ever overwritten, and neither is what a person typed
into the newest: it is put aside first.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dankheo_sheets import files, vietnamese

FOLDER = "phien-ban"


@dataclass(frozen=True)
class Version:
    """A document as it is to be, beside what there is."""

    path: Path
    """Of the newest."""
    data: bytes
    number: int
    new: bool
    """Its content has no version yet."""
    changes: tuple[str, ...] = ()
    """Since the version before; none for the first."""
    edited: bytes | None = None
    """What a person made of the newest by hand."""

    @property
    def kept(self) -> Path:
        """Where this version stays as it is."""
        return self._beside(str(self.number))

    @property
    def aside(self) -> Path:
        """Where what a person typed is put when a new version comes."""
        return self._beside(f"sua-tay-{hashlib.sha256(self.edited or b'').hexdigest()[:8]}")

    def _beside(self, mark: str) -> Path:
        return self.path.parent / FOLDER / f"{self.path.stem}-{mark}{self.path.suffix}"


def plan(path: Path, data: bytes) -> Version:
    """Return which version `data` is of the document at `path`. Writes nothing."""
    from dankheo_sheets.outputs.word.changes import changes

    versions = _versions(path)
    newest = _read(path)
    edited = newest if newest is not None and newest not in (data, *versions.values()) else None
    last = max(versions, default=0)
    if last and versions[last] == data:
        return Version(path, data, last, False, edited=edited)
    told = changes(versions[last], data) if last else []
    return Version(path, data, last + 1, True, tuple(told), edited)


def apply(version: Version, now: datetime) -> None:
    """Write it: the list of changes first, the version, then the newest.

    Where nothing is new, what a person typed into the newest stays there. `now` is in the zone
    to be shown.
    """
    if version.edited is not None:
        if not version.new:
            return
        files.write_if_changed(version.aside, version.edited)
    if version.new:
        told = _told(version, now).encode()
        files.write(version.kept.with_suffix(".txt"), told)
        files.write(version.kept, version.data, mode=0o444)
    files.write_if_changed(version.path, version.data)


def _versions(path: Path) -> dict[int, bytes]:
    found = {}
    pattern = re.compile(rf"{re.escape(path.stem)}-(\d+){re.escape(path.suffix)}")
    folder = path.parent / FOLDER
    with files.translated(folder):
        for each in folder.iterdir() if folder.is_dir() else ():
            if match := pattern.fullmatch(each.name):
                found[int(match[1])] = each.read_bytes()
    return found


def _read(path: Path) -> bytes | None:
    with files.translated(path):
        return path.read_bytes() if path.exists() else None


def _told(version: Version, now: datetime) -> str:
    lines = [
        f"{version.path.name}, phiên bản {version.number}",
        f"Lập {vietnamese.moment(now)}",
        f"SHA-256 {hashlib.sha256(version.data).hexdigest()}",
    ]
    if version.number > 1:
        lines += ["", f"Thay đổi so với phiên bản {version.number - 1}:"]
        lines += [f"- {change}" for change in version.changes]
    return "\n".join(lines) + "\n"
