"""A folder of .xlsx files: the workspace that needs no account.

::

    workbooks/<unit>.xlsx             the unit's sheet
    workbooks/.dankheo/<unit>.json    what mark() wrote
    workbooks/.dankheo/<unit>.dang-ghi  while a file of another's is written into
    out/                              what publish() wrote

A sheet's version is its modification time and size. Our own writing preserves the time and
remembers the size, so the version changes only when a person saves the file.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from dankheo_sheets import files, vietnamese
from dankheo_sheets.errors import NoFeedback, SheetBusy, WorkspaceError
from dankheo_sheets.form import opening
from dankheo_sheets.form.feedback import FeedbackImpossible, Signed, write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.unit_name import NotRenamed, renamed
from dankheo_sheets.form.xlsx import Identity, Template
from dankheo_sheets.registration import Feedback, Registration
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace import office_locks, state_files, write_rights
from dankheo_sheets.workspace.base import LATER, Results, Sheet, Workspace
from dankheo_sheets.workspace.folder_files import FolderFiles
from dankheo_sheets.workspace.folder_lease import FolderLease, sync_client
from dankheo_sheets.workspace.health import Check, fine, look, of_error
from dankheo_sheets.workspace.office_locks import OfficeLock
from dankheo_sheets.workspace.overwriting import Change, NotOurs, Overwriter
from dankheo_sheets.workspace.state_files import MODE, NAMED, StateFiles, stamp_of

WORKBOOKS, OUT = "workbooks", "out"


class FolderWorkspace(Workspace):
    """See :class:`~dankheo_sheets.workspace.base.Workspace`."""

    def __init__(
        self,
        directory: Path,
        form: Form,
        units: Sequence[Unit],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock` is this machine's: by it a lock file is too old to be believed."""
        self.results = Results(directory / OUT)
        self._workbooks = directory / WORKBOOKS
        self.where = str(self._workbooks)
        self._marks = self._workbooks / ".dankheo"
        self._states = StateFiles(self._marks, {unit.code: unit.formerly for unit in units})
        self._overwriter = Overwriter(self._workbooks, self._states)
        self._clock = clock
        self._lease = FolderLease(self._marks)
        self._form = form
        self._files = FolderFiles(self._workbooks, self._states, form.campaign.id, units, clock)

    @cached_property
    def _template(self) -> Template:
        return Template(self._form)

    def lease(self, holder: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """See :meth:`Workspace.lease`."""
        return self._lease.held(holder, wait=wait)

    def sheets(self) -> list[Sheet]:
        """See :meth:`Workspace.sheets`."""
        with files.translated(self._workbooks):
            if not self._workbooks.is_dir():
                return []
            self._overwriter.finish()
            return self._files.sheets()

    def create(self, unit: Unit) -> Sheet:
        """See :meth:`Workspace.create`; the workbook is prepared at once."""
        path = self._files.own(unit.code)
        with files.translated(path):
            if not path.is_file():
                deadline = deadline_text(self._form.campaign.deadline_of(unit))
                files.write(path, self._template.fill(Identity(unit.code, unit.name, deadline)))
                self._states.update(unit.code, {NAMED: unit.name})
            return self._files.made(unit)

    def foreseen(self, unit: Unit) -> Sheet:
        """See :meth:`Workspace.foreseen`."""
        path = self._files.own(unit.code)
        return replace(super().foreseen(unit), id=path.name, name=path.name, url=str(path))

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> Sheet:
        """See :meth:`Workspace.restore`; a file that is there is not replaced."""
        path = self._files.own(unit.code)
        files.write(path, data, new=True)
        with files.translated(path):
            os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))
            return self._files.made(unit)

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """See :meth:`Workspace.prepare`: a workbook is made prepared; its unit's name may change.

        Raises :class:`NoFeedback` where the name does not stand where it was written.
        """
        before = self._states.load(unit.code).get(NAMED, unit.name)
        if before == unit.name:
            return
        self._refuse_if_open(sheet)
        old = self.download(sheet)
        try:
            new = renamed(old, before, unit.name)
        except NotRenamed:
            raise NoFeedback(
                f"{sheet.name}: đầu biểu không còn ghi “{before}”, tên mới chưa vào biểu"
            ) from None
        self._overwrite(sheet, old, new, {NAMED: unit.name})

    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        """See :meth:`Workspace.download`; looking costs nothing here."""
        path = self._path(sheet)
        if self._unchanged(sheet).st_size > opening.MAX_BYTES:
            with files.translated(path):
                raise WorkspaceError(f"{path.name}: {opening.too_large(path)}")
        with files.translated(path):
            data = path.read_bytes()
        self._unchanged(sheet)
        return data

    def give_feedback(
        self,
        sheet: Sheet,
        feedback: Feedback,
        marks: Mapping[str, str] | None = None,
        read: Registration | None = None,
    ) -> Sheet:
        """See :meth:`Workspace.give_feedback`. The file stays whose it is, with all it carries."""
        path = self._path(sheet)
        self._refuse_if_open(sheet)
        old = self.download(sheet)
        try:
            new = write_feedback(old, feedback)
        except Signed:
            raise NoFeedback(f"{path.name}: tệp đã ký số nên không ghi thêm, {_SEE}") from None
        except FeedbackImpossible:
            raise NoFeedback(f"{path.name}: không còn trang “Phản hồi”, {_SEE}") from None
        self._overwrite(sheet, old, new, dict(marks or {}))
        return self.mark(sheet)

    def _refuse_if_open(self, sheet: Sheet) -> None:
        path = self._path(sheet)
        with files.translated(path):
            lock = office_locks.lock_of(path)
        if lock and not lock.is_left_behind(self._clock()):
            raise SheetBusy(
                f"{path.name}: {lock.holder or 'đơn vị'} đang mở tệp, từ {self._moment(lock)}; "
                f"phản hồi sẽ được ghi {LATER}"
            )

    def _overwrite(self, sheet: Sheet, old: bytes, new: bytes, marks: dict[str, str]) -> None:
        """Make `new` of the sheet, which is `old`, and mark it.

        Raises :class:`NoFeedback` where the file would not stay its owner's, and could not be
        written into.
        """
        status = self._unchanged(sheet)
        time = (status.st_atime_ns, status.st_mtime_ns)
        change = Change(sheet.unit, sheet.id, sheet.version, time, old, new, marks)
        try:
            self._overwriter.overwrite(change)
        except NotOurs:
            raise NoFeedback(
                f"{sheet.id}: tệp thuộc tài khoản khác và không cho ghi nên để nguyên; {_SEE}, "
                "hoặc nhờ chủ tệp cho quyền ghi"
            ) from None

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        """See :meth:`Workspace.lock`; nobody may write the file, and it keeps the reason."""
        write_rights.take_away(self._path(sheet), self._states, sheet.unit)
        return replace(self.mark(sheet, **{"locked": reason, **(marks or {})}), locked=True)

    def unlock(self, sheet: Sheet) -> Sheet:
        """See :meth:`Workspace.unlock`; those may write the file who could before."""
        write_rights.give_back(self._path(sheet), self._states, sheet.unit)
        return replace(self.mark(sheet, **{"locked": "", MODE: ""}), locked=False)

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """See :meth:`Workspace.mark`."""
        state = self._states.update(sheet.unit, properties)
        return replace(sheet, properties=state_files.public(state))

    def doctor(self) -> Iterator[Check]:
        """See :meth:`Workspace.doctor`: both folders can be written, where they exist."""
        for about, directory in (
            ("Thư mục các biểu", self._workbooks),
            ("Thư mục kết quả", self.results.out),
        ):
            try:
                there = files.check_writable(directory)
            except WorkspaceError as error:
                yield of_error(about, error)
            else:
                yield fine(about, f"{directory}{'' if there else ' (sẽ được tạo)'}")
        if client := sync_client(self._workbooks):
            yield look(
                "Thư mục đồng bộ",
                f"{self._workbooks} nằm trong {client}: hai máy cùng chạy thì không biết nhau",
                "chỉ chạy dankheo trên một máy, hoặc đặt đợt trên ổ mạng của cơ quan",
            )
        try:
            with files.translated(self._workbooks):
                left_behind = office_locks.left_behind(self._workbooks, self._clock())
        except WorkspaceError as error:
            yield of_error("Tệp khoá cũ", error)
        else:
            yield from map(self._left_behind, left_behind)

    def _left_behind(self, lock: OfficeLock) -> Check:
        by = f" ({lock.holder})" if lock.holder else ""
        return look(
            "Tệp khoá cũ",
            f"{lock.path.name}{by} có từ {self._moment(lock)}",
            "nếu không ai mở biểu thì xoá tệp này",
        )

    def _moment(self, lock: OfficeLock) -> str:
        return vietnamese.moment(lock.since.astimezone(self._form.campaign.zone))

    def _path(self, sheet: Sheet) -> Path:
        return self._workbooks / sheet.id

    def _unchanged(self, sheet: Sheet) -> os.stat_result:
        path = self._path(sheet)
        with files.translated(path):
            status = path.stat()
        stamp = stamp_of(status)
        if stamp != sheet.version:
            stamp = state_files.version(stamp, self._states.load(sheet.unit))
        if stamp != sheet.version:
            raise SheetBusy(f"{path.name}: tệp vừa được sửa, sẽ được đọc {LATER}")
        return status


_SEE = "nội dung phản hồi xem ở bảng tổng hợp"
