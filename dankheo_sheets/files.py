"""Files that are either the old one or the new one, never half."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dankheo_sheets.errors import WorkspaceError

_MESSAGES = {
    errno.ENOSPC: ("đĩa đầy", "giải phóng dung lượng rồi chạy lại"),
    errno.EDQUOT: ("hết hạn mức dung lượng", "giải phóng dung lượng rồi chạy lại"),
    errno.EFBIG: ("vượt giới hạn kích thước tệp", "giải phóng dung lượng rồi chạy lại"),
    errno.EROFS: ("ổ đĩa chỉ cho đọc", "chọn thư mục khác hoặc xin quyền ghi"),
    errno.EACCES: ("không có quyền, hoặc tệp đang mở", "đóng tệp trong Excel rồi chạy lại"),
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
    mode: int = 0o644,
    like: os.stat_result | None = None,
    new: bool = False,
) -> None:
    """Write `data` beside `path` and rename it into place; the folder is made if needed.

    A kill at any moment leaves the old file or the new one. With `like`, the new file takes the
    old one's time, mode and owner: it must not look changed. `new` takes the place of none.
    Raises :class:`WorkspaceError`.
    """
    if path.is_symlink():
        path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with translated(path):
        try:
            try:
                beside.write_bytes(data)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(data)
            if like is not None:
                _make_like(beside, like)
            elif mode != 0o644:
                beside.chmod(mode)
            if new:
                _place(beside, path)
                return
            if os.name == "nt" and path.exists():
                path.chmod(0o644)  # Windows does not replace a read-only file
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            raise


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
    else:
        beside.unlink()


def _make_like(path: Path, status: os.stat_result) -> None:
    with suppress(OSError, AttributeError):  # only root may give a file away; Windows has no owners
        os.chown(path, status.st_uid, status.st_gid)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    path.chmod(stat.S_IMODE(status.st_mode))


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
