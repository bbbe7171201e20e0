"""Read the sheets back: download what changed, archive it, read it, judge it.

Nothing of a sheet is derived before its bytes are in the archive. A sheet whose version is
already there is not downloaded again, unless everything is read anew for the closing.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.archive import Receipt
from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.form import reader
from dankheo_sheets.journal import Event, What, event
from dankheo_sheets.register import Register
from dankheo_sheets.registration import (
    Finding,
    Registration,
    Scope,
    Severity,
    Snapshot,
    Standing,
    Status,
    Terms,
)
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing import Return, check, is_untouched, standing
from dankheo_sheets.steps.each import each
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.marks import (
    CLOSED,
    CLOSED_DUE,
    EXTENDED,
    FINAL,
    FINAL_CHANGED,
    moment,
    terms,
)
from dankheo_sheets.steps.reading import read_all, read_snapshot
from dankheo_sheets.vietnamese import clean
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Collected:
    """The whole campaign as it was read."""

    register: Register
    sheets: Mapping[str, Sheet]
    """By unit code."""
    read: int
    """Sheets that were downloaded."""
    unread: tuple[str, ...]
    """Units whose sheet could not be read now; a later run takes them."""
    notes: tuple[str, ...]
    """For the coordinator: files of no unit, sheets that could not be read."""


def deadline(job: Job, unit: Unit, sheet: Sheet | None) -> datetime:
    """Return the first instant that is too late for `unit`.

    A closed sheet keeps the deadline it was closed at; else the latest of the campaign's, the
    roster's and the one given when it was reopened.
    """
    marks = sheet.properties if sheet else {}
    if closed_at := moment(marks.get(CLOSED_DUE)):
        return closed_at.astimezone(job.campaign.zone)
    extended = moment(marks.get(EXTENDED))
    return job.campaign.deadline_of(unit, extended).astimezone(job.campaign.zone)


def terms_of(job: Job, unit: Unit, sheet: Sheet | None) -> Terms:
    """Return what was decided of `unit` alone."""
    more_time = deadline(job, unit, sheet) > job.campaign.deadline.moment
    return terms(sheet, extended=more_time)


def may_be_late_news(job: Job, sheet: Sheet) -> bool:
    """Whether a closed sheet shows a change that may be older than its lock.

    Only where the workspace needs time to settle: a change then appears minutes later.
    """
    marks, settle = sheet.properties, job.workspace.settle
    closed_at, counted = moment(marks.get(CLOSED)), moment(marks.get(FINAL_CHANGED))
    if not (settle and closed_at and counted):
        return False
    return counted != sheet.modified_at <= closed_at + settle


def kept_name(unit: str, sha256: str) -> str:
    """Return what a snapshot that counts is called where the workspace keeps it."""
    return f"{unit}-{sha256[:12]}.xlsx"


def reread(job: Job, unit: Unit, sheet: Sheet, before: Standing, now: datetime) -> Standing:
    """Return where a unit stands by what its sheet says now that it is locked.

    `before` where it still says the same. Raises :class:`WorkspaceError` where it cannot be read.
    """
    data = job.workspace.download(sheet)
    registration = reader.read(data, job.form, unit.code)
    if registration == before.registration:
        return before
    stored = job.archive.store(
        unit.code,
        data,
        version=sheet.version,
        modified_at=min(sheet.modified_at, now),
        now=now,
    )
    taken = job.archive.record(stored, reader.version(job.campaign.id), registration)
    job.journal.add([read_event(now, job.who, taken.snapshot)])
    case = _Case(job, unit, sheet)
    case.take(now, anew=False, download=False)
    return case.standing()


def read_event(now: datetime, who: str, snapshot: Snapshot) -> Event:
    """Return the journal's line of something read: how many rows, with which checksum."""
    detail = f"{vietnamese.count(snapshot.rows)} dòng, mã kiểm tra {snapshot.sha256[:12]}"
    return event(now, who, What.READ, snapshot.unit, detail)


