"""Other files that seem to be a unit's, beside its sheet: kept, looked at, named; never counted.

A second file never lowers what already counts. Where the unit's own sheet is not done, it may be
what the unit really handed in: then it blocks until the coordinator has chosen.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePath

from dankheo_sheets.archive import Receipt, taken
from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.reads import of_receipt, read_return
from dankheo_sheets.registration import Finding, Severity, Way
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.circumstances import about_file
from dankheo_sheets.standing.counting import Return, is_untouched
from dankheo_sheets.vietnamese import clean
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.file_kinds import FileKind

CHOOSE = "two-files"
"""The finding that asks the coordinator which file is the unit's."""


class Beside:
    """The files beside one unit's sheet."""

    def __init__(
        self, context: Context, unit: Unit, sheet: Sheet | None, receipts: Sequence[Receipt]
    ) -> None:
        self._context, self._unit = context, unit
        self._files = sheet.beside if sheet else ()
        self._receipts = [r for r in receipts if r.snapshot.way is Way.BESIDE]
        self._now: dict[str, Return] = {}

    @property
    def returns(self) -> list[Return]:
        """What was ever read beside the sheet and can be, oldest first."""
        found = [of_receipt(self._context, receipt) for receipt in self._receipts]
        found += [read for read in self._now.values() if read not in found]
        return [each for each in found if each.registration.readable]

    def take(self, now: datetime, *, store: bool) -> None:
        """Look at what is there; with `store` it is kept, with a receipt of what was read."""
        for file in self._files:
            if file.kind is FileKind.WORKBOOK:
                self._read(file, now, store=store)
            elif store and file.kind in (FileKind.SPREADSHEET, FileKind.OTHER):
                data = self._download(file)
                if data is not None:
                    self._context.archive.keep(self._unit.code, data, PurePath(file.name).suffix)

    def _read(self, file: Sheet, now: datetime, *, store: bool) -> None:
        known = next((r for r in reversed(self._receipts) if _is_of(r, file)), None)
        if known:
            self._now[file.name] = of_receipt(self._context, known)
        elif (data := self._download(file)) is not None:
            snapshot = taken(
                self._unit.code,
                data,
                version=file.version,
                modified_at=min(file.modified_at, now),
                now=now,
                way=Way.BESIDE,
                name=file.name,
            )
            self._now[file.name] = read_return(self._context, snapshot, data, store=store)

    def _download(self, file: Sheet) -> bytes | None:
        try:
            return self._context.workspace.download(file)
        except Halted:
            raise
        except WorkspaceError:  # named as a file that was not read
            return None

    def findings(self, counts: Return | None, *, done: bool) -> Iterator[Finding]:
        """Yield what is to be said of each file; `counts` is what the unit's own sheet says."""
        begun = counts is not None and not is_untouched(counts.registration)
        for file in self._files:
            name, read = clean(file.name), self._now.get(file.name)
            if file.kind in (FileKind.PAPER, FileKind.POINTER):
                severity = Severity.NOTE if begun else Severity.BLOCK
                yield about_file("paper-beside", severity, self._paper(file, begun=begun))
            elif read and _adds_nothing(read, counts):
                what = "chưa ghi gì" if is_untouched(read.registration) else "giống biểu đang đọc"
                yield about_file("equal-copy", Severity.NOTE, f"Tệp {name} {what}: xoá được.")
            else:
                severity = Severity.WARN if done else Severity.BLOCK
                yield about_file(CHOOSE, severity, self._choose(file, read))

    def _paper(self, file: Sheet, *, begun: bool) -> str:
        name = clean(file.name)
        if file.kind is FileKind.POINTER:
            return f"Tệp {name} chỉ là lối tắt, không có nội dung: chép tệp thật vào thư mục."
        if begun:
            return f"Tệp {name} là bản giấy, không đọc: lưu cùng hồ sơ."
        return f"Đơn vị gửi bản giấy {name}, còn biểu chưa ghi gì: ghi nội dung vào biểu này."

    def _choose(self, file: Sheet, read: Return | None) -> str:
        name, own = clean(file.name), f"{self._unit.code}.xlsx"
        if file.kind is FileKind.WORKBOOK and read and read.registration.readable:
            return (
                f"Còn tệp {name} có nội dung khác biểu đang đọc: chọn tệp của đơn vị, để lại một "
                f"tệp tên {own}."
            )
        if file.kind is FileKind.WORKBOOK and read:
            problem = next(f.message for f in read.registration.problems)
            return f"Còn tệp {name}, không dùng được ({problem.rstrip('.')}): chọn tệp của đơn vị."
        return (
            f"Còn tệp {name}, không đọc được dạng này: chọn tệp của đơn vị, mở ra, lưu lại thành "
            f"{own}."
        )


def _is_of(receipt: Receipt, file: Sheet) -> bool:
    snapshot = receipt.snapshot
    return (snapshot.name, snapshot.version) == (file.name, file.version)


def _adds_nothing(read: Return, counts: Return | None) -> bool:
    registration = read.registration
    if not registration.readable:
        return False
    same = counts is not None and registration.content == counts.registration.content
    return same or is_untouched(registration)
