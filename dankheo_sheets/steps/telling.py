"""The journal's lines of what was done and has none: a run died, or lost its disk, before it wrote.

What was done stands on the sheets, what was read in the archive. Who did it does not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.archive import Receipt
from dankheo_sheets.journal import UNKNOWN, Event, What, event
from dankheo_sheets.registration import Snapshot
from dankheo_sheets.standing.sheet_properties import (
    CLOSED,
    CLOSED_DUE,
    DECISION,
    EXCLUDED,
    EXTENDED,
    REASON,
    RECEIVED,
    RECEIVED_REASON,
    RETURNED,
    moment,
    short,
)
from dankheo_sheets.steps.job import Job
from dankheo_sheets.vietnamese import due_text, until_text
from dankheo_sheets.workspace.base import Sheet


def tell_again(job: Job, sheets: Sequence[Sheet], now: datetime) -> None:
    """Write the lines that are lacking of what the sheets show. `now` is when that was seen."""
    told = _Told(job.journal.events())
    ours = [sheet for sheet in sheets if sheet.unit]
    job.journal.add(line for sheet in ours for line in _of_marks(job, sheet, told, now))


def tell_reads(job: Job, receipts: Sequence[Receipt]) -> None:
    """Write the lines that are lacking of what the archive has."""
    told = _Told(job.journal.events())
    job.journal.add(
        read_event(
            receipt.snapshot.read_at, UNKNOWN, receipt.snapshot, receipt.registration.content
        )
        for receipt in receipts
        if not told.has(What.READ, receipt.snapshot.unit, short(receipt.snapshot.sha256))
    )


def read_event(now: datetime, who: str, snapshot: Snapshot, content: str) -> Event:
    """Return the journal's line of something read: how many rows, with which checksum.

    The same content of the same version is one thing, whoever reads it.
    """
    detail = f"{vietnamese.count(snapshot.rows)} dòng, mã kiểm tra {short(snapshot.sha256)}"
    ref = f"{snapshot.version or snapshot.sha256} {content}"
    return event(now, who, What.READ, snapshot.unit, detail, ref)


def access(sheet: Sheet, editors: Sequence[str]) -> str:
    """Return what the journal says of who may edit; a sheet of no unit is told by its name."""
    return ", ".join(editors) or f"thu quyền sửa: {sheet.name}"


def _of_marks(job: Job, sheet: Sheet, told: "_Told", now: datetime) -> Iterator[Event]:
    marks, unit, zone = sheet.properties, sheet.unit, job.campaign.zone

    def line(what: What, at: datetime, detail: str, ref: str, *seen: str) -> Iterator[Event]:
        if not told.has(what, unit, ref, at.isoformat(timespec="seconds"), *seen):
            yield event(at.astimezone(zone), UNKNOWN, what, unit, detail, ref)

    if not (sheet.gone or told.has_any(What.PROVISION, unit)):
        yield event(now, job.who, What.PROVISION, unit, sheet.name, sheet.id)
    if sheet.editors and sheet.editors == _editors(job, unit):
        detail = access(sheet, sheet.editors)
        if told.last(What.SHARE, unit) != detail:
            yield event(now, job.who, What.SHARE, unit, detail)
    if closed_at := moment(marks.get(CLOSED)):
        due = moment(marks.get(CLOSED_DUE))
        until = f"hết hạn {due_text(due.astimezone(zone))}" if due else ""
        yield from line(What.LOCK, closed_at, until, marks[CLOSED])
    decision, _, rest = marks.get(DECISION, "").partition(" ")
    at = moment(rest.partition(" ")[0])
    if at and decision in (RETURNED, EXCLUDED):
        what = What.RETURN if decision == RETURNED else What.EXCLUDE
        yield from line(what, at, marks.get(REASON, ""), rest.partition(" ")[0])
    if until_moment := moment(marks.get(EXTENDED)):
        until_here = until_moment.astimezone(zone)
        said = until_text(until_here), f"đến {due_text(until_here)}"  # now, and in older lines
        if not any(told.mentions(What.RETURN, unit, each) for each in said):
            yield from line(What.REOPEN, now, said[0], marks[EXTENDED], *said)
    received_at, known_at = [*map(moment, marks.get(RECEIVED, "").split(" ")), None, None][:2]
    if received_at and known_at:
        words = f"lúc {vietnamese.moment(received_at.astimezone(zone))}"
        detail = f"{words}: {marks.get(RECEIVED_REASON, '')}"
        yield from line(What.RECEIVE, known_at, detail, marks[RECEIVED])


def _editors(job: Job, code: str) -> tuple[str, ...] | None:
    unit = job.unit(code)
    return job.workspace.access.editors(unit) if unit else None


class _Told:
    """What the journal tells of each unit; lines of older programs have no `ref`."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._lines: dict[tuple[str, str], list[Event]] = {}
        for each in events:
            self._lines.setdefault((each.what, each.unit), []).append(each)

    def _of(self, what: What, unit: str) -> list[Event]:
        return self._lines.get((what.value, unit), [])

    def has_any(self, what: What, unit: str) -> bool:
        return bool(self._of(what, unit))

    def last(self, what: What, unit: str) -> str:
        return self._of(what, unit)[-1].detail if self.has_any(what, unit) else ""

    def has(self, what: What, unit: str, *marks: str) -> bool:
        """Whether there is a line of that ref, of that moment, or that ends with one of these."""
        return any(
            each.ref == mark or each.at == mark or each.detail.endswith(mark)
            for each in self._of(what, unit)
            for mark in marks
        )

    def mentions(self, what: What, unit: str, words: str) -> bool:
        return any(words in each.detail for each in self._of(what, unit))
