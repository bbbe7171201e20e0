"""What is remembered of each unit beside its workbook: ``workbooks/.dankheo/<unit>.json``.

Properties, as :meth:`Workspace.mark` writes them, and a few of the folder's own.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.workspace.process_lock import process_lock

MODE = "mode_before_lock"
"""The permissions a workbook had before it was locked, in octal digits."""
OURS = "ours"
"""What our own writing made of a workbook (:func:`stamp_of`), and which version that was before."""
NAMED = "unit_name"
"""The unit's name as it stands in its workbook."""
_OWN = (MODE, OURS, NAMED)
"""Of the folder alone: no property of the sheet."""


class StateFiles:
    """The state files of one folder of workbooks."""

    def __init__(
        self, directory: Path, formerly: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """`formerly` are the codes that a unit had before."""
        self.directory = directory
        self._formerly = formerly
        self._names = files.Names(directory)
        self._lock = process_lock(directory / ".ghi.lock")

    def codes(self) -> list[str]:
        """Return the codes of which something is remembered now, as they are spelled there."""
        with files.translated(self.directory):
            return sorted(path.stem for path in self.directory.glob("*.json"))

    def load(self, unit: str) -> dict[str, str]:
        """Return all that is remembered of `unit`, also by a code it had before.

        Raises :class:`WorkspaceError`.
        """
        for code in (unit, *self._formerly.get(unit, ())):
            path = self._path(code)
            with files.translated(path), suppress(FileNotFoundError):
                return _state(path, path.read_bytes())
        return {}

    def update(self, unit: str, properties: Mapping[str, str]) -> dict[str, str]:
        """Remember `properties` too, "" forgets one; return all that is remembered then.

        Two processes that do it at once forget nothing. Raises :class:`WorkspaceError`.
        """
        with files.translated(self.directory):
            files.make_directory(self.directory)
            self._lock.acquire()
        try:
            before = self.load(unit)
            after = {key: value for key, value in (before | dict(properties)).items() if value}
            if after != before:
                text = json.dumps(after, ensure_ascii=False, indent=1)
                files.write(self._path(unit), text.encode())
            return after
        finally:
            self._lock.release()

    def _path(self, unit: str) -> Path:
        with files.translated(self.directory):
            return self._names.path(f"{unit}.json")


def _state(path: Path, data: bytes) -> dict[str, str]:
    """Return what a state file says. Raises :class:`WorkspaceError`."""
    try:
        state = json.loads(data)
    except ValueError:
        state = None
    if not isinstance(state, dict) or not all(isinstance(v, str) for v in state.values()):
        raise WorkspaceError(
            f"{path.name}: tệp ghi trạng thái của đơn vị bị hỏng",
            f"khôi phục {path.parent.name}/{path.name} từ bản sao lưu",
        )
    return state


def stamp_of(status: os.stat_result) -> str:
    """Return what changes whenever somebody saves a file."""
    return f"{status.st_mtime_ns}.{status.st_size}"


def version(stamp: str, state: Mapping[str, str]) -> str:
    """Return the version of a workbook: its stamp, or the one it had before our own writing."""
    ours, _, before = state.get(OURS, "").partition(" ")
    return before if before and ours == stamp else stamp


def public(state: Mapping[str, str]) -> dict[str, str]:
    """Return the properties of the sheet, without what is of the folder alone."""
    return {key: value for key, value in state.items() if key not in _OWN}
