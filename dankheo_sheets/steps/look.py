"""Look at all that a decision is made from, once; and whether the clock can be right."""

from dataclasses import replace
from datetime import datetime, timedelta

from dankheo_sheets import vietnamese
from dankheo_sheets.decide.state import State
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.standing.counting import is_untouched
from dankheo_sheets.steps.closing import is_taken
from dankheo_sheets.steps.collect import Collected
from dankheo_sheets.steps.job import Job
from dankheo_sheets.steps.papers import REPORT
from dankheo_sheets.steps.publishing import MASTER, PAGE, fingerprint, last_board

CLOCK_ERROR = timedelta(minutes=5)
"""How far our clock may be off before nothing is done by it."""


def look(job: Job, before: State | None = None) -> State:
    """Return the campaign as it is now; `before`, what this run saw of it: its results stand."""
    workspace, sheets = job.workspace, job.workspace.sheets()
    existing = {sheet.unit for sheet in sheets if not sheet.gone}
    filled = {
        unit.code
        for unit in job.units
        if unit.code not in existing
        and not all(is_untouched(receipt.registration) for receipt in job.archive.own(unit.code))
    }
    last = before.last if before else last_board(job)
    made = last is not None and (job.out / MASTER).exists()
    papers_too = made and all((job.out / name).exists() for name in (REPORT, PAGE))
    return State(
        job.campaign,
        job.units,
        sheets,
        editors=workspace.editors,
        settle=workspace.settle,
        filled=filled,
        taken=lambda sheet: is_taken(job, sheet),
        last=last,
        last_results=last.fingerprint if last and made else "",
        last_papers=last.papers if last and papers_too else "",
    )


def marked(job: Job, state: State, now: datetime) -> State:
    """Return the state with what tells whether the results are made from all there is."""
    return replace(state, mark=fingerprint(job, state.sheets, now))


def with_read(state: State, collected: Collected) -> State:
    """Return the state with what was read."""
    return replace(state, register=collected.register, unread=frozenset(collected.unread))


def check_clock(job: Job, now: datetime) -> None:
    """Raise :class:`WorkspaceError` where `now` cannot be right: it decides what is closed.

    Known are the time where the sheets live, once it was asked, and what the journal says was
    done before; one that another machine kept is taken in where this one has none.
    """
    if not job.journal.data():
        job.take_in_journal()
    there = job.workspace.time()
    if there and abs(there - now) > CLOCK_ERROR:
        zone = job.campaign.zone
        ours, theirs = (vietnamese.moment(m.astimezone(zone)) for m in (now, there))
        raise WorkspaceError(
            f"Đồng hồ của máy chỉ {ours}, còn Google chỉ {theirs}: chưa làm gì",
            "chỉnh lại giờ của máy rồi chạy lại",
        )
    latest = max((event.moment for event in job.journal.events()), default=None)
    if latest and latest > now + CLOCK_ERROR:
        zone = job.campaign.zone
        ours, before = (vietnamese.moment(m.astimezone(zone)) for m in (now, latest))
        raise WorkspaceError(
            f"Đồng hồ của máy chỉ {ours}, nhưng nhật ký đã có việc làm lúc {before}: chưa làm gì",
            "chỉnh lại giờ của máy; giờ đã đúng thì lần chạy trước sai giờ: xem lại các biểu đã "
            "khoá, bỏ những dòng ấy trong archive/nhat-ky.jsonl",
        )
