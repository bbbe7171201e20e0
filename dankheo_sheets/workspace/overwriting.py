"""New bytes in a file that is another's: owner, permissions and attributes stay what they were.

Where a new file can have them all, it takes the old one's place. Where it cannot, because the
file is another account's or the system does not show what is attached, the file itself is
written into. So that a kill in between loses nothing, both contents are first laid beside it, and
the next run finishes. Where we may do neither, :class:`NotOurs`.
"""

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from dankheo_sheets import files
from dankheo_sheets.errors import SheetBusy
from dankheo_sheets.workspace.base import LATER
from dankheo_sheets.workspace.state_files import OURS, StateFiles

SUFFIX = ".dang-ghi"
"""Of the file in which both contents are laid."""


class NotOurs(Exception):
    """We may neither write into a file nor put another in its place."""


@dataclass(frozen=True)
class Change:
    """What is to become of the workbook of one unit."""

    unit: str
    name: str
    version: str
    """Of the sheet, before."""
    time: tuple[int, int]
    """When the file was last read and modified, in ns."""
    old: bytes
    new: bytes
    marks: dict[str, str]
    """What is to be written on the sheet once it is done."""


class Overwriter:
    """Writes into the workbooks of one folder, and remembers that it was no person."""

    def __init__(self, workbooks: Path, states: StateFiles) -> None:
        self._workbooks, self._states = workbooks, states

    def overwrite(self, change: Change) -> None:
        """Make the change and mark the sheet. The file's time stays where we may set it.

        Raises :class:`NotOurs`, :class:`SheetBusy` where a person changed the file meanwhile, and
        :class:`WorkspaceError`.
        """
        path = self._workbooks / change.name
        with files.translated(path):
            status = path.stat()
        if files.replace_alike(path, change.new, status):
            self._note(change, status.st_mtime_ns)
            return
        beside = self._states.directory / f"{change.unit}{SUFFIX}"
        with files.translated(path), _opened(path, status) as file:
            files.write(beside, _packed(change), flush=True)
            if os.fstat(file.fileno()).st_mtime_ns != change.time[1]:
                beside.unlink()
                raise SheetBusy(f"{path.name}: tệp vừa được sửa, sẽ được đọc {LATER}")
            try:
                _fill(file, change.new)
            except OSError:
                _fill(file, change.old)  # no larger than it was: there is room for it
                _keep_time(file, path, change)
                beside.unlink()
                raise
            modified = _keep_time(file, path, change)
        self._note(change, modified)
        with files.translated(beside):
            beside.unlink()

    def finish(self) -> None:
        """Finish what a run died over while it wrote into a file.

        To be called before the folder is listed: such a file is half one and half the other. One
        that a person changed since is left as it is; where it cannot be written now, a later run
        tries again. Raises :class:`WorkspaceError`.
        """
        with files.translated(self._states.directory):
            found = sorted(self._states.directory.glob(f"*{SUFFIX}"))
        for beside in found:
            with files.translated(beside):
                change = _unpacked(beside.read_bytes())
            if change is not None:
                try:
                    modified = _finished(self._workbooks / change.name, change)
                except (OSError, NotOurs):
                    continue
                if modified is not None:
                    self._note(change, modified)
            with files.translated(beside):
                beside.unlink(missing_ok=True)

    def _note(self, change: Change, modified: int) -> None:
        """Mark the sheet: what was asked for, and what the file looks like after our writing.

        Not where it looks as before.
        """
        stamp = f"{modified}.{len(change.new)}"
        ours = f"{stamp} {change.version}" if stamp != change.version else ""
        self._states.update(change.unit, {**change.marks, OURS: ours})


def _finished(path: Path, change: Change) -> int | None:
    """Write what is missing; return the file's time, None where it is not ours to finish."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        found = file.read(max(len(change.old), len(change.new)) + 1)
        if found == change.new:
            return _keep_time(file, path, change)
    if not _is_between(found, change):
        return None
    with _opened(path, path.stat()) as file:
        _fill(file, change.new)
        return _keep_time(file, path, change)


def _is_between(found: bytes, change: Change) -> bool:
    """Tell whether we began to write into the file, and nobody wrote after us.

    Every byte of it is then the old one's or the new one's, or was not written yet. What another
    program saved is compressed anew and differs from both within a few bytes.
    """
    old, new = change.old, change.new
    shortest, longest = sorted((len(old), len(new)))
    each = zip_longest(found, old, new, fillvalue=0)
    return (
        shortest <= len(found) <= longest
        and found != old
        and all(there in (was, will) for there, was, will in each)
    )


def _opened(path: Path, status: os.stat_result) -> FileIO:
    """Open a file to write into it, also one of ours that is locked. Raises :class:`NotOurs`.

    Without a buffer: what a full disk did not take is not written later.
    """
    mode = stat.S_IMODE(status.st_mode)
    try:
        if mode & stat.S_IWUSR or os.access(path, os.W_OK):
            return path.open("r+b", buffering=0)
        path.chmod(mode | stat.S_IWUSR)
        try:
            return path.open("r+b", buffering=0)
        finally:
            path.chmod(mode)
    except PermissionError as error:
        if os.name == "nt":
            raise  # open in another program
        raise NotOurs from error


def _fill(file: FileIO, data: bytes) -> None:
    file.seek(0)
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
    file.truncate()
    os.fsync(file.fileno())


def _keep_time(file: BinaryIO | FileIO, path: Path, change: Change) -> int:
    """Give the file its time back if we may; return the one it has. Of this file, come what may.

    A person may have put another in its place meanwhile.
    """
    with suppress(PermissionError):  # only the owner sets it
        os.utime(file.fileno() if os.utime in os.supports_fd else path, ns=change.time)
    return os.fstat(file.fileno()).st_mtime_ns


def _packed(change: Change) -> bytes:
    head = {name: value for name, value in vars(change).items() if not isinstance(value, bytes)}
    return json.dumps(head | {"bytes": len(change.old)}).encode() + b"\n" + change.old + change.new


def _unpacked(data: bytes) -> Change | None:
    """Return what :func:`_packed` was given; None where that is damaged."""
    head, _, contents = data.partition(b"\n")
    try:
        said = json.loads(head)
        size, time = said.pop("bytes"), tuple(said.pop("time"))
        return Change(**said, time=time, old=contents[:size], new=contents[size:])
    except (ValueError, KeyError, TypeError):
        return None
