"""Every read of a unit's sheet, kept: immutable, by unit and checksum, with a receipt.

::

    archive/<unit>/<sha256>.xlsx                       the bytes, as handed in
    archive/<unit>/<time>-<first 12 of sha256>.json    the receipt: what was read, when
    archive/<unit>/<first 12 of sha256>.chot           what was closed, as it was judged then

The bytes are stored before anything is derived from them, the receipt after they were read,
so a receipt always has its bytes. The archive is also the cache (docs/adr/0001): a sheet
whose version has a receipt is not downloaded again, and what the receipt says was read is not
read again, as long as it was read by the same code. What was closed is not judged again by a
later version of the program either.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.registration import Finding, Registration, Snapshot, Way


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read, when, with which checksum, by which version of the reader."""

    snapshot: Snapshot
    reader: str
    registration: Registration


@dataclass(frozen=True, slots=True)
class Final:
    """What was closed: its registration and findings, as they were at the closing."""

    settings: str
    """What of the campaign's settings it was judged by: where they changed, it is judged anew."""
    snapshot: Snapshot
    registration: Registration
    findings: tuple[Finding, ...]


@cache
def _receipts() -> TypeAdapter[Receipt]:
    return TypeAdapter(Receipt)


@cache
def _finals() -> TypeAdapter[Final]:
    return TypeAdapter(Final)