def collect(
    job: Job,
    sheets: Sequence[Sheet],
    now: datetime,
    *,
    anew: bool = False,
    download: bool = True,
    track: Track = silently,
) -> Collected:
    """Read the campaign; with `anew`, download every sheet that is not closed.

    Without `download`, judge by what the archive has; `unread` are the sheets it lacks.
    Raises :class:`~dankheo_sheets.errors.Halted` where no more sheets can be downloaded.
    """
    if download:
        job.sign()
    by_unit = {sheet.unit: sheet for sheet in sheets if sheet.unit}
    cases = [_Case(job, unit, by_unit.get(unit.code)) for unit in job.units]

    def take(case: "_Case") -> None:
        case.take(now, anew=anew, download=download)

    taken = each(take, cases, "Nhận biểu", workers=job.workspace.workers, track=track)
    if taken.halted:
        raise taken.halted  # what was read is in the archive, and is not read again
    for _, error in taken.failed:
        raise error  # not of one sheet: the archive cannot be written
    unread = [case for case in cases if case.snapshot and case.latest is None]
    snapshots = [(case.snapshot, case.new) for case in unread if case.snapshot]
    returns = read_all(job.archive, job.form, snapshots)
    for case, latest in zip(unread, track(returns, "Đọc biểu", len(unread)), strict=True):
        case.latest = latest
    job.journal.add(case.event(now, job.who) for case in unread if case.new)
    standings = {case.unit.code: case.standing() for case in cases}
    notes = [f"{clean(s.name)}: không đọc; mỗi đơn vị một tệp" for s in sheets if not s.unit]
    notes += [f"{case.unit.code}: {case.failure}" for case in cases if case.failure]
    notes += [note for case in cases for note in case.notes]
    return Collected(
        register=Register(job.campaign, job.units, standings),
        sheets=by_unit,
        read=sum(case.downloaded for case in cases),
        unread=tuple(case.unit.code for case in cases if case.unread),
        notes=tuple(notes),
    )


