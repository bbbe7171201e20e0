"""Run: whatever the clock calls for. What a schedule calls, as often as it likes.

What is to be done follows from the campaign, the sheets and the time alone (:func:`plan`), and
each thing done is written on its sheet. So a run may come late, twice, or die: the next one does
what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dankheo_sheets import vietnamese
from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.notices.message import Message
from dankheo_sheets.notices.schedule import Later
from dankheo_sheets.steps import drafts
from dankheo_sheets.steps import provision as provisioning
from dankheo_sheets.steps import remind as reminding
from dankheo_sheets.steps.close import Taken, due, is_settled, still_open, take_back
from dankheo_sheets.steps.collect import Collected, as_now, collect
from dankheo_sheets.steps.drafts import Laid
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.marks import CLOSED
from dankheo_sheets.steps.papers import REPORT
from dankheo_sheets.steps.provision import Provisioned, provision
from dankheo_sheets.steps.remind import Due, Post, Sent
from dankheo_sheets.steps.sync import (
    MASTER,
    PAGE,
    PAPERS,
    Outcome,
    Told,
    fingerprint,
    last_figures,
    only_read,
    publish,
)
from dankheo_sheets.steps.telling import tell_again
from dankheo_sheets.steps.turn import in_turn
from dankheo_sheets.workspace.base import Sheet

CLOCK_ERROR = timedelta(minutes=5)
"""How far our clock may be off before nothing is done by it."""


@dataclass(frozen=True)
class Plan:
    """What a run will do."""

    waits: datetime | None = None
    """When the campaign opens, where that is still to come; then nothing else is done."""
    provision: provisioning.Plan = field(default_factory=provisioning.Plan)
    read: tuple[str, ...] = ()
    """Units whose sheet changed since it was read."""
    close: tuple[str, ...] = ()
    """Units whose deadline has passed."""
    mails: tuple[tuple[Due, Message], ...] = ()
    """As they would be by what was last read."""
    publish: bool = False
    """The results are to be made anew."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.provision.is_empty and not (
            self.read or self.close or self.mails or self.publish
        )


