"""A folder of .xlsx files: the workspace where there is no Google account.

::

    workbooks/<unit>.xlsx             the unit's sheet
    workbooks/.dankheo/<unit>.json    what mark() wrote
    out/                              what publish() wrote

A sheet's version is its modification time and size. Our own writing preserves the time and
remembers the size (`dk_ours`), so the version changes only when a person saves the file.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from dankheo_sheets import files, vietnamese
from dankheo_sheets.errors import NoFeedback, SheetBusy, WorkspaceError
from dankheo_sheets.form import reader
from dankheo_sheets.form.feedback import FeedbackImpossible, write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity, Template
from dankheo_sheets.registration import Feedback
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace.base import Drawing, Sheet
from dankheo_sheets.workspace.check import Check, fine, of_error
from dankheo_sheets.workspace.exposure import Exposure, Guarded
from dankheo_sheets.workspace.file_kinds import FileKind, kind_of
from dankheo_sheets.workspace.file_owners import NOBODY, Owner, Owners

WORKBOOKS, OUT = "workbooks", "out"
OURS, NAMED = "dk_ours", "dk_named"
"""What the folder itself remembers of a workbook, among its marks: what our last writing made of
it and the version it had before; the name of the unit that stands in it."""
_READ_FIRST = [
    FileKind.WORKBOOK, FileKind.SPREADSHEET, FileKind.PAPER, FileKind.OTHER, FileKind.POINTER,
]  # fmt: skip
"""Which of a unit's files is taken for its sheet, where none is called by its code."""


