"""The journal's lines of what was read, and of what was done and has none.

A run may die, or lose its disk, before it writes one. What was done stands on the sheets, what was
read in the archive; who did it does not. The journal itself tells nothing twice.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.archive import Receipt
from dankheo_sheets.journal import UNKNOWN, Event, What, event
from dankheo_sheets.operations.context import Context
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
from dankheo_sheets.vietnamese import due_text, until_text
from dankheo_sheets.workspace.base import Sheet


def tell_again(context: Context, sheets: Sequence[Sheet], now: datetime) -> None:
    """Write the lines that are lacking of what the sheets show. `now` is when that was seen."""
    lines = context.journal.events()
    issued = {line.unit for line in lines if line.what == What.PROVISION}
    shared = {line.unit: line.detail for line in lines if line.what == What.SHARE}
    returned = [(line.unit, line.detail) for line in lines if line.what == What.RETURN]
    for sheet in sheets:
        if not sheet.unit:
            continue
        if not (sheet.gone or sheet.unit in issued):
            context.note(now, What.PROVISION, sheet.unit, sheet.name, sheet.id)
        unit = context.unit(sheet.unit)
        if sheet.editors and unit and sheet.editors == context.workspace.access.editors(unit):
            detail = access(sheet, sheet.editors)
            if shared.get(sheet.unit) != detail:
                context.note(now, What.SHARE, sheet.unit, detail)
        context.journal.add(_of_marks(context, sheet, returned, now))


def _of_marks(
    context: Context, sheet: Sheet, returned: Sequence[tuple[str, str]], now: datetime
) -> Iterator[Event]:
    marks, zone = sheet.properties, context.campaign.zone

    def line(what: What, at: datetime, detail: str, ref: str) -> Event:
        return event(at.astimezone(zone), UNKNOWN, what, sheet.unit, detail, ref)

    if closed_at := moment(marks.get(CLOSED)):
        due = moment(marks.get(CLOSED_DUE))
        until = f"hết hạn {due_text(due.astimezone(zone))}" if due else ""
        yield line(What.LOCK, closed_at, until, marks[CLOSED])
    decision, said, *_ = [*marks.get(DECISION, "").split(" "), ""]
    what = {RETURNED: What.RETURN, EXCLUDED: What.EXCLUDE}.get(decision)
    if what and (at := moment(said)):
        yield line(what, at, marks.get(REASON, ""), said)
    if more := moment(marks.get(EXTENDED)):
        words = until_text(more.astimezone(zone))
        if not any(unit == sheet.unit and words in detail for unit, detail in returned):
            yield line(What.REOPEN, now, words, marks[EXTENDED])
    received_at, known_at = [*map(moment, marks.get(RECEIVED, "").split(" ")), None, None][:2]
    if received_at and known_at:
        words = f"lúc {vietnamese.moment(received_at.astimezone(zone))}"
        detail = f"{words}: {marks.get(RECEIVED_REASON, '')}"
        yield line(What.RECEIVE, known_at, detail, marks[RECEIVED])


def tell_reads(
    context: Context, receipts: Sequence[Receipt], new: Collection[Snapshot] = ()
) -> None:
    """Write the lines that are lacking of what was read; `new` is what this run read.

    The same content of the same version is one thing, whoever reads it.
    """
    lines = []
    for receipt in receipts:
        snapshot, content = receipt.snapshot, receipt.registration.content
        who = context.who if snapshot in new else UNKNOWN
        detail = f"{vietnamese.count(snapshot.rows)} dòng, mã kiểm tra {short(snapshot.sha256)}"
        ref = f"{snapshot.version or snapshot.sha256} {content}"
        lines.append(event(snapshot.read_at, who, What.READ, snapshot.unit, detail, ref))
    context.journal.add(lines)


def access(sheet: Sheet, editors: Sequence[str]) -> str:
    """Return what the journal says of who may edit; a sheet of no unit is told by its name."""
    return ", ".join(editors) or f"thu quyền sửa: {sheet.name}"