@dataclass(frozen=True)
class Run:
    """What a run did."""

    waits: datetime | None = None
    provisioned: Provisioned = field(default_factory=lambda: Provisioned(provisioning.Plan()))
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Units whose deadline has not passed."""
    sent: Sent = field(default_factory=Sent)
    outcome: Outcome | None = None
    """None where the campaign has not opened."""
    upcoming: Later | None = None
    """When the next mail will be due, if no unit does anything; None where none will be."""


def plan(job: Job, now: datetime, *, by_hand: bool = False) -> Plan:
    """Return what :func:`run` would do now, mails included, by what was last read. Changes nothing.

    `by_hand`: the mails are as :func:`draft` would lay them.
    Raises :class:`WorkspaceError` as :func:`run` does for a wrong clock.
    """
    if now < job.campaign.opening:
        return Plan(waits=job.campaign.opening)
    sheets = job.workspace.sheets()
    check_clock(job, now)
    collected = collect(job, sheets, now, download=False)
    closing = tuple(sheet.unit for sheet in due(job, sheets, now))
    dues = reminding.due(job, _as_if_closed(collected, closing, now), now)
    return Plan(
        provision=provisioning.plan_for(job, sheets),
        read=collected.unread,
        close=closing,
        mails=tuple((one, reminding.written(job, one, now, by_hand=by_hand)) for one in dues),
        publish=not _is_published(job, sheets, now),
    )


def run(job: Job, now: datetime, post: Post | None = None, *, track: Track = silently) -> Run:
    """Do what the clock calls for: give out, read, close, write to units, publish.

    `post` opens the way to the mail server; without it no mail is sent. Raises
    :class:`WorkspaceError` where our clock is wrong.
    """
    if now < job.campaign.opening:
        return Run(waits=job.campaign.opening)
    sheets = _look(job, now)
    if quiet := _quiet(job, sheets, now, post):
        return quiet

    def read(why: WorkspaceError) -> Run:
        outcome = only_read(job, now, why, track=track)
        return Run(open=still_open(job, sheets, now), outcome=outcome)

    return in_turn(job, lambda: _run(job, now, post, track), read)


def _quiet(job: Job, sheets: Sequence[Sheet], now: datetime, post: Post | None) -> Run | None:
    """Return the run where there is nothing to write for it, whoever else is at work."""
    todo, last = provisioning.plan_for(job, sheets), last_figures(job)
    if not (
        last
        and todo.is_empty
        and not due(job, sheets, now)
        and is_settled(job, sheets, now)
        and _is_published(job, sheets, now)
    ):
        return None
    collected = collect(job, sheets, now, download=False)
    dues = reminding.due(job, collected, now)
    if post and (dues or reminding.unseen(job)):
        return None
    return Run(
        None, Provisioned(todo), (), still_open(job, sheets, now), Sent(left=len(dues)),
        Outcome(last, changed=False), reminding.upcoming(job, collected, now),
    )  # fmt: skip


def _run(job: Job, now: datetime, post: Post | None, track: Track) -> Run:
    workspace = job.workspace
    sheets = workspace.sheets()
    todo = provisioning.plan_for(job, sheets)
    provisioned = Provisioned(todo)
    if not todo.is_empty:
        provisioned = provision(job, now=now, track=track)
        sheets = workspace.sheets()
    tell_again(job, sheets, now)
    taken = take_back(job, sheets, now, track=track)
    if taken.closed:
        sheets = workspace.sheets()
    collected = as_now(job, taken.collected, sheets, now)
    sent = reminding.send(job, reminding.due(job, collected, now), now, post, track=track)
    if sent.mails or sent.notes or taken.told.count:
        sheets = workspace.sheets()
        collected = as_now(job, collected, sheets, now)
    outcome = _published(job, replace(taken, collected=collected), sent, sheets, now)
    later = reminding.upcoming(job, collected, now)
    return Run(None, provisioned, taken.closed, taken.open, sent, outcome, later)


def remind(job: Job, now: datetime, post: Post | None, *, track: Track = silently) -> Run:
    """Read what changed, write to the units, and publish that; give out and close nothing."""
    return _to_units(
        job, now, lambda dues: reminding.send(job, dues, now, post, track=track), track
    )


def draft(job: Job, now: datetime, *, track: Track = silently) -> tuple[Laid, Run]:
    """Read what changed, lay drafts of the mails that are due, and publish what was read."""
    laid = Laid()

    def lay(dues: Sequence[Due]) -> Sent:
        nonlocal laid
        laid = drafts.lay(job, dues, now, track=track)
        return Sent(notes=laid.notes)

    result = _to_units(job, now, lay, track)
    return laid, result


def _to_units(job: Job, now: datetime, write: Callable[[Sequence[Due]], Sent], track: Track) -> Run:
    _look(job, now)

    def work() -> Run:
        collected = collect(job, job.workspace.sheets(), now, track=track)
        sent = write(reminding.due(job, collected, now))
        sheets = job.workspace.sheets()
        taken = Taken(as_now(job, collected, sheets, now), Told())
        return Run(
            sent=sent,
            outcome=_published(job, taken, sent, sheets, now),
            upcoming=reminding.upcoming(job, taken.collected, now),
        )

    return in_turn(job, work, lambda why: Run(outcome=only_read(job, now, why, track=track)))


def _look(job: Job, now: datetime) -> list[Sheet]:
    """Return the sheets, once the journal and the clock are known to be right.

    Takes in the journal that another machine kept, where this one has none.
    """
    sheets = job.workspace.sheets()
    if not job.journal.data():
        job.take_in_journal()
    check_clock(job, now)
    return sheets


def _published(
    job: Job, taken: Taken, sent: Sent, sheets: Sequence[Sheet], now: datetime
) -> Outcome:
    """Bring the results up to date, where something is new."""
    quiet = not (taken.told.notes or sent.notes) and _is_published(job, sheets, now)
    if quiet and (last := last_figures(job)):
        return Outcome(last, changed=False)
    told = replace(taken.told, notes=(*taken.told.notes, *sent.notes))
    mark = fingerprint(job, sheets, now)
    return publish(job, taken.collected, told, mark, now, word=True, keep=True)


def _is_published(job: Job, sheets: Sequence[Sheet], now: datetime) -> bool:
    last = last_figures(job)
    whole = all((job.out / name).exists() for name in (MASTER, REPORT, PAGE))
    if last is None or not whole:
        return False
    mark = fingerprint(job, sheets, now)
    return bool(last["fingerprint"] == mark) and bool(last.get(PAPERS) == mark)


def _as_if_closed(collected: Collected, units: Sequence[str], now: datetime) -> Collected:
    """Return how it will be once these units are closed."""
    standings, sheets = dict(collected.register.standings), dict(collected.sheets)
    for code in units:
        standings[code] = replace(standings[code], closed=True)
        sheet = sheets[code]
        marks = {**sheet.properties, CLOSED: now.isoformat()}
        sheets[code] = replace(sheet, properties=marks)
    register = replace(collected.register, standings=standings)
    return replace(collected, register=register, sheets=sheets)


def check_clock(job: Job, now: datetime) -> None:
    """Raise :class:`WorkspaceError` where `now` cannot be right: it decides what is closed.

    Known are the time where the sheets live, once it was asked, and what the journal says was
    done before.
    """
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