def _as_now(data: bytes) -> bytes:
    """Return what was kept as it is kept now: older programs wrote the cells beside the row.

    What is no such record stays as it is.
    """
    if b'"texts"' in data or b'"entries": []' in data:
        return data
    try:
        kept = json.loads(data)
        registration = kept["registration"]
        registration["entries"] = [
            {"row": entry.pop("row"), "texts": entry} for entry in registration["entries"]
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return data
    return json.dumps(kept).encode()


class Archive:
    """The snapshots of one campaign, in a folder. Its methods raise :class:`WorkspaceError`."""

    def __init__(
        self,
        directory: Path,
        formerly: Mapping[str, Sequence[str]] | None = None,
        *,
        rehearses: bool = False,
    ) -> None:
        """`formerly` are the codes that a unit had before: what was read then is its own.

        An archive that `rehearses` keeps in memory only what it is told to store.
        """
        self._directory, self._formerly = directory, formerly or {}
        self._units = files.Names(directory)
        self._rehearses = rehearses
        self._in_memory: dict[Path, bytes] = {}

    def rehearsed(self) -> "Archive":
        """Return the same archive, in which what is stored is in memory only."""
        return Archive(self._directory, self._formerly, rehearses=True)

    def store(self, snapshot: Snapshot, data: bytes) -> None:
        """Store the bytes of one read (:func:`taken`); the same bytes again write nothing.

        It becomes part of the record with :meth:`record`.
        """
        self._store(snapshot.unit, f"{snapshot.sha256}.xlsx", data)

    def keep(self, unit: str, data: bytes, suffix: str) -> None:
        """Store the bytes of a file of `unit` that is not read, such as ".xls", by its checksum."""
        self._store(unit, f"{hashlib.sha256(data).hexdigest()}{suffix}", data)

    def record(self, snapshot: Snapshot, reader: str, registration: Registration) -> Receipt:
        """Write the receipt of a stored read: `registration`, as that version of the reader has it.

        What lay beside the unit's sheet may have been read at the same moment as the sheet.
        """
        snapshot = replace(snapshot, rows=len(registration.entries))
        receipt = Receipt(snapshot, reader, registration)
        name = f"{snapshot.read_at:%Y%m%dT%H%M%S%f}-{snapshot.sha256[:12]}"
        if snapshot.name:
            name += f"-{hashlib.sha256(snapshot.name.encode()).hexdigest()[:8]}"
        path = self._folders(snapshot.unit)[0] / f"{name}.json"
        self._write(path, _receipts().dump_json(receipt, indent=1))
        return receipt

    def receipts(self, unit: str) -> tuple[list[Receipt], list[Path]]:
        """Return the receipts of all reads of `unit`, oldest first, and those that are damaged."""
        whole, damaged = list[Receipt](), list[Path]()
        for path in sorted(self._receipts(unit), key=lambda path: path.name):
            try:
                whole.append(_receipts().validate_json(_as_now(self._read(path) or b"")))
            except ValidationError:
                damaged.append(path)
        return sorted(whole, key=lambda receipt: receipt.snapshot.read_at), damaged

    def own(self, unit: str) -> list[Receipt]:
        """Return the receipts of what can be put back in the place of the unit's sheet."""
        receipts, _ = self.receipts(unit)
        return [r for r in receipts if r.snapshot.way is not Way.BESIDE and r.registration.readable]

    def count(self, unit: str) -> int:
        """Return how many receipts there are of `unit`."""
        return len(self._receipts(unit))

    def finish(self, final: Final) -> bytes:
        """Write down how something was judged when it was closed; returns what was written."""
        data = _finals().dump_json(final, indent=1)
        snapshot = final.snapshot
        self._write(self._folders(snapshot.unit)[0] / final_name(snapshot.sha256), data)
        return data

    def finished(self, unit: str, sha256: str, other: bytes | None = None) -> Final | None:
        """Return how something was judged when it was closed; None where nobody wrote it down.

        `other` is what another machine wrote.
        """
        data = self._find(unit, final_name(sha256))
        data = other if data is None else data
        try:
            return _finals().validate_json(_as_now(data)) if data else None
        except ValidationError:
            return None

    def closed(self, unit: str, sha256: str) -> tuple[bytes | None, bytes | None]:
        """Return the bytes of what was closed, and how it was judged; None for what is not here."""
        read = self._find(unit, f"{sha256}.xlsx")
        whole = read is not None and hashlib.sha256(read).hexdigest() == sha256
        return (read if whole else None), self._find(unit, final_name(sha256))

    def units(self) -> list[str]:
        """Return the codes of all units of which something may have been read, in their order."""
        with files.translated(self._directory):
            if not self._directory.is_dir():
                return []
            return sorted(path.name for path in self._directory.iterdir() if path.is_dir())

    def load(self, snapshot: Snapshot) -> bytes:
        """Return the bytes of a snapshot; they are not damaged."""
        path = self._path(snapshot.unit, f"{snapshot.sha256}.xlsx")
        data = self._read(path)
        if data is None or hashlib.sha256(data).hexdigest() != snapshot.sha256:
            what = "bản lưu đã bị sửa, không khớp mã kiểm tra" if data else "không còn bản lưu này"
            raise WorkspaceError(f"{path}: {what}", "khôi phục thư mục archive từ bản sao lưu")
        return data

    # --- where things are ---------------------------------------------------------------

    def _folders(self, unit: str) -> list[Path]:
        """Return the folders of a unit, the first to write into: a copy may spell its name anew."""
        with files.translated(self._directory):
            return self._units.paths(unit)

    def _all_folders(self, unit: str) -> list[Path]:
        """Return the folders of a unit, also of the codes it had before."""
        codes = (unit, *self._formerly.get(unit, ()))
        return [folder for code in codes for folder in self._folders(code)]

    def _path(self, unit: str, name: str) -> Path:
        """Return where a file of a unit is, or is to be."""
        paths = [folder / name for folder in self._folders(unit)]
        return next((path for path in paths if self._exists(path)), paths[0])

    def _find(self, unit: str, name: str) -> bytes | None:
        found = (self._read(folder / name) for folder in self._all_folders(unit))
        return next((data for data in found if data is not None), None)

    def _receipts(self, unit: str) -> set[Path]:
        found = set[Path]()
        for folder in self._all_folders(unit):
            with files.translated(folder):
                found.update(folder.glob("*.json"))
            found |= {p for p in self._in_memory if p.parent == folder and p.suffix == ".json"}
        return found

    # --- on the disk, or in memory only ---------------------------------------------------

    def _store(self, unit: str, name: str, data: bytes) -> None:
        path = self._path(unit, name)
        if not self._exists(path):
            self._write(path, data)

    def _write(self, path: Path, data: bytes) -> None:
        if self._rehearses:
            self._in_memory[path] = data
        else:
            files.write(path, data, mode=0o444)

    def _exists(self, path: Path) -> bool:
        with files.translated(path):
            return path in self._in_memory or path.exists()

    def _read(self, path: Path) -> bytes | None:
        if path in self._in_memory:
            return self._in_memory[path]
        with files.translated(path):
            return path.read_bytes() if path.exists() else None


def taken(
    unit: str,
    data: bytes,
    *,
    version: str,
    modified_at: datetime,
    now: datetime,
    way: Way = Way.SHEET,
    name: str = "",
) -> Snapshot:
    """Return the snapshot of bytes that were just read, not stored yet."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Snapshot(unit, sha256, version, modified_at, now, len(data), rows=0, way=way, name=name)


def final_name(sha256: str) -> str:
    """Return what the judgement of a closed read is called."""
    return f"{sha256[:12]}.chot"
