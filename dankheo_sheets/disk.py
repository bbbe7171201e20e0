"""What is written stays, or is only as if: files as the archive writes them, once each."""

from pathlib import Path

from dankheo_sheets import files


class Disk:
    """Files that are there. Raises :class:`~dankheo_sheets.errors.WorkspaceError`."""

    def read(self, path: Path) -> bytes | None:
        """Return what is in a file; None where it is not there."""
        with files.translated(path):
            return path.read_bytes() if path.exists() else None

    def write(self, path: Path, data: bytes) -> None:
        """Write a file that nobody is to change."""
        files.write(path, data, mode=0o444)

    def exists(self, path: Path) -> bool:
        """Tell whether a file is there."""
        with files.translated(path):
            return path.exists()

    def ending(self, folder: Path, suffix: str) -> list[Path]:
        """Return the files of a folder whose names end so, in no order."""
        with files.translated(folder):
            return list(folder.glob(f"*{suffix}")) if folder.is_dir() else []


class Overlay(Disk):
    """The same, where what is written is in memory only."""

    def __init__(self) -> None:
        self._written: dict[Path, bytes] = {}

    def read(self, path: Path) -> bytes | None:
        """See :meth:`Disk.read`."""
        return self._written[path] if path in self._written else super().read(path)

    def write(self, path: Path, data: bytes) -> None:
        """Remember what a file would be."""
        self._written[path] = data

    def exists(self, path: Path) -> bool:
        """See :meth:`Disk.exists`."""
        return path in self._written or super().exists(path)

    def ending(self, folder: Path, suffix: str) -> list[Path]:
        """See :meth:`Disk.ending`."""
        new = [p for p in self._written if p.parent == folder and p.name.endswith(suffix)]
        return list({*super().ending(folder, suffix), *new})
