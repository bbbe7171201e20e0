"""Versions of a document: the same content keeps its number, another gets the next one.

``out/cong-van.docx`` is the newest; ``out/phien-ban/`` keeps every version as it was made, with
a list of what it changed. Nothing there is ever overwritten, and neither is what a person typed
into the newest: it is put aside first (docs/adr/0011).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from dankheo_sheets import files, vietnamese

FOLDER = "phien-ban"
_NUMBERED = re.compile(r"(.+)-([1-9]\d*)")


@dataclass(frozen=True)
class Version:
    """A document as it is to be, beside what there is."""

    path: Path
    """Of the newest."""
    data: bytes
    number: int
    """Of the newest version; 0 for a draft before the first."""
    new: bool
    """Its content has no version yet, and is to have one."""
    same: bool
    """Its content is what was last made."""
    changes: tuple[str, ...] = ()
    """Since the version before; none for the first."""
    edited: bytes | None = None
    """What a person made of the newest by hand."""

    @property
    def kept(self) -> Path:
        """Where this version stays as it is."""
        return _kept(self.path, self.number)

    @property
    def aside(self) -> Path:
        """Where what a person typed is put when another content comes."""
        mark = digest(self.edited or b"")[:8]
        return self.path.parent / FOLDER / f"{self.path.stem}-sua-tay-{mark}{self.path.suffix}"


class Versions:
    """The versions of the documents in one folder, listed once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[str, set[int]] = {}
        shelf = folder / FOLDER
        with files.translated(shelf):
            for each in shelf.iterdir() if shelf.is_dir() else ():
                if match := _NUMBERED.fullmatch(each.stem):
                    self._numbers.setdefault(match[1] + each.suffix, set()).add(int(match[2]))

    def plan(self, name: str, data: bytes, *, draft: bool = False, made: str = "") -> Version:
        """Return which version `data` is of the document `name`. Writes nothing.

        A `draft` is none. `made` is the :func:`digest` of what was last made, where that is
        remembered: a draft leaves nothing else to tell it by from what a person typed.
        """
        from dankheo_sheets.outputs.word.changes import changes

        path = self._folder / name
        numbers = self._numbers.get(name, set())
        last = max(numbers, default=0)
        versions = {number: _read(_kept(path, number)) for number in numbers}
        newest, before = _read(path), versions.get(last)
        ours = newest in (None, data, *versions.values()) or digest(newest or b"") == made
        new = not draft and before != data
        return Version(
            path,
            data,
            number=last + new,
            new=new,
            same=digest(data) == made if made else before == data,
            changes=tuple(changes(before, data)) if new and before is not None else (),
            edited=None if ours else newest,
        )

    def apply(self, version: Version, now: datetime) -> None:
        """Write it: the list of changes first, the version, then the newest.

        Where nothing is new, what a person typed into the newest stays there. `now` is in the
        zone to be shown.
        """
        if version.edited is not None:
            if version.same:
                return
            files.write_if_changed(version.aside, version.edited)
        if version.new:
            files.write(version.kept.with_suffix(".txt"), _told(version, now).encode())
            files.write(version.kept, version.data, mode=0o444)
            self._numbers.setdefault(version.path.name, set()).add(version.number)
        files.write_if_changed(version.path, version.data)

    def newest(self, name: str) -> Mapping[str, bytes]:
        """Return the files of the newest version, by name: the document, and what it changed."""
        kept = _kept(self._folder / name, max(self._numbers[name]))
        found = ((each.name, _read(each)) for each in (kept, kept.with_suffix(".txt")))
        return {each: data for each, data in found if data is not None}

    def recall(self, name: str, kept: Callable[[str], bytes | None]) -> None:
        """Fetch the versions that another machine made and this one has not."""
        path, numbers = self._folder / name, self._numbers.setdefault(name, set())
        for number in count(1):
            one = _kept(path, number)
            if number in numbers:
                continue
            if (data := kept(one.name)) is None:
                return
            files.write(one, data, mode=0o444)
            numbers.add(number)


def digest(data: bytes) -> str:
    """Return a short checksum of a document's content."""
    return hashlib.sha256(data).hexdigest()[:16]


def _kept(path: Path, number: int) -> Path:
    return path.parent / FOLDER / f"{path.stem}-{number}{path.suffix}"


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