class FolderWorkspace:
    """See :class:`~dankheo_sheets.workspace.base.Workspace`."""

    workers = 1
    settle = timedelta()
    dates_are_sure = False

    def __init__(self, directory: Path, form: Form, units: Sequence[Unit]) -> None:
        self._workbooks = directory / WORKBOOKS
        self._marks = self._workbooks / ".dankheo"
        self._out = directory / OUT
        self._form = form
        self._units = {code_key(unit.code): unit for unit in units}
        self._owners = Owners(form.campaign.id, units)

    @cached_property
    def _template(self) -> Template:
        return Template(self._form)

    def sheets(self) -> list[Sheet]:
        """See :meth:`Workspace.sheets`."""
        with files.translated(self._workbooks):
            if not self._workbooks.is_dir():
                return []
            marks = self._marks_by_unit()
            claims: dict[str, list[Sheet]] = {}
            strangers = []
            for entry in sorted(os.scandir(self._workbooks), key=lambda entry: entry.name):
                if (kind := kind_of(entry.name)) in (FileKind.SYSTEM, FileKind.LOCK):
                    continue
                owner = NOBODY if entry.is_dir() else self._owner(entry, kind)
                file = self._listed(entry, kind, owner)
                if file.unit:
                    claims.setdefault(file.unit, []).append(file)
                else:
                    strangers.append(file)
            gone = [self._gone(code) for code in marks if code not in claims]
            found = [self._sheet(files_of_one, marks) for files_of_one in claims.values()]
            return found + [self._sheet([sheet], marks) for sheet in gone] + strangers

    def create(self, unit: Unit) -> None:
        """See :meth:`Workspace.create`; the workbook is prepared at once."""
        path = self._workbooks / f"{unit.code}.xlsx"
        with files.translated(path):
            exists = path.is_file()
        if not exists:
            deadline = deadline_text(self._form.campaign.deadline_of(unit))
            files.write(path, self._template.fill(Identity(unit.code, unit.name, deadline)))
            self._mark(unit.code, {NAMED: unit.name})

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> None:
        """See :meth:`Workspace.restore`; a file that is there is not replaced."""
        path = self._workbooks / f"{unit.code}.xlsx"
        files.write(path, data, new=True)
        with files.translated(path):
            os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))

    def adopt(self, units: Sequence[Unit]) -> Mapping[str, str]:
        """Return nothing: a workbook put into the folder is its unit's already."""
        return {}

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """Do nothing: see :meth:`create`."""

    def discard_spares(self, sheet: Sheet) -> None:
        """Do nothing: a file is never made twice."""

    def editors(self, unit: Unit) -> None:
        """Return None: see :meth:`share`."""

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """Do nothing: who may open a folder is up to whoever keeps the file server."""

    def download(self, sheet: Sheet) -> bytes:
        """See :meth:`Workspace.download`."""
        path = self._path(sheet)
        if self._unchanged(sheet).st_size > reader.MAX_BYTES:
            limit = reader.MAX_BYTES // 2**20
            raise WorkspaceError(f"{path.name}: tệp quá lớn, tối đa {limit} MB", "bỏ hình ảnh")
        with files.translated(path):
            data = path.read_bytes()
        self._unchanged(sheet)
        return data

    def give_feedback(
        self, sheet: Sheet, feedback: Feedback, marks: Mapping[str, str] | None = None
    ) -> None:
        """See :meth:`Workspace.give_feedback`."""
        path = self._path(sheet)
        if any(lock.exists() for lock in _lock_files(path)):
            raise SheetBusy(f"{path.name}: đơn vị đang mở tệp, phản hồi sẽ được ghi ở lần chạy sau")
        try:
            data = write_feedback(self.download(sheet), feedback)
        except FeedbackImpossible:
            raise NoFeedback(
                f"{path.name}: không còn trang “Phản hồi”, nội dung phản hồi xem ở bảng tổng hợp"
            ) from None
        status = self._unchanged(sheet)
        files.write(path, data, like=status)
        with files.translated(path):
            ours = _ours(_stamp(path.stat()), sheet)
        self._mark(sheet.unit, {**(marks or {}), OURS: ours})

    def lock(self, sheet: Sheet, reason: str) -> None:
        """See :meth:`Workspace.lock`; the file becomes read-only and keeps the reason."""
        self._set_mode(sheet, 0o444)
        self.mark(sheet, locked=reason)

    def unlock(self, sheet: Sheet) -> None:
        """See :meth:`Workspace.unlock`."""
        self._set_mode(sheet, 0o644)
        self.mark(sheet, locked="")

    def mark(self, sheet: Sheet, **properties: str) -> None:
        """See :meth:`Workspace.mark`."""
        self._mark(sheet.unit, properties)

    def _mark(self, unit: str, properties: Mapping[str, str]) -> None:
        before = self._written(unit)
        after = {key: value for key, value in {**before, **properties}.items() if value}
        if after != before:
            data = json.dumps(after, ensure_ascii=False, indent=1).encode()
            files.write(self._marks / f"{unit}.json", data)

    def _written(self, unit: str) -> dict[str, str]:
        """Return a unit's marks, the folder's own among them; {} where there are none."""
        path = self._marks / f"{unit}.json"
        with files.translated(path):
            if not path.exists():  # under another spelling, or a code it had before
                path = self._marks_by_unit().get(unit, path)
            return _load_marks(path) if path.exists() else {}

    def show(self, master: Drawing) -> str:
        """Return nothing: the master is among the results, as tong-hop.xlsx."""
        return ""

    def publish(self, files: Mapping[str, bytes]) -> None:
        """See :meth:`Workspace.publish`."""
        write_all(self._out, files)

    def keep(self, name: str, data: bytes) -> None:
        """Do nothing: the archive and the results are in the campaign's folder already."""

    def kept(self, name: str) -> None:
        """Return None: see :meth:`keep`."""

    def keeps(self) -> Mapping[str, str]:
        """Return nothing: see :meth:`keep`."""
        return {}

    def time(self) -> None:
        """Return None: a folder has no clock."""

    def requests(self) -> Mapping[str, int]:
        """Return nothing: a folder is no service."""
        return {}

    def doctor(self) -> Iterator[Check]:
        """See :meth:`Workspace.doctor`: both folders can be written, where they exist."""
        for about, directory in (
            ("Thư mục các biểu", self._workbooks),
            ("Thư mục kết quả", self._out),
        ):
            try:
                there = files.check_writable(directory)
            except WorkspaceError as error:
                yield of_error(about, error)
            else:
                yield fine(about, f"{directory}{'' if there else ' (sẽ được tạo)'}")

    def guarded(self) -> None:
        """Return None: see :meth:`share`."""

    def audit(self, file: Guarded, *, fix: bool = False) -> Sequence[Exposure]:
        """Return nothing: see :meth:`share`."""
        return ()

    # --- one file -------------------------------------------------------------------------

    def _owner(self, entry: os.DirEntry[str], kind: FileKind) -> Owner:
        """Return whose a file is."""
        identity = None
        named = self._owners.by_code(Path(vietnamese.nfc(entry.name)).stem)
        if kind is FileKind.WORKBOOK and not named:
            identity = reader.identity_of(_small_file(entry))
        return self._owners.of(entry.name, identity)

    def _listed(self, entry: os.DirEntry[str], kind: FileKind, owner: Owner) -> Sheet:
        status = entry.stat()
        return Sheet(
            unit=owner.unit,
            id=entry.name,
            name=entry.name,
            url=entry.path,
            version=_stamp(status),
            modified_at=datetime.fromtimestamp(status.st_mtime, UTC),
            locked=not status.st_mode & stat.S_IWUSR,
            kind=kind,
            said_unit=owner.said,
            is_folder=entry.is_dir(),
        )

    def _gone(self, unit: str) -> Sheet:
        name = f"{unit}.xlsx"
        url, never = str(self._workbooks / name), datetime.fromtimestamp(0, UTC)
        return Sheet(unit, name, name, url, version="", modified_at=never, gone=True)

    def _sheet(self, claim: Sequence[Sheet], marks: Mapping[str, Path]) -> Sheet:
        """Return a unit's sheet: the file named by its code, else the first workbook of it."""
        unit = claim[0].unit
        taken = min(claim, key=lambda file: (code_key(file.name) != code_key(f"{unit}.xlsx"),
                                             _READ_FIRST.index(file.kind)))  # fmt: skip
        sheet = replace(taken, beside=tuple(file for file in claim if file is not taken))
        try:
            written = _load_marks(marks[unit]) if unit in marks else {}
        except WorkspaceError as error:
            return replace(sheet, problem=f"{error.message}: {error.hint}")
        ours, _, version = written.get(OURS, "").partition(" ")
        return replace(
            sheet,
            version=version if ours == sheet.version else sheet.version,
            prepared=written.get(NAMED, self._name(unit)) == self._name(unit),
            properties={key: written[key] for key in written if not key.startswith("dk_")},
        )

    def _name(self, unit: str) -> str:
        return self._units[code_key(unit)].name

    def _marks_by_unit(self) -> dict[str, Path]:
        """Return the files of :meth:`mark`, by the code that their unit has now."""
        found: dict[str, Path] = {}
        for path in sorted(self._marks.glob("*.json")):
            code = vietnamese.nfc(path.stem)
            if (unit := self._owners.by_code(code)) and (unit not in found or unit == code):
                found[unit] = path
        return found

    def _path(self, sheet: Sheet) -> Path:
        return self._workbooks / sheet.id

    def _unchanged(self, sheet: Sheet) -> os.stat_result:
        path = self._path(sheet)
        with files.translated(path):
            status = path.stat()
        stamp = _stamp(status)
        if stamp != sheet.version and self._written(sheet.unit).get(OURS) != _ours(stamp, sheet):
            raise SheetBusy(f"{path.name}: tệp vừa được sửa, sẽ được đọc ở lần chạy sau")
        return status

    def _set_mode(self, sheet: Sheet, mode: int) -> None:
        path = self._path(sheet)
        with files.translated(path):
            path.chmod(mode)
            if bool(path.stat().st_mode & stat.S_IWUSR) != bool(mode & stat.S_IWUSR):
                raise WorkspaceError(f"{path}: không đổi được quyền ghi", "xin quyền trên thư mục")


