"""Look at all that a decision is made from, once; and whether the clock can be right."""

from dataclasses import replace
from datetime import datetime, timedelta

from dankheo_sheets import vietnamese
from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.operations.closing import is_taken
from dankheo_sheets.operations.collect import Collected
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.issuing import REPORT
from dankheo_sheets.operations.publishing import MASTER, PAGE, fingerprint, last_board
from dankheo_sheets.standing.counting import is_untouched

CLOCK_ERROR = timedelta(minutes=5)
"""How far our clock may be off before nothing is done by it."""


def look(context: Context, before: State | None = None) -> State:
    """Return the campaign as it is now; `before`, what this run saw of it: its results stand."""
    workspace, sheets = context.workspace, context.workspace.sheets()
    existing = {sheet.unit for sheet in sheets if not sheet.gone}
    filled = {
        unit.code
        for unit in context.units
        if unit.code not in existing
        and not all(
            is_untouched(receipt.registration) for receipt in context.archive.own(unit.code)
        )
    }
    last = before.last if before else last_board(context)
    made = last is not None and (context.out / MASTER).exists()
    papers_too = made and all((context.out / name).exists() for name in (REPORT, PAGE))
    return State(
        context.campaign,
        context.units,
        sheets,
        editors=workspace.access.editors,
        settle=workspace.settle,
        filled=filled,
        taken=lambda sheet: is_taken(context, sheet),
        last=last,
        last_results=last.fingerprint if last and made else "",
        last_papers=last.papers if last and papers_too else "",
    )


def marked(context: Context, state: State, now: datetime) -> State:
    """Return the state with what tells whether the results are made from all there is."""
    return replace(state, mark=fingerprint(context, state.sheets, now))


def with_read(state: State, collected: Collected) -> State:
    """Return the state with what was read."""
    return replace(state, register=collected.register, unread=collected.unread)


def check_clock(context: Context, now: datetime) -> None:
    """Raise :class:`WorkspaceError` where `now` cannot be right: it decides what is closed.

    Known are the time where the sheets live, once it was asked, and what the journal says was
    done before; one that another machine kept is taken in where this one has none.
    """
    if not context.journal.data():
        context.take_in_journal()
    there = context.workspace.time()
    if there and abs(there - now) > CLOCK_ERROR:
        zone = context.campaign.zone
        ours, theirs = (vietnamese.moment(m.astimezone(zone)) for m in (now, there))
        raise WorkspaceError(
            f"Đồng hồ của máy chỉ {ours}, còn {context.workspace.name} chỉ {theirs}: chưa làm gì",
            "chỉnh lại giờ của máy rồi chạy lại",
        )
    latest = max((event.moment for event in context.journal.events()), default=None)
    if latest and latest > now + CLOCK_ERROR:
        zone = context.campaign.zone
        ours, before = (vietnamese.moment(m.astimezone(zone)) for m in (now, latest))
        raise WorkspaceError(
            f"Đồng hồ của máy chỉ {ours}, nhưng nhật ký đã có việc làm lúc {before}: chưa làm gì",
            "chỉnh lại giờ của máy; giờ đã đúng thì lần chạy trước sai giờ: xem lại các biểu đã "
            "khoá, bỏ những dòng ấy trong archive/nhat-ky.jsonl",
        )
