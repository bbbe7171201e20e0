"""Files that are either the old one or the new one, never half, and stay whose they are.

A directory may be a group's: what is new in it is open to whom the directory is, and what is
replaced keeps what it had beside its bytes (:mod:`dankheo_sheets.file_metadata`).
"""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from dankheo_sheets import file_metadata, vietnamese
from dankheo_sheets.errors import WorkspaceError

ORDINARY = 0o644
"""Stands for what files in the directory usually are: the umask's, and the group's (:func:`share`).
"""
_LONG = 200
"""Bytes of a file's name from which none longer is made of it: disks hold 255."""

_MESSAGES = {
    errno.ENOSPC: ("đĩa đầy", "giải phóng dung lượng rồi chạy lại"),
    errno.EDQUOT: ("hết hạn mức dung lượng", "giải phóng dung lượng rồi chạy lại"),
    errno.EFBIG: ("vượt giới hạn kích thước tệp", "giải phóng dung lượng rồi chạy lại"),
    errno.EROFS: ("ổ đĩa chỉ cho đọc", "chọn thư mục khác hoặc xin quyền ghi"),
    errno.EACCES: (
        ("không có quyền, hoặc tệp đang mở", "đóng tệp trong Excel rồi chạy lại")
        if os.name == "nt"
        else ("không có quyền", "xin quyền đọc và ghi tệp này")
    ),
    errno.EPERM: ("không có quyền", "xin quyền ghi vào thư mục"),
    errno.ENOENT: ("không có tệp hoặc thư mục này", "kiểm tra đường dẫn"),
    errno.EEXIST: ("đã có tệp này, không ghi đè", "có lần chạy khác vừa ghi: chạy lại"),
    errno.ENOTDIR: ("một tệp nằm ở chỗ cần thư mục", "dời tệp đó rồi chạy lại"),
    errno.EISDIR: ("một thư mục nằm ở chỗ cần tệp", "dời thư mục đó rồi chạy lại"),
    errno.EIO: ("lỗi đọc ghi ổ đĩa", "kiểm tra ổ đĩa, sao lưu ngay"),
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn an OSError on `path` into :class:`WorkspaceError`, in words and with what to do."""
    try:
        yield
    except OSError as error:
        known = _MESSAGES.get(error.errno or 0)
        reason, hint = known or (error.strerror or str(error), "kiểm tra thư mục rồi chạy lại")
        raise WorkspaceError(f"{path}: {reason}", hint) from error


def read(path: Path) -> bytes:
    """Return what is in a file. Raises :class:`WorkspaceError`."""
    with translated(path):
        return path.read_bytes()


def write(
    path: Path,
    data: bytes,
    *,
    mode: int = ORDINARY,
    new: bool = False,
    flush: bool = False,
) -> None:
    """Write `data` beside `path` and rename it into place; the folder is made if needed.

    A kill at any moment leaves the old file or the new one; with `flush` a power failure too. The
    new file has the old one's group, mode and attributes, and its owner where we may give it away.
    `new` takes the place of none. Raises :class:`WorkspaceError`.
    """
    path = _followed(path)
    with translated(path), _beside(path) as beside:
        try:
            _lay(beside, data, flush=flush)
        except FileNotFoundError:
            make_directory(path.parent)
            _lay(beside, data, flush=flush)
        if mode != ORDINARY:
            beside.chmod(mode)
        elif path.exists():
            file_metadata.carry_over(path, beside)
        else:
            share(beside)
        if new:
            _place(beside, path)
            return
        if os.name == "nt" and path.exists():
            path.chmod(0o644)  # Windows does not replace a read-only file
        beside.replace(path)


def replace_alike(path: Path, data: bytes, status: os.stat_result) -> bool:
    """Give `path` other bytes if it can keep all else; tell whether it was done.

    It keeps owner, group, mode, ACL, attributes and, by `status`, its time: it must not look
    changed. Where one of them would be lost, or the directory takes no new file, all stays as it
    was. A kill at any moment leaves the old file or the new one. Raises :class:`WorkspaceError`.
    """
    path = _followed(path)
    with translated(path), _beside(path) as beside:
        try:
            _lay(beside, data, mode=0o600)
            if not file_metadata.carry_over(path, beside):
                return False
            os.utime(beside, ns=(status.st_atime_ns, status.st_mtime_ns))
            file_metadata.replace(beside, path)
        except PermissionError:
            return False
        return True


def _followed(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield where new bytes are laid, hidden; nothing stays there."""
    name = path.name.encode()
    stem = path.name if len(name) <= _LONG else hashlib.sha256(name).hexdigest()
    beside = path.with_name(f".{stem}.{os.getpid()}.tmp")
    try:
        yield beside
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _lay(beside: Path, data: bytes, *, mode: int = 0o666, flush: bool = False) -> None:
    """Write a new file, with `mode` less the umask."""

    def opener(path: str, flags: int) -> int:
        return os.open(path, flags, mode)

    with open(beside, "wb", opener=opener) as file:
        file.write(data)
        if flush:
            file.flush()
            os.fsync(file.fileno())


def _place(beside: Path, path: Path) -> None:
    """Rename `beside` to `path`; raise FileExistsError where there is one."""
    if os.name == "nt":
        beside.rename(path)
        return
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        beside.replace(path)


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write `data` unless the file already holds it; tell whether it was written."""
    with translated(path):
        if path.is_file() and path.read_bytes() == data:
            return False
    write(path, data)
    return True


def check_writable(directory: Path) -> bool:
    """Tell whether `directory` is there, after trying to write into it; nothing stays in it.

    Raises :class:`WorkspaceError` where it is there and cannot be written.
    """
    with translated(directory):
        try:
            with tempfile.TemporaryFile(dir=directory):
                return True
        except FileNotFoundError:
            return False


# --- directories of a group ---------------------------------------------------------------


def make_directory(path: Path) -> None:
    """Make `path`, and those above it that are missing, each as open as the one above it.

    Raises OSError.
    """
    if path.is_dir():
        return
    make_directory(path.parent)
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        share(path)


def share(path: Path) -> None:
    """Let those read and write `path` who may write its directory: they could replace it anyway.

    So a colleague of the group can go on, whatever the umask of who began. A directory that says
    itself what new files get (a default ACL), or where nobody may replace another's (sticky), is
    left alone; so is all on Windows, where what is new inherits. Raises OSError.
    """
    if os.name == "nt":
        return
    above, own = path.parent.stat(), path.stat()
    if above.st_mode & stat.S_ISVTX or file_metadata.has_default_acl(path.parent):
        return
    access = 0o7 if stat.S_ISDIR(own.st_mode) else 0o6
    mode = stat.S_IMODE(own.st_mode)
    if above.st_mode & stat.S_IWGRP and above.st_gid == own.st_gid:
        mode |= access << 3
    if above.st_mode & stat.S_IWOTH:
        mode |= access
    if mode != stat.S_IMODE(own.st_mode):
        path.chmod(mode)


# --- names --------------------------------------------------------------------------------


class Names:
    """The entries of one directory, found however their names are spelled; listed once.

    Macs decompose letters with accents (NFD), and only some disks tell "a" from "A".
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, name: str) -> Path:
        """Return the first of :meth:`paths`."""
        return self.paths(name)[0]

    def paths(self, name: str) -> list[Path]:
        """Return all entries that differ in spelling only, the exact one first if there is one.

        Where there is none, the exact name: it may be made. Raises OSError.
        """
        exact = self._directory / name
        others = [each for each in self._spellings.get(vietnamese.folded(name), ()) if each != name]
        found = [path for each in others if (path := self._directory / each).exists()]
        if found and not exact.exists():
            return found
        return [exact, *(path for path in found if not path.samefile(exact))]

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if self._directory.is_dir():
            for path in sorted(self._directory.iterdir()):
                found.setdefault(vietnamese.folded(path.name), []).append(path.name)
        return found


def misnamed(path: Path) -> str:
    """Return what to do where the file is there under a name that looks like its own; "" if not.

    Windows hides the end of a name, so what is shown as campaign.toml may be campaign.toml.txt.
    """
    wrong = {f"{path.name}.txt", f"{path.name}.text", path.name + path.suffix, f"{path.stem}.txt"}
    found = list[str]()
    with suppress(OSError):
        found = sorted(e.name for e in path.parent.iterdir() if e.name.casefold() in wrong)
    if not found:
        return ""
    return (
        f"{path}: không có tệp này, chỉ có {found[0]}; Windows giấu đuôi tên tệp: trong File "
        f"Explorer chọn View, đánh dấu File name extensions, rồi đổi tên thành {path.name}"
    )
