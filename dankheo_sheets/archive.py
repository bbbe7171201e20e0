"""Every read of a unit's sheet, kept: immutable, by unit and checksum, with a receipt.

::

    archive/<unit>/<sha256>.xlsx                       the bytes, as handed in
    archive/<unit>/<time>-<first 12 of sha256>.json    the receipt: what was read, when

The bytes are stored before anything is derived from them, the receipt after they were read,
so a receipt always has its bytes. The archive is also the cache: a sheet whose version has a
receipt is not downloaded again (design.md, decision 3).
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.registration import Snapshot


class Archive:
    """The snapshots of one campaign, in a folder."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

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

    def record(self, snapshot: Snapshot, rows: int) -> Snapshot:
        """Write the receipt of a stored read in which `rows` entries were found."""
        snapshot = replace(snapshot, rows=rows)
        receipt = asdict(snapshot)
        for key in ("modified_at", "read_at"):
            receipt[key] = receipt[key].isoformat()
        name = f"{snapshot.read_at:%Y%m%dT%H%M%S%f}-{snapshot.sha256[:12]}.json"
        text = json.dumps(receipt, ensure_ascii=False, indent=1)
        files.write(self._directory / snapshot.unit / name, text.encode(), mode=0o444)
        return snapshot

    def snapshots(self, unit: str) -> list[Snapshot]:
        """Return all recorded reads of `unit`, oldest first."""
        directory = self._directory / unit
        with files.translated(directory):
            receipts = sorted(directory.glob("*.json")) if directory.is_dir() else []
            return [self._receipt(path) for path in receipts]

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

    def _path(self, snapshot: Snapshot) -> Path:
        return self._directory / snapshot.unit / f"{snapshot.sha256}.xlsx"

    @staticmethod
    def _receipt(path: Path) -> Snapshot:
        try:
            receipt = json.loads(path.read_bytes())
            for key in ("modified_at", "read_at"):
                receipt[key] = datetime.fromisoformat(receipt[key])
            return Snapshot(**receipt)
        except (ValueError, TypeError, KeyError) as error:
            raise WorkspaceError(
                f"{path}: biên nhận hỏng", "khôi phục thư mục archive từ bản sao lưu"
            ) from error
