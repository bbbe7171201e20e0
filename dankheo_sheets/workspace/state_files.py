"""What is remembered of each unit beside its workbook: ``workbooks/.dankheo/<unit>.json``.

Properties, as :meth:`Workspace.mark` writes them, and a few of the folder's own.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError

MODE = "mode_before_lock"
"""The permissions a workbook had before it was locked, in octal digits."""
OURS = "ours"
"""What our own writing made of a workbook, and which version that was before:
``<modification time in ns>.<bytes> <version>``. Written where the file tells it otherwise."""
_OWN = (MODE, OURS)
"""Of the folder alone: no property of the sheet."""


class StateFiles:
    """The state files of one folder of workbooks."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._names = files.Names(directory)

    def load(self, unit: str) -> dict[str, str]:
        """Return all that is remembered of `unit`. Raises :class:`WorkspaceError`."""
        path = self._path(unit)
        with files.translated(path):
            there = path.exists()
        return load(path) if there else {}

    def update(self, unit: str, properties: Mapping[str, str]) -> None:
        """Remember `properties` too; "" forgets one. Raises :class:`WorkspaceError`."""
        before = self.load(unit)
        after = {key: value for key, value in (before | dict(properties)).items() if value}
        if after != before:
            text = json.dumps(after, ensure_ascii=False, indent=1)
            files.write(self._path(unit), text.encode())

    def _path(self, unit: str) -> Path:
        with files.translated(self.directory):
            return self._names.path(f"{unit}.json")


def load(path: Path) -> dict[str, str]:
    """Return what a state file says. Raises :class:`WorkspaceError`."""
    with files.translated(path):
        data = path.read_bytes()
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


def public(state: Mapping[str, str]) -> dict[str, str]:
    """Return the properties of the sheet, without what is of the folder alone."""
    return {key: value for key, value in state.items() if key not in _OWN}
