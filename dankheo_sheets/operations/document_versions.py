"""Versions of documents: the same content keeps its number, another gets the next one.

``out/cong-van.docx`` is the newest; ``out/phien-ban/`` keeps every version as it was made, with
a list of what it changed; ``out/van-ban.json`` remembers what was made. No version is ever
overwritten, and neither is what a person typed into the newest: it is put aside first
(docs/adr/0011).
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dankheo_sheets import files, vietnamese

FOLDER = "phien-ban"
LEDGER = "van-ban.json"
_NUMBERED = re.compile(r"(.+)-([1-9]\d*)")


@dataclass(frozen=True)
class Made:
    """What is remembered of a document."""

    made: tuple[str, ...] = ()
    """:func:`digest` of what was last made, the one before it first: a run may have died between
    writing this and writing that."""
    number: int = 0
    """The highest that was given."""
    issued: str = ""
    """Digest of that version."""


@dataclass(frozen=True)
class Version:
    """A document as it is to be, beside what there is."""

    path: Path
    """Of the newest."""
    data: bytes
    number: int
    """Of the newest version; 0 for a draft before the first."""
    draft: bool
    new: bool
    """Its content has no version yet, and is to have one."""
    same: bool
    """Its content is what was last made."""
    settled: bool
    """All is as it is to be: there is nothing to write."""
    changes: tuple[str, ...] = ()
    """Since the version before; none for the first."""
    edited: bytes | None = None
    """What a person made of the newest by hand."""
    lost: bytes | None = None
    """The last version, where it is on the shelf no more but still to be had."""
    before: Made = field(default_factory=Made)

    @property
    def kept(self) -> Path:
        """Where this version stays as it is."""
        return _kept(self.path, self.number)

    @property
    def aside(self) -> Path:
        """Where what a person typed is put when another content comes."""
        return _aside(self.path, self.edited or b"")

    @property
    def after(self) -> Made:
        """What is to be remembered, before anything is written."""
        now, last = digest(self.data), self.before.made[-1:]
        made = (now,) if last in ((), (now,)) else (*last, now)
        issued = digest(self.data) if self.new else self.before.issued
        return Made(made, max(self.number, self.before.number), issued)


class Versions:
    """The documents under ``out/``, by their names there, and their versions."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._names: dict[Path, files.Names] = {}
        self._shelves: dict[Path, dict[str, dict[int, Path]]] = {}
        self._ledger = _ledger(out / LEDGER)

    @property
    def names(self) -> Iterable[str]:
        """The documents that were ever made."""
        return tuple(self._ledger)

    def plan(self, name: str, data: bytes, *, draft: bool = False) -> Version:
        """Return which version `data` is of the document `name`. A `draft` is none.

        Writes nothing.
        """
        path, known, on_shelf = self._path(name), self._known(name), self._shelf(name)
        newest, last = _read(path), max([*on_shelf, known.number])
        mark = digest(data)
        issued = digest(_read(on_shelf[last]) or b"") if last in on_shelf else known.issued
        missing = last > 0 and last not in on_shelf  # deleted, or a run died before it wrote it
        new = not draft and (missing or issued != mark)
        lost = newest if missing and newest and digest(newest) == issued != mark else None
        return Version(
            path,
            data,
            number=last + (new and issued != mark),
            draft=draft,
            new=new,
            same=known.made[-1:] == (mark,) if known.made else issued == mark,
            settled=newest == data and not new and not lost,
            changes=self._changes(name, data, lost) if new else (),
            edited=None if newest == data else self._edited(name, newest),
            lost=lost,
            before=known,
        )

    def write(self, versions: Mapping[str, Version], now: datetime) -> None:
        """Write them, by name; what will be made is written down before any of it is.

        `now` is in the zone to be shown.
        """
        self._ledger |= {name: version.after for name, version in versions.items()}
        told = _LEDGER.dump_json(dict(sorted(self._ledger.items())), indent=1)
        files.write_if_changed(self._out / LEDGER, told)
        for name, version in versions.items():
            self._write(name, version, now)

    def _write(self, name: str, version: Version, now: datetime) -> None:
        """Write the list of changes first, the version, then the newest.

        Where nothing is new, what a person typed into the newest stays there.
        """
        if version.lost is not None:
            kept = _kept(version.path, version.before.number)
            files.write(kept, version.lost, mode=0o444, new=True)
        if version.edited is not None and not version.same:
            files.write_if_changed(version.aside, version.edited)
        if version.new:
            files.write(version.kept.with_suffix(".txt"), _told(version, now).encode())
            files.write(version.kept, version.data, mode=0o444, new=True)
            self._shelf(name)[version.number] = version.kept
        if version.edited is None or not version.same:
            files.write_if_changed(version.path, version.data)

    def retire(self, name: str) -> None:
        """Take the newest away: it counts no more. Its versions stay, and what a person typed."""
        path = self._path(name)
        if (newest := _read(path)) is None:
            return
        if edited := self._edited(name, newest):
            files.write_if_changed(_aside(path, edited), edited)
        with files.translated(path):
            path.unlink()

    def kept(self, name: str) -> Mapping[str, bytes]:
        """Return all versions by their files' names, each with what it changed."""
        found = {}
        for path in self._shelf(name).values():
            for each in (path, path.with_suffix(".txt")):
                if (data := _read(each)) is not None:
                    found[each.name] = data
        return found

    def recall(
        self, name: str, there: Mapping[str, str], fetch: Callable[[str], bytes | None]
    ) -> None:
        """Bring the shelf together with what other machines kept: `there`, names and digests.

        A version of ours whose number another one has there takes the next free number. What
        comes and is not what was kept is left for another run.
        """
        path, ours = self._path(name), self._shelf(name)
        theirs = {number: each for each in there if (number := _number(each, path))}
        for number in sorted(theirs.keys() & ours.keys()):
            if digest(_read(ours[number]) or b"") != there[theirs[number]]:
                free = max([*ours, *theirs]) + 1
                ours[free] = _move(ours.pop(number), _kept(path, free))
        for number in sorted(theirs.keys() - ours.keys()):
            one = _kept(path, number)
            for each, mode in ((one.with_suffix(".txt"), 0o644), (one, 0o444)):
                kept = there.get(each.name)
                data = fetch(each.name) if kept is not None else None
                if data is not None and digest(data) == kept:
                    files.write(each, data, mode=mode)
            ours[number] = one

    def _path(self, name: str) -> Path:
        """Return where a document is, or is to be, however a machine spelled its name."""
        path = self._out / name
        names = self._names.setdefault(path.parent, files.Names(path.parent))
        with files.translated(path.parent):
            return names.path(path.name)

    def _known(self, name: str) -> Made:
        return self._ledger.get(name, Made())

    def _shelf(self, name: str) -> dict[int, Path]:
        """Return where the document's versions are, by number."""
        path = self._path(name)
        folder = path.parent / FOLDER
        if folder not in self._shelves:
            found: dict[str, dict[int, Path]] = {}
            with files.translated(folder):
                for each in folder.iterdir() if folder.is_dir() else ():
                    if match := _NUMBERED.fullmatch(vietnamese.nfc(each.stem)):
                        found.setdefault(match[1] + each.suffix, {})[int(match[2])] = each
            self._shelves[folder] = found
        return self._shelves[folder].setdefault(vietnamese.nfc(path.name), {})

    def _changes(self, name: str, data: bytes, lost: bytes | None) -> tuple[str, ...]:
        from dankheo_sheets.outputs.word.changes import changes

        on_shelf = self._shelf(name)
        before = lost or (_read(on_shelf[max(on_shelf)]) if on_shelf else None)
        return tuple(changes(before, data)) if before is not None else ()

    def _edited(self, name: str, newest: bytes | None) -> bytes | None:
        """Return the newest, where it is nothing that was made here."""
        if newest is None or digest(newest) in self._known(name).made:
            return None
        versions = (_read(each) for each in self._shelf(name).values())
        return None if newest in versions else newest