class _Case:
    """One unit on its way from its sheet to its standing."""

    def __init__(self, job: Job, unit: Unit, sheet: Sheet | None) -> None:
        self.unit = unit
        self.snapshot: Snapshot | None = None
        """What the unit is judged by; None where nothing of it was ever read."""
        self.latest: Return | None = None
        """What stands in the snapshot; None where it is still to be read."""
        self.new = False
        """The snapshot has no receipt yet."""
        self.downloaded = self.unread = False
        self.failure = ""
        self._job, self._sheet = job, sheet
        self._receipts, damaged = job.archive.receipts(unit.code)
        self.notes = [f"{unit.code}: biên nhận {path.name} bị hỏng, bỏ qua" for path in damaged]
        final = sheet.properties.get(FINAL) if sheet else None
        self._final = next((r for r in self._receipts if r.snapshot.sha256 == final), None)
        self._lost = bool(final) and self._final is None

    def take(self, now: datetime, *, anew: bool, download: bool) -> None:
        """Find what the unit is judged by, after downloading and storing it where needed."""
        sheet = self._sheet
        if self._lost and download:
            self._restore()
        if sheet is None or self._lost:
            if not all(is_untouched(receipt.registration) for receipt in self._receipts):
                self._judge_by(self._receipts[-1])
            return
        known = next(
            (r for r in reversed(self._receipts) if r.snapshot.version == sheet.version), None
        )
        if self._final and not may_be_late_news(self._job, sheet):
            self._judge_by(self._final)
            return
        if known and (self._final or not anew):
            self._judge_by(known)
            return
        data = self._tried(lambda: self._job.workspace.download(sheet)) if download else None
        if data is None:
            self.unread = True
            if self._receipts:
                self._judge_by(self._final or self._receipts[-1])
            return
        self.downloaded = True
        # A clock that is ahead makes nobody late; what has the version of an earlier read is no
        # later than it, whatever was written into it since.
        modified_at = known.snapshot.modified_at if known else min(sheet.modified_at, now)
        stored = self._job.archive.store(
            self.unit.code,
            data,
            version=sheet.version,
            modified_at=modified_at,
            now=now,
        )
        if known and known.snapshot.sha256 == stored.sha256:
            self._judge_by(known)
        else:
            self.snapshot, self.new = stored, True

    def event(self, now: datetime, who: str) -> Event:
        """Return the journal's line of a new read."""
        assert self.latest is not None
        return read_event(now, who, self.latest.snapshot)

    def standing(self) -> Standing:
        """Return where the unit stands, once everything is read."""
        job, sheet, code = self._job, self._sheet, self.unit.code
        until, agreed = deadline(job, self.unit, sheet), terms_of(job, self.unit, sheet)
        if self.latest is None:
            if sheet is None:
                return Standing(code, Status.NOT_PROVISIONED, until, Registration(code))
            never = replace(self._never_read(until), terms=agreed)
            return replace(never, status=Status.EXCLUDED) if agreed.excluded else never
        latest = self.latest
        notes = list(self._circumstances(until))
        earlier = [r.snapshot for r in self._receipts if r.snapshot != latest.snapshot]
        if self._lost or (self._final and latest.snapshot == self._final.snapshot):
            earlier = []
        if self._final or self._lost:
            result = standing(latest, earlier, self._again, until, job.form, notes, agreed)
            return replace(result, closed=True)
        if not latest.registration.entries and any(snapshot.rows for snapshot in earlier):
            notes.append(_EMPTIED)
        return standing(latest, earlier, self._again, until, job.form, notes, agreed)

    def _circumstances(self, until: datetime) -> Iterator[Finding]:
        """Yield what is to be said of the sheet itself, not of what stands in it."""
        sheet = self._sheet
        if sheet is None:
            yield _SHEET_MISSING
            return
        if sheet.problem:
            yield Finding("damaged-mark", Severity.BLOCK, Scope.UNIT, sheet.problem)
        if sheet.duplicates:
            others = ", ".join(clean(name) for name in sheet.duplicates)
            message = (
                f"Đơn vị có nhiều tệp: đang đọc {clean(sheet.name)}, còn {others}. Chỉ để một."
            )
            yield Finding("two-files", Severity.BLOCK, Scope.FILE, message)
        if self._lost:
            yield _FINAL_LOST
        changed = self._final and sheet.version != self._final.snapshot.version
        if changed and not may_be_late_news(self._job, sheet):
            yield _CHANGED_AFTER_CLOSING
        extended = moment(sheet.properties.get(EXTENDED))
        if self._final and self._job.campaign.deadline_of(self.unit, extended) > until:
            yield _CLOSED_BEFORE_DUE

    def _restore(self) -> None:
        """Get what counts from where the workspace kept it: this machine never had it."""
        sheet = self._sheet
        assert sheet is not None
        marks = sheet.properties
        final = marks[FINAL]
        modified_at, closed_at = moment(marks.get(FINAL_CHANGED)), moment(marks.get(CLOSED))
        if modified_at is None or closed_at is None:
            return
        name = kept_name(sheet.unit, final)
        data = self._tried(lambda: self._job.workspace.kept(name))
        self.unread = bool(self.failure)
        if data is None or hashlib.sha256(data).hexdigest() != final:
            return
        version = sheet.version if sheet.modified_at == modified_at else ""
        archive, form = self._job.archive, self._job.form
        stored = archive.store(
            self.unit.code, data, version=version, modified_at=modified_at, now=closed_at
        )
        registration = reader.read(data, form, self.unit.code)
        self._final = archive.record(stored, reader.version(form.campaign.id), registration)
        self._receipts = [*self._receipts, self._final]
        self._lost = False

    def _judge_by(self, receipt: Receipt) -> None:
        self.snapshot = receipt.snapshot
        if receipt.reader == reader.version(self._job.campaign.id):
            self.latest = check(receipt.snapshot, receipt.registration, self._job.form)

    def _again(self, snapshot: Snapshot) -> Return:
        """Read an earlier snapshot."""
        registration = read_snapshot(self._job.archive, self._job.form, snapshot)
        return check(snapshot, registration, self._job.form)

    def _never_read(self, until: datetime) -> Standing:
        code = self.unit.code
        if not self.failure:
            return Standing(code, Status.UNTOUCHED, until, Registration(code))
        problem = Finding("not-read", Severity.BLOCK, Scope.FILE, self.failure)
        empty = Registration(code, problems=(problem,))
        return Standing(code, Status.NEEDS_FIXING, until, empty, (problem,))

    def _tried(self, fetch: Callable[[], bytes | None]) -> bytes | None:
        """Return the bytes, or None and the reason in `failure`: the others go on."""
        try:
            return fetch()
        except Halted:
            raise
        except WorkspaceError as error:
            self.failure = error.message
            return None


_CHANGED_AFTER_CLOSING = Finding(
    "changed-after-closing", Severity.NOTE, Scope.UNIT,
    "Tệp được sửa sau khi khoá biểu; bản đã khoá vẫn được tính.",
)  # fmt: skip
_CLOSED_BEFORE_DUE = Finding(
    "closed-before-due", Severity.NOTE, Scope.UNIT,
    "Biểu đã khoá theo hạn cũ, hạn nay đã lùi: dankheo reopen để mở lại.",
)  # fmt: skip
_SHEET_MISSING = Finding(
    "sheet-missing", Severity.WARN, Scope.UNIT,
    "Không thấy tệp của đơn vị; bản đọc gần nhất vẫn được tính.",
)  # fmt: skip
_FINAL_LOST = Finding(
    "final-lost", Severity.BLOCK, Scope.FILE,
    "Không còn bản lưu của biểu đã khoá: khôi phục thư mục archive từ bản sao lưu.",
)  # fmt: skip
_EMPTIED = Finding(
    "emptied", Severity.WARN, Scope.UNIT,
    "Lần đọc trước có mô hình, nay biểu trống: hỏi lại đơn vị (bản trước còn trong archive).",
)  # fmt: skip
