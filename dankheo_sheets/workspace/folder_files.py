"""The files in the folder of workbooks: whose each is, and which of them is a unit's sheet."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form import opening, reader
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.workspace import office_locks, state_files
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.file_kinds import FileKind, is_called_a_copy, kind_of
from dankheo_sheets.workspace.file_owners import NOBODY, Owner, Owners
from dankheo_sheets.workspace.state_files import NAMED, StateFiles, stamp_of

_READ_FIRST = [
    FileKind.WORKBOOK, FileKind.SPREADSHEET, FileKind.PAPER, FileKind.OTHER, FileKind.POINTER,
]  # fmt: skip
"""Which of a unit's files is taken for its sheet, where none is called by its code."""


class FolderFiles:
    """The files of one folder, by the units of a roster."""

    def __init__(
        self,
        directory: Path,
        states: StateFiles,
        campaign_id: str,
        units: Sequence[Unit],
        clock: Callable[[], datetime],
    ) -> None:
        self._directory, self._states, self._clock = directory, states, clock
        self._units = {code_key(unit.code): unit for unit in units}
        self._owners = Owners(campaign_id, units)

    def own(self, code: str) -> Path:
        """Return where the program lays a unit's workbook."""
        return self._directory / f"{code}.xlsx"

    def sheets(self) -> list[Sheet]:
        """Return the units' sheets, then the files of no unit. Raises OSError."""
        codes = (self._owners.by_code(code) for code in self._states.codes())
        remembered = {code for code in codes if code}
        claims: dict[str, list[Sheet]] = {}
        for file in self._files():
            claims.setdefault(file.unit, []).append(file)
        strangers = claims.pop("", [])
        claims |= {code: [self._gone(code)] for code in remembered if code not in claims}
        return [self._sheet(c, known=code in remembered) for code, c in claims.items()] + strangers

    def made(self, unit: Unit) -> Sheet:
        """Return the sheet of a unit whose workbook has just been laid there. Raises OSError."""
        file = _as_sheet(self.own(unit.code), FileKind.WORKBOOK, Owner(unit.code))
        return self._sheet([file], known=True)

    def _files(self) -> Iterator[Sheet]:
        """Yield all files, each of the unit whose it is; locks only where nobody is there."""
        for entry in sorted(os.scandir(self._directory), key=lambda entry: entry.name):
            kind = kind_of(entry.name)
            if kind is FileKind.SYSTEM or (kind is FileKind.LOCK and self._is_new(entry)):
                continue
            yield _as_sheet(entry, kind, self._owner(entry, kind))

    def _is_new(self, entry: os.DirEntry[str]) -> bool:
        """Tell whether a lock file is to be believed: somebody has the workbook open."""
        lock = office_locks.read_lock(Path(entry.path))
        return lock is None or not lock.is_left_behind(self._clock())

    def _owner(self, entry: os.DirEntry[str], kind: FileKind) -> Owner:
        """Return whose a file is."""
        if kind is FileKind.LOCK or entry.is_dir():
            return NOBODY
        identity = None
        named = self._owners.by_code(Path(vietnamese.nfc(entry.name)).stem)
        if kind is FileKind.WORKBOOK and not named:
            identity = reader.identity_of(_small_file(entry))
        return self._owners.of(entry.name, identity)

    def _gone(self, unit: str) -> Sheet:
        path, never = self.own(unit), datetime.fromtimestamp(0, UTC)
        return Sheet(unit, path.name, path.name, str(path), "", modified_at=never, gone=True)

    def _sheet(self, claim: Sequence[Sheet], *, known: bool) -> Sheet:
        """Return a unit's sheet: the file named by its code, else the first workbook of it.

        One whose name says that it is a copy comes last: the one it was made of is the unit's.
        """
        unit = claim[0].unit
        own = code_key(f"{unit}.xlsx")

        def order(file: Sheet) -> tuple[bool, int, bool]:
            other_name = code_key(file.name) != own
            return other_name, _READ_FIRST.index(file.kind), is_called_a_copy(file.name)

        taken = min(claim, key=order)
        sheet = replace(taken, beside=tuple(file for file in claim if file is not taken))
        try:
            state = self._states.load(unit) if known else {}
        except WorkspaceError as error:
            return replace(sheet, problem=f"{error.message}: {error.hint}")
        name = self._units[code_key(unit)].name
        return replace(
            sheet,
            version=state_files.version(sheet.version, state),
            prepared=state.get(NAMED, name) == name,
            properties=state_files.public(state),
        )


def _as_sheet(entry: os.DirEntry[str] | Path, kind: FileKind, owner: Owner) -> Sheet:
    status = entry.stat()
    return Sheet(
        unit=owner.unit,
        id=entry.name,
        name=entry.name,
        url=os.fspath(entry),
        version=stamp_of(status),
        modified_at=datetime.fromtimestamp(status.st_mtime, UTC),
        locked=not status.st_mode & stat.S_IWUSR,
        kind=kind,
        said_unit=owner.said,
        is_folder=entry.is_dir(),
    )


def _small_file(entry: os.DirEntry[str]) -> bytes:
    """Return the content of a file that may be anything; b"" where it cannot be a form."""
    try:
        small = entry.stat().st_size <= opening.MAX_BYTES
        return Path(entry.path).read_bytes() if small else b""
    except OSError:
        return b""