def digest(data: bytes) -> str:
    """Return a short checksum of a document's content."""
    return hashlib.sha256(data).hexdigest()[:16]


_LEDGER = TypeAdapter(dict[str, Made])


def _ledger(path: Path) -> dict[str, Made]:
    """Return what was made; where that is damaged, nothing is known to be ours."""
    try:
        return _LEDGER.validate_json(_read(path) or b"{}")
    except ValidationError:
        return {}


def _kept(path: Path, number: int) -> Path:
    return path.parent / FOLDER / f"{path.stem}-{number}{path.suffix}"


def _aside(path: Path, typed: bytes) -> Path:
    mark = digest(typed)[:8]
    return path.parent / FOLDER / f"{path.stem}-sua-tay-{mark}{path.suffix}"


def _number(name: str, path: Path) -> int:
    """Return which version of `path` a file of that name is; 0 if none."""
    match = _NUMBERED.fullmatch(Path(name).stem)
    return int(match[2]) if match and match[1] + Path(name).suffix == path.name else 0


def _move(path: Path, to: Path) -> Path:
    with files.translated(path):
        for old, new in ((path.with_suffix(".txt"), to.with_suffix(".txt")), (path, to)):
            if old.exists():
                old.rename(new)
    return to


def _read(path: Path) -> bytes | None:
    with files.translated(path):
        return path.read_bytes() if path.exists() else None


def _told(version: Version, now: datetime) -> str:
    lines = [
        f"{version.path.name}, phiên bản {version.number}",
        f"Lập {vietnamese.moment(now)}",
        f"SHA-256 {hashlib.sha256(version.data).hexdigest()}",
    ]
    if version.changes:
        lines += ["", f"Thay đổi so với phiên bản {version.number - 1}:"]
        lines += [f"- {change}" for change in version.changes]
    return "\n".join(lines) + "\n"
