"""Who is at work in a campaign's folder: one run at a time, by a lock of the operating system.

It goes with the process that holds it, however that ends. A folder that a program copies between
machines (OneDrive, Google Drive for desktop) has no such lock for both: see :func:`sync_client`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import Timeout

from dankheo_sheets import files
from dankheo_sheets.errors import InUse
from dankheo_sheets.vietnamese import clean, nfc
from dankheo_sheets.workspace.process_lock import process_lock

LOCK, HOLDER = ".dang-chay.lock", ".dang-chay.txt"
PATIENCE = 60.0
"""Seconds that a comer waits for the one who is at work."""

_SYNC_CLIENTS = {
    "onedrive": "OneDrive", "dropbox": "Dropbox", "google drive": "Google Drive",
    "googledrive": "Google Drive", "my drive": "Google Drive", "drivefs": "Google Drive",
    "drive của tôi": "Google Drive", "bộ nhớ dùng chung": "Google Drive",
    "shared drives": "Google Drive",
    "icloud": "iCloud", "icloud drive": "iCloud", "mobile documents": "iCloud",
    "nextcloud": "Nextcloud", "owncloud": "ownCloud", "box": "Box", "syncthing": "Syncthing",
}  # fmt: skip
_MARKERS = {
    ".dropbox.cache": "Dropbox", ".dropbox": "Dropbox", ".tmp.drivedownload": "Google Drive",
    ".stfolder": "Syncthing", ".sync_journal.db": "Nextcloud", ".owncloudsync.log": "ownCloud",
}  # fmt: skip
"""What such programs leave in the topmost folder that they copy."""


class FolderLease:
    """The lease of one folder."""

    def __init__(self, directory: Path, patience: float = PATIENCE) -> None:
        """`directory` is made where there is none."""
        self._directory = directory
        self._lock = process_lock(directory / LOCK, patience)

    @contextmanager
    def held(self, holder: str, *, wait: bool = True) -> Iterator[None]:
        """Hold it; a second time inside changes nothing.

        Raises :class:`InUse` where another is at work after :data:`PATIENCE`, or at once, and
        :class:`~dankheo_sheets.errors.WorkspaceError` where nothing can be written there.
        """
        if self._lock.is_locked:
            yield
            return
        with files.translated(self._directory):
            files.make_directory(self._directory)
            try:
                self._lock.acquire(blocking=wait)
            except Timeout:
                raise InUse(
                    f"{self._holder()} đang chạy đợt này trong thư mục này",
                    "đợi lượt ấy xong rồi chạy lại",
                ) from None
        who = self._directory / HOLDER
        try:
            files.write(who, clean(holder).encode())
            yield
        finally:
            with suppress(OSError):
                who.unlink()
            self._lock.release()

    def _holder(self) -> str:
        with suppress(OSError):
            return (self._directory / HOLDER).read_text("utf-8", errors="replace") or "Một máy khác"
        return "Một máy khác"


def sync_client(directory: Path) -> str:
    """Return the program that copies a folder between machines, by its place; "" for none."""
    for folder in (directory.absolute(), *directory.absolute().parents):
        name = nfc(folder.name).casefold()
        mark = "-" if folder.parent.name == "CloudStorage" else " - "  # macOS: GoogleDrive-a@b.vn
        for words in (name, name.partition(mark)[0]):
            if found := _SYNC_CLIENTS.get(words):
                return found
        for name, found in _MARKERS.items():
            with suppress(OSError):
                if (folder / name).exists():
                    return found
    return ""
