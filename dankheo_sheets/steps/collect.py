"""Read the sheets back: download what changed, archive it, read it, judge it.

Nothing of a sheet is derived before its bytes are in the archive. A sheet whose version is
already there is not downloaded again, unless everything is read anew for the closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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
    track: Track[Unit] = silently,
) -> Collected:
    """Read the campaign; with `anew`, download every sheet that is not closed.

    Without `download`, judge by what the archive has; `unread` are the sheets it lacks.
    """
    by_unit = {sheet.unit: sheet for sheet in sheets if sheet.unit}
    notes = [f"{s.id}: không thuộc đơn vị nào, không đọc" for s in sheets if not s.unit]
    standings: dict[str, Standing] = {}
    unread: list[str] = []
    read = 0
    for unit in track(job.units, "Đọc biểu"):
        one = _Unit(job, unit, by_unit.get(unit.code), now)
        standings[unit.code] = one.standing(anew=anew, download=download)
        read += one.downloaded
        if one.unread:
            unread.append(unit.code)
        if one.failure:
            notes.append(f"{unit.code}: {one.failure}")
    register = Register(job.campaign, job.units, standings)
    return Collected(register, by_unit, read, tuple(unread), tuple(notes))


class _Unit:
    """One unit's sheet being read."""

    def __init__(self, job: Job, unit: Unit, sheet: Sheet | None, now: datetime) -> None:
        self._job, self._unit, self._sheet, self._now = job, unit, sheet, now
        self.downloaded = self.unread = False
        self.failure = ""

    def standing(self, *, anew: bool, download: bool) -> Standing:
        sheet = self._sheet
        until = deadline(self._job, self._unit, sheet)
        if sheet is None:
            nothing = Registration(self._unit.code)
            return Standing(self._unit.code, Status.NOT_PROVISIONED, until, nothing)
        history = self._job.archive.snapshots(self._unit.code)
        final = next((s for s in history if s.sha256 == sheet.properties.get(FINAL)), None)
        if final:
            notes = [_CHANGED_AFTER_CLOSING] if sheet.version != final.version else []
            result = standing(
                self._archived(final), (), self._archived, until, self._job.form, notes
            )
            return replace(result, closed=True)
        latest = self._latest(sheet, history, anew=anew, download=download)
        if latest is None:
            return self._never_read(until)
        earlier = [s for s in history if s != latest.snapshot]
        return standing(
            latest, earlier, self._archived, until, self._job.form, list(_duplicates(sheet))
        )

    def _never_read(self, until: datetime) -> Standing:
        """Return the standing of a unit of whose sheet the archive has nothing."""
        code = self._unit.code
        if not self.failure:
            return Standing(code, Status.UNTOUCHED, until, Registration(code))
        problem = Finding("not-read", Severity.BLOCK, Scope.FILE, self.failure)
        empty = Registration(code, problems=(problem,))
        return Standing(code, Status.NEEDS_FIXING, until, empty, (problem,))

    def _latest(
        self, sheet: Sheet, history: Sequence[Snapshot], *, anew: bool, download: bool
    ) -> Return | None:
        """Return the newest read: from the archive if its version is there, else downloaded."""
        known = next((s for s in reversed(history) if s.version == sheet.version), None)
        if known and not anew:
            return self._archived(known)
        data = self._download(sheet) if download else None
        if data is None:
            self.unread = True
            return self._archived(history[-1]) if history else None
        self.downloaded = True
        snapshot = self._job.archive.store(
            self._unit.code, data,
            version=sheet.version, modified_at=sheet.modified_at, now=self._now,
        )  # fmt: skip
        if known and known.sha256 == snapshot.sha256:
            return self._read(known, data)
        registration = reader.read(data, self._job.form, self._unit.code)
        snapshot = self._job.archive.record(snapshot, len(registration.entries))
        return check(snapshot, registration, self._job.form)

    def _download(self, sheet: Sheet) -> bytes | None:
        """Return the sheet's bytes, or None and the reason in `failure`: the others go on."""
        try:
            return self._job.workspace.download(sheet)
        except WorkspaceError as error:
            self.failure = error.message
            return None

    def _archived(self, snapshot: Snapshot) -> Return:
        return self._read(snapshot, self._job.archive.load(snapshot))

    def _read(self, snapshot: Snapshot, data: bytes) -> Return:
        return check(snapshot, reader.read(data, self._job.form, self._unit.code), self._job.form)


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
