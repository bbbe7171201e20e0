"""Every read of a unit's sheet, kept: immutable, by unit and checksum, with a receipt.

::

    archive/<unit>/<sha256>.xlsx                       the bytes, as handed in
    archive/<unit>/<time>-<first 12 of sha256>.json    the receipt: what was read, when

The bytes are stored before anything is derived from them, the receipt after they were read,
so a receipt always has its bytes. The archive is also the cache (design.md, decision 3): a sheet
whose version has a receipt is not downloaded again, and what the receipt says was read is not
read again, as long as it was read by the same code.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.registration import Registration, Snapshot


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read, when, with which checksum, by which version of the reader."""

    snapshot: Snapshot
    reader: str
    registration: Registration


@cache
def _receipts() -> TypeAdapter[Receipt]:
    return TypeAdapter(Receipt)


class Archive:
    """The snapshots of one campaign, in a folder."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._units = files.Names(directory)

    def store(
        self, unit: str, data: bytes, *, version: str, modified_at: datetime, now: datetime
    ) -> Snapshot:
        """Store the bytes of one read; storing the same bytes again writes nothing.

        Returns the snapshot, which becomes part of the record with :meth:`record`.
        Raises :class:`WorkspaceError`.
        """
        snapshot = Snapshot(
            unit, hashlib.sha256(data).hexdigest(), version, modified_at, now, len(data), rows=0
        )
        path = self._path(snapshot)
        with files.translated(path):
            exists = path.exists()
        if not exists:
            files.write(path, data, mode=0o444)
        return snapshot

    def record(self, snapshot: Snapshot, reader: str, registration: Registration) -> Receipt:
        """Write the receipt of a stored read: `registration`, as that version of the reader has it.

        Raises :class:`WorkspaceError`.
        """
        snapshot = replace(snapshot, rows=len(registration.entries))
        receipt = Receipt(snapshot, reader, registration)
        name = f"{snapshot.read_at:%Y%m%dT%H%M%S%f}-{snapshot.sha256[:12]}.json"
        text = _receipts().dump_json(receipt, indent=1)
        files.write(self._folders(snapshot.unit)[0] / name, text, mode=0o444)
        return receipt

    def receipts(self, unit: str) -> tuple[list[Receipt], list[Path]]:
        """Return the receipts of all reads of `unit`, oldest first, and those that are damaged."""
        paths = sorted(self._receipts(unit), key=lambda path: path.name)
        found = []
        for path in paths:
            with files.translated(path):
                found.append((path, _receipt(path)))
        whole = [receipt for _, receipt in found if receipt]
        return whole, [path for path, receipt in found if receipt is None]

    def count(self, unit: str) -> int:
        """Return how many receipts there are of `unit`."""
        return len(self._receipts(unit))

    def load(self, snapshot: Snapshot) -> bytes:
        """Return the bytes of a snapshot. Raises :class:`WorkspaceError` if they are damaged."""
        path = self._path(snapshot)
        with files.translated(path):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != snapshot.sha256:
            raise WorkspaceError(
                f"{path}: bản lưu đã bị sửa, không khớp mã kiểm tra",
                "khôi phục thư mục archive từ bản sao lưu",
            )
        return data

    def _receipts(self, unit: str) -> list[Path]:
        found: list[Path] = []
        for folder in self._folders(unit):
            with files.translated(folder):
                found += folder.glob("*.json") if folder.is_dir() else ()
        return found

    def _path(self, snapshot: Snapshot) -> Path:
        """Return where the bytes of a snapshot are, or are to be."""
        paths = [each / f"{snapshot.sha256}.xlsx" for each in self._folders(snapshot.unit)]
        return next((path for path in paths[1:] if path.exists()), paths[0])

    def _folders(self, unit: str) -> list[Path]:
        """Return the folders of a unit, the first to write into: a copy may spell its name anew."""
        with files.translated(self._directory):
            return self._units.paths(unit)


def _receipt(path: Path) -> Receipt | None:
    try:
        return _receipts().validate_json(path.read_bytes())
    except ValidationError:
        return None