def write_all(directory: Path, results: Mapping[str, bytes]) -> None:
    """Write each of the results that changed, in their order. Raises :class:`WorkspaceError`."""
    for name, data in results.items():
        files.write_if_changed(directory / name, data)


def _lock_files(path: Path) -> tuple[Path, ...]:
    """Return the files that say a workbook is open in Excel or in LibreOffice."""
    return path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")


def _small_file(entry: os.DirEntry[str]) -> bytes:
    """Return the content of a file that may be anything; b"" where it cannot be a form."""
    try:
        small = entry.stat().st_size <= reader.MAX_BYTES
        return Path(entry.path).read_bytes() if small else b""
    except OSError:
        return b""


def _ours(stamp: str, sheet: Sheet) -> str:
    """Return what is remembered of our writing: what it made, and of which version."""
    return f"{stamp} {sheet.version}"


def _stamp(status: os.stat_result) -> str:
    """Return what changes whenever somebody saves a file."""
    return f"{status.st_mtime_ns}.{status.st_size}"


def _load_marks(path: Path) -> dict[str, str]:
    """Return what :meth:`FolderWorkspace.mark` wrote. Raises :class:`WorkspaceError`."""
    with files.translated(path):
        data = path.read_bytes()
    try:
        marks = json.loads(data)
    except ValueError:
        marks = None
    if not isinstance(marks, dict) or not all(isinstance(v, str) for v in marks.values()):
        raise WorkspaceError(
            f"{path.name}: tệp ghi trạng thái của đơn vị bị hỏng",
            f"khôi phục {path.parent.name}/{path.name} từ bản sao lưu",
        )
    return marks
