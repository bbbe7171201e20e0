"""Who may write a unit's workbook: nobody while it is locked, then again who could before."""

import stat
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.workspace.state_files import MODE, StateFiles

_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def take_away(path: Path, states: StateFiles, unit: str) -> None:
    """Let nobody write `path`; who could is remembered before. Raises :class:`WorkspaceError`."""
    mode = _mode(path)
    if mode & _WRITE:
        # Where it was locked before, and somebody opened it a little, what was first stays.
        states.update(unit, {MODE: f"{mode | (_before(states, unit) or 0):o}"})
    _set(path, mode & ~_WRITE)


def give_back(path: Path, states: StateFiles, unit: str) -> None:
    """Undo :func:`take_away`. Where nothing is remembered: the owner, and who may write the folder.

    Raises :class:`WorkspaceError`.
    """
    before = _before(states, unit)
    if before is not None:
        _set(path, _mode(path) | before & _WRITE)
        return
    _set(path, _mode(path) | stat.S_IWUSR)
    with files.translated(path):
        files.share(path)


def _before(states: StateFiles, unit: str) -> int | None:
    try:
        return int(states.load(unit)[MODE], 8)
    except (KeyError, ValueError):
        return None


def _mode(path: Path) -> int:
    with files.translated(path):
        return stat.S_IMODE(path.stat().st_mode)


def _set(path: Path, mode: int) -> None:
    if mode == _mode(path):
        return
    with files.translated(path):
        try:
            path.chmod(mode)
        except PermissionError:
            raise WorkspaceError(
                f"{path.name}: tệp thuộc tài khoản khác, không đổi được quyền ghi",
                "nhờ chủ tệp hoặc người quản trị máy chủ",
            ) from None
    if (_mode(path) ^ mode) & stat.S_IWUSR:
        raise WorkspaceError(f"{path}: không đổi được quyền ghi", "xin quyền trên thư mục")
