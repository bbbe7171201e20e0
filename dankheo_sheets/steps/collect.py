"""Read the sheets back: download what changed, archive it, read it, judge it.

Nothing of a sheet is derived before its bytes are in the archive. A sheet whose version is
already there is not downloaded again, unless everything is read anew for the closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.archive import Receipt
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form import reader
from dankheo_sheets.register import Register
from dankheo_sheets.registration import (
    Finding,
    Registration,
    Scope,
    Severity,
    Snapshot,
    Standing,
    Status,
)
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing import Return, check, standing
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.reading import read_all, read_snapshot
from dankheo_sheets.workspace.base import Sheet

CLOSED, FINAL, EXTENDED = "closed_at", "final", "extended_until"
"""Properties on a sheet: when it was closed, the checksum that counts, the unit's own deadline."""


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
    """Return the first instant that is too late for `unit`, its extensions included."""
    extended = sheet.properties.get(EXTENDED) if sheet else None
    return job.campaign.deadline_of(unit, datetime.fromisoformat(extended) if extended else None)


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
    """
    by_unit = {sheet.unit: sheet for sheet in sheets if sheet.unit}
    cases = [_Case(job, unit, by_unit.get(unit.code)) for unit in job.units]
    for case in track(cases, "Nhận biểu", len(cases)):
        case.take(now, anew=anew, download=download)
    unread = [case for case in cases if case.snapshot and case.registration is None]
    snapshots = [(case.snapshot, case.new) for case in unread if case.snapshot]
    receipts = read_all(job.archive, job.form, snapshots)
    for case, receipt in zip(unread, track(receipts, "Đọc biểu", len(unread)), strict=True):
        case.snapshot, case.registration = receipt.snapshot, receipt.registration
    standings = {case.unit.code: case.standing() for case in cases}
    notes = [f"{s.id}: không thuộc đơn vị nào, không đọc" for s in sheets if not s.unit]
    notes += [f"{case.unit.code}: {case.failure}" for case in cases if case.failure]
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
        self.registration: Registration | None = None
        """What was read of the snapshot; None where it is still to be read."""
        self.new = False
        """The snapshot has no receipt yet."""
        self.downloaded = self.unread = False
        self.failure = ""
        self._job, self._sheet = job, sheet
        self._receipts = job.archive.receipts(unit.code) if sheet else []
        final = sheet.properties.get(FINAL) if sheet else None
        self._final = next((r for r in self._receipts if r.snapshot.sha256 == final), None)

    def take(self, now: datetime, *, anew: bool, download: bool) -> None:
        """Find what the unit is judged by, after downloading and storing it where needed."""
        sheet = self._sheet
        if sheet is None:
            return
        known = self._final or next(
            (r for r in reversed(self._receipts) if r.snapshot.version == sheet.version), None
        )
        if known and (self._final or not anew):
            self._judge_by(known)
            return
        data = self._download(sheet) if download else None
        if data is None:
            self.unread = True
            if self._receipts:
                self._judge_by(self._receipts[-1])
            return
        self.downloaded = True
        stored = self._job.archive.store(
            self.unit.code, data, version=sheet.version, modified_at=sheet.modified_at, now=now
        )
        if known and known.snapshot.sha256 == stored.sha256:
            self._judge_by(known)
        else:
            self.snapshot, self.new = stored, True

    def standing(self) -> Standing:
        """Return where the unit stands, once everything is read."""
        job, sheet, code = self._job, self._sheet, self.unit.code
        until = deadline(job, self.unit, sheet)
        if sheet is None:
            return Standing(code, Status.NOT_PROVISIONED, until, Registration(code))
        if self.snapshot is None or self.registration is None:
            return self._never_read(until)
        latest = check(self.snapshot, self.registration, job.form)
        if self._final:
            notes = [_CHANGED_AFTER_CLOSING] if sheet.version != self.snapshot.version else []
            result = standing(latest, (), self._again, until, job.form, notes)
            return replace(result, closed=True)
        earlier = [r.snapshot for r in self._receipts if r.snapshot != self.snapshot]
        return standing(latest, earlier, self._again, until, job.form, _duplicates(sheet))

    def _judge_by(self, receipt: Receipt) -> None:
        self.snapshot = receipt.snapshot
        if receipt.reader == reader.version(self._job.campaign.id):
            self.registration = receipt.registration

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

    def _download(self, sheet: Sheet) -> bytes | None:
        """Return the sheet's bytes, or None and the reason in `failure`: the others go on."""
        try:
            return self._job.workspace.download(sheet)
        except WorkspaceError as error:
            self.failure = error.message
            return None


_CHANGED_AFTER_CLOSING = Finding(
    "changed-after-closing", Severity.NOTE, Scope.UNIT,
    "Tệp được sửa sau khi khoá biểu; bản đã khoá vẫn được tính.",
)  # fmt: skip


def _duplicates(sheet: Sheet) -> list[Finding]:
    if not sheet.duplicates:
        return []
    others = ", ".join(sheet.duplicates)
    message = f"Đơn vị có nhiều tệp: đang đọc {sheet.id}, còn {others}. Chỉ để lại một tệp."
    return [Finding("two-files", Severity.BLOCK, Scope.FILE, message)]
