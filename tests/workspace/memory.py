"""A third workspace, which has only what every place must have: a dictionary."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dankheo_sheets.errors import InUse, NoFeedback, SheetBusy
from dankheo_sheets.form.feedback import FeedbackImpossible, write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.unit_name import renamed
from dankheo_sheets.form.xlsx import Identity, Template
from dankheo_sheets.registration import Feedback, Registration
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace.base import Results, Sheet, Workspace


@dataclass
class File:
    """One unit's sheet."""

    data: bytes
    name: str
    """The unit's name, as it stands in the sheet."""
    modified_at: datetime
    version: int = 1
    locked: bool = False
    gone: bool = False
    properties: dict[str, str] = field(default_factory=dict)

    def save(self, data: bytes, when: datetime) -> None:
        """Let a person save it."""
        self.data, self.modified_at = data, when
        self.version += 1


@dataclass
class Place:
    """What all who work there see."""

    files: dict[str, File] = field(default_factory=dict)
    holder: str = ""


class MemoryWorkspace(Workspace):
    """See :class:`~dankheo_sheets.workspace.base.Workspace`."""

    where = "bộ nhớ"

    def __init__(
        self,
        place: Place,
        out: Path,
        form: Form,
        units: Sequence[Unit],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.results = Results(out)
        self.place, self._form, self._clock = place, form, clock
        self._units = {unit.code: unit for unit in units}
        self._held = False

    @contextmanager
    def lease(self, holder: str, *, wait: bool = True) -> Iterator[None]:
        if self._held:
            yield
            return
        if self.place.holder:
            raise InUse(f"{self.place.holder} đang chạy đợt này", "đợi lượt ấy xong rồi chạy lại")
        self.place.holder, self._held = holder, True
        try:
            yield
        finally:
            self.place.holder, self._held = "", False

    def sheets(self) -> list[Sheet]:
        return [self._sheet(code) for code in self.place.files if code in self._units]

    def create(self, unit: Unit) -> Sheet:
        if unit.code not in self.place.files:
            deadline = deadline_text(self._form.campaign.deadline_of(unit))
            data = Template(self._form).fill(Identity(unit.code, unit.name, deadline))
            self.place.files[unit.code] = File(data, unit.name, self._clock())
        return self._sheet(unit.code)

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> Sheet:
        file = self.place.files[unit.code]
        file.data, file.modified_at, file.gone = data, modified_at, False
        return self._sheet(unit.code)

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        file = self.place.files[unit.code]
        if file.name != unit.name:
            file.data, file.name = renamed(file.data, file.name, unit.name), unit.name

    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        return self._unchanged(sheet).data

    def give_feedback(
        self,
        sheet: Sheet,
        feedback: Feedback,
        marks: Mapping[str, str] | None = None,
        read: Registration | None = None,
    ) -> Sheet:
        file = self._unchanged(sheet)
        try:
            file.data = write_feedback(file.data, feedback)
        except FeedbackImpossible:
            raise NoFeedback("không còn trang “Phản hồi”") from None
        return self.mark(sheet, **(marks or {}))

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        self.place.files[sheet.unit].locked = True
        return self.mark(sheet, **(marks or {}))

    def unlock(self, sheet: Sheet) -> Sheet:
        self.place.files[sheet.unit].locked = False
        return self._sheet(sheet.unit)

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        file = self.place.files[sheet.unit]
        now = file.properties | properties
        file.properties = {key: value for key, value in now.items() if value}
        return self._sheet(sheet.unit)

    def _sheet(self, code: str) -> Sheet:
        file = self.place.files[code]
        return Sheet(
            code, code, code, f"memory:{code}",
            version="" if file.gone else str(file.version),
            modified_at=file.modified_at,
            locked=file.locked,
            properties=dict(file.properties),
            prepared=file.name == self._units[code].name,
            gone=file.gone,
        )  # fmt: skip

    def _unchanged(self, sheet: Sheet) -> File:
        file = self.place.files[sheet.unit]
        if str(file.version) != sheet.version:
            raise SheetBusy("đơn vị vừa sửa biểu")
        return file
