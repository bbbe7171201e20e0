"""What the coordinator decides of single units: more time, a return, an exclusion.

Each is written on the unit's sheet, so that every machine knows it, and into the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import UsageError
from dankheo_sheets.journal import What
from dankheo_sheets.operations.collect import collect, read_one
from dankheo_sheets.operations.context import Context
from dankheo_sheets.registration import RECEIVED, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import is_untouched
from dankheo_sheets.standing.deadlines import deadline
from dankheo_sheets.standing.sheet_properties import (
    ACCEPTED,
    DECISION,
    EXCLUDED,
    EXTENDED,
    OPENED,
    REASON,
    RETURNED,
    excluded,
    is_closed,
)
from dankheo_sheets.vietnamese import due_text, until_text
from dankheo_sheets.workspace.base import Sheet

MAX_REASON = 250
"""Characters of a reason: what the status line shows."""
MAX_REASON_BYTES = 3 * MAX_REASON
"""Its bytes: what properties hold, Vietnamese letters and not emoji (reference/google.md §5)."""
_GONE: Mapping[str, str] = dict.fromkeys(OPENED, "")


@dataclass(frozen=True)
class Decided:
    """What a decision came to."""

    unit: Unit
    deadline: datetime
    """Of the unit, now."""
    already: bool = False
    """It was so before; nothing was written."""


def reopen(context: Context, codes: Sequence[str], until: datetime, now: datetime) -> list[Decided]:
    """Give units more time: their sheets are unlocked, `until` is their new deadline.

    Raises :class:`UsageError`, before anything is done, where one of them has no sheet or is
    excluded, `until` is past, or one is open for longer. Those that an earlier call gave just
    this much are left as they are: a call that died can be repeated.
    """
    chosen = [_not_excluded(unit, sheet) for unit, sheet in _sheets_of(context, codes)]
    decided = [Decided(unit, until, _has_until(sheet, until)) for unit, sheet in chosen]
    todo = [pair for pair, one in zip(chosen, decided, strict=True) if not one.already]
    for unit, sheet in todo:
        _check_until(context, unit, sheet, until, now)
    for (_, sheet), one in zip(chosen, decided, strict=True):
        if one.already and sheet.locked:
            _unlock(context, sheet)
    for unit, sheet in todo:
        marked = context.workspace.mark(sheet, **_GONE, **{EXTENDED: until.isoformat()})
        _unlock(context, marked)
        context.note(now, What.REOPEN, unit.code, _until(context, until), until.isoformat())
    if todo:
        context.keep_journal()
    return decided


def _unlock(context: Context, sheet: Sheet) -> None:
    """Open a sheet, once it says why: a run that is closing it at this moment sees that.

    A call that dies before it comes to this is made good by its repetition, or by the next run.
    """
    if not sheet.gone:
        context.workspace.unlock(sheet)


def missing(context: Context, now: datetime, until: datetime | None = None) -> list[str]:
    """Return the codes of all units that have a sheet and are not done, by the last reads.

    With `until`, without those that are open until then, or longer, already.
    """
    sheets = context.workspace.sheets()
    register = collect(context, sheets, now, download=False).register
    done = RECEIVED | {Status.EXCLUDED, Status.NOT_PROVISIONED, Status.LOST}
    standings = [register.standings[unit.code] for unit in context.units]
    return [
        one.unit
        for one in standings
        if one.status not in done and (until is None or one.closed or one.deadline < until)
    ]


def give_back(
    context: Context,
    code: str,
    reason: str,
    now: datetime,
    *,
    until: datetime | None = None,
) -> Decided:
    """Return what a unit handed in, with a reason; it may be changed until its deadline.

    Where that has passed, or the sheet is closed, `until` is its new one. Raises
    :class:`UsageError` before anything is done.
    """
    reason = checked_reason(reason)
    unit, sheet = sheet_of(context, code)
    due = deadline(context.campaign, unit, sheet)
    standing = read_one(context, unit, sheet, now, download=False).standing()
    again = standing.status is Status.RETURNED and sheet.properties.get(REASON) == reason
    if again and (until is None or _has_until(sheet, until)):
        if until and sheet.locked:
            _unlock(context, sheet)
        return Decided(unit, due, already=True)
    if until is not None:
        _check_until(context, unit, sheet, until, now)
    elif is_closed(sheet) or now >= due:
        raise UsageError(
            f"{unit.code}: hạn {due_text(due)} đã qua", "thêm --until với hạn mới để đơn vị sửa"
        )
    if standing.snapshot is None or is_untouched(standing.registration):
        raise UsageError(
            f"{unit.code}: theo lần đọc gần nhất đơn vị chưa ghi gì, không có gì để trả lại",
            "đơn vị vừa ghi thì chạy dankheo sync trước",
        )
    at = now.isoformat(timespec="seconds")
    marks = {
        DECISION: f"{RETURNED} {at} {standing.registration.content}",
        REASON: reason,
        ACCEPTED: "",
        **({EXTENDED: until.isoformat(), **_GONE} if until else {}),
    }
    marked = context.workspace.mark(sheet, **marks)
    if until:
        _unlock(context, marked)
    detail = f"{reason}; {_until(context, until)}" if until else reason
    context.note(now, What.RETURN, unit.code, detail, at)
    context.keep_journal()
    return Decided(unit, until or due)


def exclude(context: Context, code: str, reason: str, now: datetime) -> Decided:
    """Expect nothing of a unit, with a reason. Raises :class:`UsageError`."""
    reason = checked_reason(reason)
    ((unit, sheet),) = _sheets_of(context, [code])
    already = excluded(sheet) and sheet.properties.get(REASON) == reason
    if not already:
        at = now.isoformat(timespec="seconds")
        context.workspace.mark(sheet, **{DECISION: f"{EXCLUDED} {at}", REASON: reason})
        context.note(now, What.EXCLUDE, unit.code, reason, at)
        context.keep_journal()
    return Decided(unit, deadline(context.campaign, unit, sheet), already)


def include(context: Context, code: str, now: datetime) -> Decided:
    """Undo :func:`exclude`; the unit's deadline may have passed.

    A return from before the exclusion is not taken up again. Raises :class:`UsageError`.
    """
    ((unit, sheet),) = _sheets_of(context, [code])
    already = not excluded(sheet)
    if not already:
        undone = sheet.properties[DECISION].partition(" ")[2]
        context.note(now, What.INCLUDE, unit.code, ref=undone)  # no mark will tell of it
        context.workspace.mark(sheet, **{DECISION: "", REASON: ""})
        context.keep_journal()
    return Decided(unit, deadline(context.campaign, unit, sheet), already)


def sheet_of(context: Context, code: str) -> tuple[Unit, Sheet]:
    """Return a unit and its sheet, of which something is expected. Raises :class:`UsageError`."""
    ((unit, sheet),) = _sheets_of(context, [code])
    return _not_excluded(unit, sheet)


def _sheets_of(context: Context, codes: Sequence[str]) -> list[tuple[Unit, Sheet]]:
    sheets = {sheet.unit: sheet for sheet in context.workspace.sheets()}
    chosen: dict[str, tuple[Unit, Sheet]] = {}
    for code in codes:
        unit = context.asked(code)
        sheet = sheets.get(unit.code)
        if sheet is None:
            raise UsageError(f"{unit.code}: đơn vị chưa có biểu", "chạy dankheo provision trước")
        if sheet.problem:
            raise UsageError(f"{unit.code}: {sheet.problem}", "sửa xong rồi chạy lại")
        chosen[unit.code] = (unit, sheet)
    return list(chosen.values())


def _not_excluded(unit: Unit, sheet: Sheet) -> tuple[Unit, Sheet]:
    """Return both. Raises :class:`UsageError` where nothing is expected of the unit."""
    if excluded(sheet):
        raise UsageError(
            f"{unit.code}: đơn vị đang được loại trừ", f"chạy dankheo include {unit.code} trước"
        )
    return unit, sheet


def _has_until(sheet: Sheet, until: datetime) -> bool:
    """Tell whether the sheet is open until just then, by an earlier decision."""
    return not is_closed(sheet) and sheet.properties.get(EXTENDED) == until.isoformat()


def _check_until(
    context: Context, unit: Unit, sheet: Sheet, until: datetime, now: datetime
) -> None:
    if until <= now:
        raise UsageError(f"Hạn mới {due_text(until)} đã qua", "--until cần một ngày chưa qua")
    now_due = deadline(context.campaign, unit, sheet)
    if until <= now_due and not is_closed(sheet):
        raise UsageError(
            f"{unit.code}: biểu đang mở, hạn hiện nay là {due_text(now_due)}",
            "--until cần một ngày muộn hơn",
        )


def _until(context: Context, until: datetime) -> str:
    return until_text(until.astimezone(context.campaign.zone))


def checked_reason(text: str) -> str:
    """Return a reason as it is kept: one line. Raises :class:`UsageError`."""
    reason = " ".join(vietnamese.nfc(vietnamese.clean(text)).split())
    if not reason:
        raise UsageError("--reason: chưa ghi lý do", "ghi lý do trong dấu ngoặc kép")
    if len(reason) > MAX_REASON:
        raise UsageError(
            f"--reason: dài {len(reason)} ký tự, tối đa {MAX_REASON}", "ghi lý do ngắn hơn"
        )
    if len(reason.encode()) > MAX_REASON_BYTES:
        raise UsageError("--reason: quá nhiều hình, biểu tượng", "ghi lý do ngắn hơn, bằng chữ")
    return reason
